/** Balanced MAE: the truth in float64, and the obvious float32 program. */
import { logSumExp } from "./reference.ts";

export interface LaplaceProblem {
  pred: number[][]; // [N][D]
  target: number[][]; // [N][D]
  /** One scale a dimension. */
  scale: number[];
  center: number[][]; // [M][D]
  logWeight?: number[]; // [M]
  /** Whether each row's own label is a column, too. */
  ownLabel?: boolean;
}

/**
 * Per row and dimension, `[N][D]`: the loss in nats and its derivatives by `pred` and the scale.
 */
export interface LaplaceTruth {
  nats: number[][];
  gradPred: number[][];
  gradScale: number[][];
}

/** `log f(x; mean, b)` of the Laplace density `exp(-|x - mean| / b) / (2 b)`. */
export function logLaplace(x: number, mean: number, b: number): number {
  return -Math.abs(x - mean) / b - Math.log(2 * b);
}

/**
 * `-log f(target; pred, b) + log sum_j w_j f(pred; center_j, b)`, each dimension for itself, as
 * printed.
 */
export function referenceLaplace(problem: LaplaceProblem): LaplaceTruth {
  const { pred, target, scale, center, logWeight, ownLabel = false } = problem;
  const truth: LaplaceTruth = { nats: [], gradPred: [], gradScale: [] };
  pred.forEach((row, i) => {
    const [nats, gradPred, gradScale] = [[], [], []] as [number[], number[], number[]];
    row.forEach((p, d) => {
      const [t, b] = [target[i]![d]!, scale[d]!];
      const columns = center.map((c, j) => ({ at: c[d]!, logWeight: logWeight?.[j] ?? 0 }));
      if (ownLabel) columns.push({ at: t, logWeight: 0 });
      const logits = columns.map((c) => c.logWeight + logLaplace(p, c.at, b));
      const mass = logSumExp(logits);
      nats.push(mass - logLaplace(t, p, b));
      let [byPred, byScale] = [0, 0];
      columns.forEach((c, j) => {
        const share = Math.exp(logits[j]! - mass);
        byPred += share * (Math.sign(p - t) - Math.sign(p - c.at)) / b;
        byScale += share * (Math.abs(p - c.at) - Math.abs(p - t)) / b ** 2;
      });
      gradPred.push(byPred);
      gradScale.push(byScale);
    });
    truth.nats.push(nats);
    truth.gradPred.push(gradPred);
    truth.gradScale.push(gradScale);
  });
  return truth;
}

const f = Math.fround;

/**
 * The same with every operation rounded to float32, logsumexp with its maximum taken out, constants
 * left out.
 */
export function naiveLaplace(problem: LaplaceProblem): LaplaceTruth {
  const { pred, target, scale, center, logWeight, ownLabel = false } = problem;
  const truth: LaplaceTruth = { nats: [], gradPred: [], gradScale: [] };
  pred.forEach((row, i) => {
    const [nats, gradPred, gradScale] = [[], [], []] as [number[], number[], number[]];
    row.forEach((p, d) => {
      const [t, b] = [target[i]![d]!, f(scale[d]!)];
      const columns = center.map((c, j) => ({ at: c[d]!, logWeight: f(logWeight?.[j] ?? 0) }));
      if (ownLabel) columns.push({ at: t, logWeight: 0 });
      const far = (x: number) => f(Math.abs(f(p - x)) / b);
      const logits = columns.map((c) => f(c.logWeight - far(c.at)));
      const peak = Math.max(...logits);
      const weights = logits.map((logit) => f(Math.exp(f(logit - peak))));
      const mass = weights.reduce((sum, w) => f(sum + w), 0);
      nats.push(f(far(t) + f(peak + f(Math.log(mass)))));
      let [byPred, byScale] = [f(Math.sign(p - t) / b), f(-f(far(t) / b))];
      columns.forEach((c, j) => {
        const share = f(weights[j]! / mass);
        byPred = f(byPred - f(f(share * Math.sign(p - c.at)) / b));
        byScale = f(byScale + f(share * f(far(c.at) / b)));
      });
      gradPred.push(byPred);
      gradScale.push(byScale);
    });
    truth.nats.push(nats);
    truth.gradPred.push(gradPred);
    truth.gradScale.push(gradScale);
  });
  return truth;
}
