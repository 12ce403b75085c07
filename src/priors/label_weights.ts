/**
 * Weights of training labels by their rarity.
 *
 * @module
 */
import { countLabels } from "../bins/count_labels.ts";
import { BIN_OPTIONS, checkBins, type LabelBins } from "../bins/label_bins.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkNumber } from "../check/check_number.ts";
import { shown } from "../check/shown.ts";
import { denseWeights } from "./dense_weights.ts";
import { checkSmoothing, type LabelSmoothing, smooth } from "./label_smoothing.ts";
import { type Labels, readLabels1d } from "./labels.ts";

const SCHEMES = ["inverse", "sqrt-inverse", "dense"] as const;
const ACTION = "Cannot weigh labels";

/** How {@linkcode labelWeights} weighs. */
export interface LabelWeightsOptions extends LabelBins {
  /**
   * One over the bin's count, `"inverse"`, or over its square root, `"sqrt-inverse"` (default); or
   * DenseWeight, `"dense"`: one less the labels' density, without bins.
   */
  readonly scheme?: "inverse" | "sqrt-inverse" | "dense" | undefined;
  /**
   * Of `"dense"`: how strongly density counts, 0 or above; default 1. With 0 all weights are 1;
   * above 1 the most common labels weigh next to nothing.
   */
  readonly alpha?: number | undefined;
  /** Label distribution smoothing; none when absent. `{}` is the authors' default. */
  readonly lds?: LabelSmoothing | undefined;
  /**
   * The least and the greatest count: counts beyond, zero too, are set to it before anything else,
   * so that no weight gets out of hand. Default `[5, 1000]` for `"inverse"`, none for
   * `"sqrt-inverse"`, as the authors have it; `false` for none.
   */
  readonly clip?: readonly [least: number, greatest: number] | false | undefined;
}

/**
 * Weighs each training label by how rare labels like it are.
 *
 * The classic remedy for imbalance that Balanced MSE is compared with: weights for a re-weighted
 * loss. In this order, as in the authors' code: labels are counted by bin; counts are clipped (**by
 * default for `"inverse"`, see `clip`**); `"sqrt-inverse"` takes the root; `lds` smooths the result
 * over the bins; a label's weight is one over its bin's value, scaled so that all weights' mean is
 * 1.
 *
 * `"dense"` is DenseWeight: p is the kernel density at a label, by Gaussians of Silverman's width
 * `1.06 sd n^(-1/5)`, scaled to 0 at the rarest of the labels and 1 at the most common one; a
 * label's weight is `max(1 - alpha p, 1e-6)`, divided by the mean. It needs no bins, takes no time
 * that grows with the square of the labels' number, and its weights have an upper end: it does not
 * let a few labels rule as `"inverse"` does.
 *
 * The bins reach from the lowest to the highest label. The authors' reach from 0 to 120 whatever
 * the labels: with `lds` that changes the outermost weights; give `edges` for the same numbers, or
 * counts, whose bins reach over all values, those of count 0 too.
 *
 * @param labels Training labels `[N]` or `[N, 1]`, or counts; see {@linkcode Labels}.
 * @param options One of `binWidth` (with `align`, by default `"center"`), `bins` and `edges`;
 * scheme, smoothing and clipping. Of `"dense"` only `alpha`.
 * @returns One weight a label, in the labels' order: `[N]`, without unit, above 0, of mean 1. Of
 * counts one weight a value: that of each of its labels, over all of which the mean is 1; 0 where
 * the count is.
 * @throws {TypeError} If labels are not of one dimension or no numbers, or not exactly one way of
 * binning is given.
 * @throws {RangeError} If there are no labels, some are NaN, infinite or outside the edges (the
 * message counts them), edges do not increase, or an option is out of its domain.
 *
 * @example Three labels of one kind, one of another
 * ```ts
 * import { labelWeights } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { binWidth: 1, scheme: "inverse", clip: false } as const;
 * const weights = await labelWeights([20, 20, 20, 23], options);
 * assertEquals(weights.map((weight) => Math.round(weight * 1e6) / 1e6), [
 *   0.666667,
 *   0.666667,
 *   0.666667,
 *   2,
 * ]);
 * ```
 *
 * @example DenseWeight of counts
 * ```ts
 * import { labelWeights } from "@balanced/mse";
 * import { assert, assertAlmostEquals } from "@std/assert";
 *
 * const counts = [40, 30, 20, 9, 1];
 * const labels = { values: [20, 21, 22, 23, 24], counts };
 * const weights = await labelWeights(labels, { scheme: "dense" });
 * assert(weights[4]! > 3 * weights[0]!);
 * assertAlmostEquals(weights.reduce((sum, weight, v) => sum + counts[v]! * weight, 0) / 100, 1);
 * ```
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.1 and appendix B
 * (`_prepare_weights` in the authors' code); Steininger et al., Density-based weighting for
 * imbalanced regression, Machine Learning 110, 2021 (DenseWeight).
 */
export async function labelWeights(
  labels: Labels,
  options: LabelWeightsOptions,
): Promise<number[]> {
  checkOptions(options, [...BIN_OPTIONS, "scheme", "alpha", "lds", "clip"], ACTION);
  const { scheme = "sqrt-inverse" } = options;
  checkChoice(scheme, "scheme", SCHEMES, ACTION);
  return await (scheme === "dense" ? byDensity(labels, options) : byCount(labels, options, scheme));
}

async function byDensity(labels: Labels, options: LabelWeightsOptions): Promise<number[]> {
  const { alpha = 1 } = options;
  for (const name of [...BIN_OPTIONS, "lds", "clip"] as const) {
    if (options[name] !== undefined) refuse(`${name} must go with a scheme of bins`, options[name]);
  }
  checkNumber(alpha, "alpha", ACTION, { least: 0 });
  const { values, times } = await readLabels1d(labels, ACTION);
  if (!times) return denseWeights(values, new Float64Array(values.length).fill(1), alpha);
  const has = (_: unknown, i: number) => times[i]! > 0;
  const weights = denseWeights(values.filter(has), times.filter(has), alpha);
  let next = 0;
  return Array.from(times, (count) => count > 0 ? weights[next++]! : 0);
}

async function byCount(
  labels: Labels,
  options: LabelWeightsOptions,
  scheme: "inverse" | "sqrt-inverse",
): Promise<number[]> {
  const { clip = scheme === "inverse" ? [5, 1000] : false } = options;
  if (options.alpha !== undefined) refuse('alpha must go with scheme "dense"', options.alpha);
  const [least, greatest] = clipOf(clip);
  const rule = checkBins(options, ACTION, { align: "center" });
  const lds = options.lds === undefined ? undefined : checkSmoothing(options.lds, ACTION, "lds");
  const { values, times } = await readLabels1d(labels, ACTION);
  const { counts, binOf } = countLabels(values, rule, ACTION, times);
  const clipped = counts.map((count) => Math.min(Math.max(count, least), greatest));
  const plain = scheme === "inverse" ? clipped : clipped.map(Math.sqrt);
  const mass = lds === undefined ? plain : smooth(plain, lds);
  const weights = Array.from(binOf, (bin, i) => times?.[i] === 0 ? 0 : 1 / mass[bin]!);
  const count = (i: number) => times?.[i] ?? 1;
  let [sum, total] = [0, 0];
  weights.forEach((weight, i) => [sum, total] = [sum + count(i) * weight, total + count(i)]);
  return weights.map((weight) => weight * (total / sum));
}

function refuse(rule: string, current: unknown): never {
  throw new TypeError(`${ACTION} as ${rule}: current value is ${shown(current)}`);
}

function clipOf(clip: readonly [number, number] | false): readonly [number, number] {
  if (clip === false) return [0, Infinity];
  const isPair = Array.isArray(clip) && clip.length === 2 &&
    clip.every((count) => typeof count === "number");
  if (!isPair) {
    throw new TypeError(
      `${ACTION} as clip must be [least, greatest], two numbers, or false: ` +
        `current value is ${shown(clip)}`,
    );
  }
  const [least, greatest] = clip;
  // Every label's bin holds one label at least: a greatest count below that would be no count.
  if (!(least >= 0 && greatest >= least && greatest >= 1)) {
    throw new RangeError(
      `${ACTION} as clip's counts must be 0 <= least <= greatest, greatest >= 1: ` +
        `current value is [${clip.join(", ")}]`,
    );
  }
  return [least, greatest];
}
