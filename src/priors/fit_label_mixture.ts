/**
 * Fitting a Gaussian mixture to the training labels.
 *
 * @module
 */
import type { CovarianceKind, LabelMixture } from "./label_mixture.ts";
import { type Labels, readLabels } from "./labels.ts";
import { condensePoints } from "./condense_points.ts";
import {
  type CheckedFit,
  checkFit,
  FIT_ACTION as ACTION,
  type FitLabelMixtureOptions,
} from "./fit_label_mixture_options.ts";
import { type EmResult, runEm } from "./mixture_em.ts";
import { type MixturePoints, mixturePoints } from "./mixture_points.ts";
import { mixtureBic, mixtureResult } from "./mixture_result.ts";
import { mixtureStart } from "./mixture_start.ts";
import { type Random, random } from "./random.ts";

const SCREENING = 20;
const PATIENCE = 3;

/**
 * Fits a Gaussian mixture to training labels: the prior of GAI, Balanced MSE by analytical
 * integration.
 *
 * Choose it where the distribution of the labels is smooth or has several dimensions; it costs the
 * loss one column a component. For one dimension and any shape, {@linkcode labelHistogram} needs no
 * fit.
 *
 * Expectation-maximization in the log domain, started by k-means++, on standardized labels: the
 * result follows the labels' unit and origin, and does not depend on their order. The same seed
 * gives the same mixture. A step never lowers the likelihood. Labels that repeat (whole numbers,
 * zeros) may draw a component of the least variance: a bin, which GAI takes as it takes the others.
 * A component that loses all its labels on the way is left out of the result.
 *
 * More than `maxPoints` distinct labels are first condensed, so that millions take seconds; counts
 * stand for as many labels as they say.
 *
 * @param labels Training labels `[N]` or `[N, D]`, or counts; see {@linkcode Labels}.
 * @param options How many components, and how to fit.
 * @returns The mixture: `variances` `[K]` for one dimension, even as `[N, 1]`, with `means` `[K]`;
 * for more `means` `[K][D]` and `covariances` `[K][D][D]` (`"full"`), `variances` `[K][D]`
 * (`"diagonal"`) or `[K]` (`"spherical"`). Components are in increasing order of their means (of
 * the first dimension). Where all labels agree in a dimension, its standard deviation is about 1e-6
 * of the label.
 * @throws {TypeError} If labels are no numbers or rows differ in length, or an option is of the
 * wrong kind.
 * @throws {RangeError} If there are no labels, some are NaN or infinite (the message counts them),
 * there are more components than distinct labels, or an option is out of its domain.
 *
 * @example Two groups of labels
 * ```ts
 * import { fitLabelMixture } from "@balanced/mse";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const labels = [1, 2, 3, 101, 103];
 * const mixture = await fitLabelMixture(labels, { components: 2 });
 * assertAlmostEquals(mixture.weights[0]!, 0.6, 1e-9);
 * assertAlmostEquals(mixture.means[1] as number, 102, 1e-9);
 * assertAlmostEquals(mixture.variances![1] as number, 1, 1e-9);
 * assertEquals(
 *   `${mixture}`,
 *   "LabelMixture: 2 components in 1-D fitted to 5 labels, -1.97 nats a label, " +
 *     "converged in 1 iteration",
 * );
 * ```
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, eq. 3.9 (GAI); Arthur
 * and Vassilvitskii, k-means++: The Advantages of Careful Seeding, SODA 2007.
 */
export async function fitLabelMixture(
  labels: Labels,
  options: FitLabelMixtureOptions,
): Promise<LabelMixture> {
  const checked = checkFit(options);
  const numbers = random(checked.seed, ACTION);
  const table = await readLabels(labels, ACTION);
  // In one dimension spheres are the cheapest of three equals.
  const kind = table.dim === 1 ? "spherical" : checked.covariance;
  const all = mixturePoints(table, kind === "spherical");
  const points = condensePoints(all, checked.maxPoints);
  const fit = (components: number) => bestOf(points, kind, components, checked, numbers);
  if (checked.components === "auto") {
    const most = Math.min(checked.maxComponents, points.rows);
    let best = fit(1);
    let bestSize = 1;
    for (let size = 2; size <= most && size <= bestSize + PATIENCE; size++) {
      const next = fit(size);
      if (mixtureBic(points, next) < mixtureBic(points, best)) [best, bestSize] = [next, size];
    }
    return mixtureResult(all, best, points.rows);
  }
  if (checked.components > points.rows) {
    throw new RangeError(
      `${ACTION} as components must be at most the number of distinct labels, ${points.rows}` +
        `${points.rows < all.rows ? " (as points, see maxPoints)" : ""}: ` +
        `current value is ${checked.components}`,
    );
  }
  return mixtureResult(all, fit(checked.components), points.rows);
}

/** Some steps from every start, then the best of them to the end. */
function bestOf(
  points: MixturePoints,
  kind: CovarianceKind,
  components: number,
  { restarts, limits }: CheckedFit,
  numbers: Random,
): EmResult {
  const screening = { ...limits, maxIterations: Math.min(SCREENING, limits.maxIterations) };
  let best: EmResult | undefined;
  for (let i = 0; i < restarts; i++) {
    const start = mixtureStart(points, kind, components, limits.floor, numbers);
    const result = runEm(points, start, screening);
    if (!best || result.logLikelihood > best.logLikelihood) best = result;
  }
  if (best!.converged || best!.iterations === limits.maxIterations) return best!;
  const rest = { ...limits, maxIterations: limits.maxIterations - best!.iterations };
  const last = runEm(points, best!.state, rest);
  return { ...last, iterations: best!.iterations + last.iterations };
}
