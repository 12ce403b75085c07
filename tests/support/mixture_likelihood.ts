/** The likelihood of labels under a mixture, as printed: plain loops, float64. */
import type { LabelMixture } from "../../mod.ts";
import { logNormal, logSumExp } from "./reference.ts";

/** Mean over the labels, in nats. */
export function mixtureLogLikelihood(mixture: LabelMixture, labels: number[] | number[][]): number {
  const { weights, means, variances, covariances } = mixture;
  let total = 0;
  for (const label of labels) {
    const x = [label].flat();
    const logits = weights.map((weight, j) => {
      const mean = [means[j]!].flat();
      if (covariances) return Math.log(weight) + logNormalFull(x, mean, covariances[j]!);
      const variance = [variances![j]!].flat();
      return Math.log(weight) + logNormal(x, mean, x.map((_, d) => variance[d] ?? variance[0]!));
    });
    total += logSumExp(logits);
  }
  return total / labels.length;
}

/** By Gaussian elimination of `[covariance | x - mean]`. */
function logNormalFull(x: number[], mean: number[], covariance: number[][]): number {
  const rows = covariance.map((row, d) => [...row, x[d]! - mean[d]!]);
  const dim = x.length;
  let log = -dim / 2 * Math.log(2 * Math.PI);
  for (let a = 0; a < dim; a++) {
    const pivot = rows[a]![a]!;
    log -= Math.log(pivot) / 2 + rows[a]![dim]! ** 2 / (2 * pivot);
    for (let b = a + 1; b < dim; b++) {
      const factor = rows[b]![a]! / pivot;
      for (let c = a; c <= dim; c++) rows[b]![c]! -= factor * rows[a]![c]!;
    }
  }
  return log;
}
