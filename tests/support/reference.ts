/** The truth: the formulas as printed in the paper, plain loops, float64. */

export interface Prior {
  center: number[][]; // [M][D]
  logWeight?: number[]; // [M]
  variance?: number[][]; // [M][D]
}

export interface Problem {
  pred: number[][]; // [N][D]
  target: number[][]; // [N][D]
  noiseVar: number;
  prior: Prior;
}

/** Per row: the loss in nats and its derivatives by `pred` (`[N][D]`) and `noiseVar`. */
export interface Truth {
  nats: number[];
  gradPred: number[][];
  gradNoise: number[];
}

/** `log N(x; mean, variance)` of independent dimensions. */
export function logNormal(x: number[], mean: number[], variance: number[]): number {
  let sum = 0;
  for (let d = 0; d < x.length; d++) {
    const v = variance[d]!;
    sum -= (x[d]! - mean[d]!) ** 2 / (2 * v) + Math.log(2 * Math.PI * v) / 2;
  }
  return sum;
}

export function logSumExp(logits: number[]): number {
  const peak = Math.max(...logits);
  return peak + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - peak), 0));
}

/** `-log N(target; pred, s) + log sum_j w_j N(pred; center_j, variance_j + s)`, row by row. */
export function reference({ pred, target, noiseVar: s, prior }: Problem): Truth {
  const truth: Truth = { nats: [], gradPred: [], gradNoise: [] };
  const noise = pred[0]!.map(() => s);
  const spreads = prior.center.map((c, j) => c.map((_, d) => (prior.variance?.[j]?.[d] ?? 0) + s));
  pred.forEach((p, i) => {
    const t = target[i]!;
    const logits = prior.center.map((c, j) =>
      (prior.logWeight?.[j] ?? 0) + logNormal(p, c, spreads[j]!)
    );
    const mass = logSumExp(logits);
    truth.nats.push(mass - logNormal(t, p, noise));
    const gradPred = p.map((x, d) => (x - t[d]!) / s);
    let gradNoise = p.length / (2 * s);
    for (let d = 0; d < p.length; d++) gradNoise -= (p[d]! - t[d]!) ** 2 / (2 * s * s);
    prior.center.forEach((c, j) => {
      const softmax = Math.exp(logits[j]! - mass);
      for (let d = 0; d < p.length; d++) {
        const v = spreads[j]![d]!;
        const gap = c[d]! - p[d]!;
        gradPred[d]! += softmax * gap / v;
        gradNoise += softmax * (gap * gap / (2 * v * v) - 1 / (2 * v));
      }
    });
    truth.gradPred.push(gradPred);
    truth.gradNoise.push(gradNoise);
  });
  return truth;
}

const f = Math.fround;

/**
 * The same by the obvious float32 program: every operation rounded, logsumexp with its maximum taken out,
 * constants that cancel left out. What accuracy is measured against.
 */
export function naiveFloat32({ pred, target, noiseVar, prior }: Problem): Truth {
  const s = f(noiseVar);
  const truth: Truth = { nats: [], gradPred: [], gradNoise: [] };
  pred.forEach((p, i) => {
    const t = target[i]!;
    const squared = (a: number[], b: number[]) =>
      a.reduce((sum, x, d) => f(sum + f(f(x - b[d]!) ** 2)), 0);
    const logits = prior.center.map((c, j) => {
      let logit = f(prior.logWeight?.[j] ?? 0);
      c.forEach((x, d) => {
        const v = f((prior.variance?.[j]?.[d] ?? 0) + s);
        logit = f(logit - f(f(f(p[d]! - x) ** 2) / f(2 * v)));
        if (prior.variance) logit = f(logit - f(f(Math.log(f(v / s))) / 2));
      });
      return logit;
    });
    const peak = Math.max(...logits);
    const weights = logits.map((logit) => f(Math.exp(f(logit - peak))));
    const mass = weights.reduce((sum, w) => f(sum + w), 0);
    const nll = f(squared(p, t) / f(2 * s));
    truth.nats.push(f(nll + f(peak + f(Math.log(mass)))));
    const gradPred = p.map((x, d) => f(f(x - t[d]!) / s));
    let gradNoise = f(-f(nll / s));
    prior.center.forEach((c, j) => {
      const softmax = f(weights[j]! / mass);
      c.forEach((x, d) => {
        const v = f((prior.variance?.[j]?.[d] ?? 0) + s);
        const gap = f(x - p[d]!);
        gradPred[d] = f(gradPred[d]! + f(softmax * f(gap / v)));
        const change = f(f(f(gap * gap) / f(f(2 * v) * v)) + f(f(v - s) / f(f(2 * s) * v)));
        gradNoise = f(gradNoise + f(softmax * change));
      });
    });
    truth.gradPred.push(gradPred);
    truth.gradNoise.push(gradNoise);
  });
  return truth;
}
