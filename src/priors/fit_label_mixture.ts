/**
 * Fitting a Gaussian mixture to the training labels.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber, type NumberRule } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import type { CovarianceKind, LabelMixture } from "./label_mixture.ts";
import { type Labels, readLabels } from "./labels.ts";
import { type EmLimits, type EmResult, runEm } from "./mixture_em.ts";
import { type MixturePoints, mixturePoints } from "./mixture_points.ts";
import { mixtureBic, mixtureResult } from "./mixture_result.ts";
import { mixtureStart } from "./mixture_start.ts";
import { type Random, random } from "./random.ts";

const ACTION = "Cannot fit label mixture";

/** How {@linkcode fitLabelMixture} fits. */
export interface FitLabelMixtureOptions {
  /**
   * How many components, from 1 to the number of distinct labels; or `"auto"`: 1, 2, 3, ... are
   * fitted and the one of least BIC is taken, until three in a row are no better or `maxComponents`
   * is reached.
   */
  readonly components: number | "auto";
  /** Where `"auto"` ends at the latest, 1 or more; default 20. */
  readonly maxComponents?: number | undefined;
  /**
   * The components' form in several dimensions: `"full"` (default), `"diagonal"`, or `"spherical"`:
   * the same variance in all dimensions. In one dimension they are the same.
   */
  readonly covariance?: CovarianceKind | undefined;
  /** Where the random numbers start: an integer from 0 to 2^32 - 1; default 0. */
  readonly seed?: number | undefined;
  /**
   * A step that raises the mean log-likelihood by less, in nats, is the last; above 0, default
   * 1e-5.
   */
  readonly tolerance?: number | undefined;
  /** The most steps of expectation-maximization, 1 or more; default 500. */
  readonly maxIterations?: number | undefined;
  /**
   * How many starts are tried: 1 or more, default 5. Each gets 20 steps; the best goes on to the
   * end.
   */
  readonly restarts?: number | undefined;
  /**
   * The least variance of a component (eigenvalue, if full), as a share of the labels' own variance
   * in each dimension; above 0, default 1e-6. It keeps a component from shrinking to a single
   * label.
   */
  readonly varianceFloor?: number | undefined;
}

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
 * @param labels Training labels `[N]` or `[N, D]`; see {@linkcode Labels}.
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
  const points = mixturePoints(table, kind === "spherical");
  const fit = (components: number) => bestOf(points, kind, components, checked, numbers);
  if (checked.components === "auto") {
    const most = Math.min(checked.maxComponents, points.rows);
    let best = fit(1);
    let bestSize = 1;
    for (let size = 2; size <= most && size <= bestSize + PATIENCE; size++) {
      const next = fit(size);
      if (mixtureBic(points, next) < mixtureBic(points, best)) [best, bestSize] = [next, size];
    }
    return mixtureResult(points, best);
  }
  if (checked.components > points.rows) {
    throw new RangeError(
      `${ACTION} as components must be at most the number of distinct labels, ${points.rows}: ` +
        `current value is ${checked.components}`,
    );
  }
  return mixtureResult(points, fit(checked.components));
}

type Checked = ReturnType<typeof checkFit>;

/** The options by name. */
const NAMES: readonly (keyof FitLabelMixtureOptions)[] = [
  "components",
  "maxComponents",
  "covariance",
  "seed",
  "tolerance",
  "maxIterations",
  "restarts",
  "varianceFloor",
];
const COUNT: NumberRule = { whole: true, least: 1 };

function checkFit(options: FitLabelMixtureOptions) {
  checkOptions(options, NAMES, ACTION);
  const {
    components,
    maxComponents = 20,
    covariance = "full",
    seed = 0,
    tolerance = 1e-5,
    maxIterations = 500,
    restarts = 5,
    varianceFloor = 1e-6,
  } = options;
  if (components !== "auto" && !(Number.isInteger(components) && components >= 1)) {
    throw new (typeof components === "number" ? RangeError : TypeError)(
      `${ACTION} as components must be "auto" or an integer >= 1: ` +
        `current value is ${shown(components)}`,
    );
  }
  checkNumber(maxComponents, "maxComponents", ACTION, COUNT);
  checkChoice(covariance, "covariance", ["full", "diagonal", "spherical"], ACTION);
  checkNumber(tolerance, "tolerance", ACTION, { above: 0 });
  checkNumber(maxIterations, "maxIterations", ACTION, COUNT);
  checkNumber(restarts, "restarts", ACTION, COUNT);
  checkNumber(varianceFloor, "varianceFloor", ACTION, { above: 0 });
  const limits: EmLimits = { tolerance, maxIterations, floor: varianceFloor };
  return { components, maxComponents, covariance, seed, restarts, limits };
}

/** Some steps from every start, then the best of them to the end. */
function bestOf(
  points: MixturePoints,
  kind: CovarianceKind,
  components: number,
  { restarts, limits }: Checked,
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
