/**
 * What a mixture fit returns.
 *
 * @module
 */
import { LabelMixture } from "./label_mixture.ts";
import type { EmResult } from "./mixture_em.ts";
import { expect } from "./mixture_expect.ts";
import type { MixturePoints } from "./mixture_points.ts";

/** Mean log-likelihood of the labels as they came, in nats: standardizing divided by the scale. */
function logLikelihoodOf({ scale }: MixturePoints, { logLikelihood }: EmResult): number {
  return logLikelihood - scale.reduce((sum, s) => sum + Math.log(s), 0);
}

/** Bayesian information criterion: the lower the better. */
export function mixtureBic(points: MixturePoints, result: EmResult): number {
  const { kind, dim, weights } = result.state;
  const perSpread = { full: dim * (dim + 1) / 2, diagonal: dim, spherical: 1 }[kind];
  const parameters = weights.length * (1 + dim + perSpread) - 1;
  return parameters * Math.log(points.total) - 2 * points.total * logLikelihoodOf(points, result);
}

/**
 * The mixture in units of the label, sorted by mean, without the components that have no label.
 *
 * @param points All labels.
 * @param fitted So many points the result comes from; if fewer, its likelihood is made that of all.
 */
export function mixtureResult(
  points: MixturePoints,
  found: EmResult,
  fitted = points.rows,
): LabelMixture {
  const { shift, scale, total, rows } = points;
  const result = fitted === rows
    ? found
    : { ...found, logLikelihood: expect(points, found.state).logLikelihood };
  const { kind, dim, weights, means, spread } = result.state;
  const meanOf = (j: number) =>
    Array.from({ length: dim }, (_, d) => means[j * dim + d]! * scale[d]! + shift[d]!);
  const varianceOf = (j: number) =>
    Array.from({ length: dim }, (_, d) => spread[j * dim + d]! * scale[d]! ** 2);
  const covarianceOf = (j: number) =>
    Array.from({ length: dim }, (_, d) =>
      Array.from(
        { length: dim },
        (_, e) => spread[(j * dim + d) * dim + e]! * scale[d]! * scale[e]!,
      ));
  const order = Array.from(weights.keys()).filter((j) => weights[j]! > 0).sort((a, b) => {
    let d = 0;
    while (d < dim - 1 && means[a * dim + d] === means[b * dim + d]) d++;
    return means[a * dim + d]! - means[b * dim + d]!;
  });
  return new LabelMixture({
    weights: order.map((j) => weights[j]!),
    means: dim === 1 ? order.map((j) => meanOf(j)[0]!) : order.map(meanOf),
    ...(kind === "full"
      ? { covariances: order.map(covarianceOf) }
      : kind === "diagonal"
      ? { variances: order.map(varianceOf) }
      : { variances: order.map((j) => varianceOf(j)[0]!) }),
    fit: {
      labels: total,
      ...(fitted < rows && { points: fitted }),
      logLikelihood: logLikelihoodOf(points, result),
      bic: mixtureBic(points, result),
      iterations: result.iterations,
      converged: result.converged,
    },
  });
}
