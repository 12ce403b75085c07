/**
 * How a label mixture is fitted.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber, type NumberRule } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import type { CovarianceKind } from "./label_mixture.ts";
import type { EmLimits } from "./mixture_em.ts";

/** What cannot be done with other options. */
export const FIT_ACTION = "Cannot fit label mixture";
const ACTION = FIT_ACTION;

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
  /**
   * The most points that are worked on, 100 or more, default 4,096; `Infinity` for every label. Of
   * more distinct labels neighbors are taken together: at their mean in one dimension, by a sample
   * along their order in several. The fit then takes seconds whatever their number, and says so.
   */
  readonly maxPoints?: number | undefined;
}

/** Every option given. */
export type CheckedFit = ReturnType<typeof checkFit>;

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
  "maxPoints",
];
const COUNT: NumberRule = { whole: true, least: 1 };

/** The options with their defaults, checked. */
export function checkFit(options: FitLabelMixtureOptions) {
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
    maxPoints = 4096,
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
  if (maxPoints !== Infinity) {
    checkNumber(maxPoints, "maxPoints", ACTION, { whole: true, least: 100 });
  }
  const limits: EmLimits = { tolerance, maxIterations, floor: varianceFloor };
  return { components, maxComponents, covariance, seed, restarts, limits, maxPoints };
}
