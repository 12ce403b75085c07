/**
 * Weights of training labels by their rarity.
 *
 * @module
 */
import { countLabels } from "../bins/count_labels.ts";
import { BIN_OPTIONS, checkBins, type LabelBins } from "../bins/label_bins.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import { checkSmoothing, type LabelSmoothing, smooth } from "./label_smoothing.ts";
import { type Labels, readLabels1d } from "./labels.ts";

const ACTION = "Cannot weigh labels";

/** How {@linkcode labelWeights} weighs. */
export interface LabelWeightsOptions extends LabelBins {
  /** One over the bin's count, `"inverse"`, or over its square root, `"sqrt-inverse"` (default). */
  readonly scheme?: "inverse" | "sqrt-inverse" | undefined;
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
 * Weighs each training label by one over how common labels like it are.
 *
 * The classic remedy for imbalance that Balanced MSE is compared with: weights for a re-weighted
 * loss. In this order, as in the authors' code: labels are counted by bin; counts are clipped (**by
 * default for `"inverse"`, see `clip`**); `"sqrt-inverse"` takes the root; `lds` smooths the result
 * over the bins; a label's weight is one over its bin's value, scaled so that all weights' mean is
 * 1.
 *
 * The bins reach from the lowest to the highest label. The authors' reach from 0 to 120 whatever
 * the labels: with `lds` that changes the outermost weights; give `edges` for the same numbers.
 *
 * @param labels Training labels `[N]` or `[N, 1]`; see {@linkcode Labels}.
 * @param options One of `binWidth` (with `align`, by default `"center"`), `bins` and `edges`;
 * scheme, smoothing and clipping.
 * @returns One weight a label, in the labels' order: `[N]`, without unit, above 0, of mean 1.
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
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.1 and appendix B
 * (`_prepare_weights` in the authors' code).
 */
export async function labelWeights(
  labels: Labels,
  options: LabelWeightsOptions,
): Promise<number[]> {
  checkOptions(options, [...BIN_OPTIONS, "scheme", "lds", "clip"], ACTION);
  const { scheme = "sqrt-inverse", clip = scheme === "inverse" ? [5, 1000] : false } = options;
  checkChoice(scheme, "scheme", ["inverse", "sqrt-inverse"], ACTION);
  const [least, greatest] = clipOf(clip);
  const rule = checkBins(options, ACTION, { align: "center" });
  const lds = options.lds === undefined ? undefined : checkSmoothing(options.lds, ACTION, "lds");
  const values = await readLabels1d(labels, ACTION);
  const { counts, binOf } = countLabels(values, rule, ACTION);
  const clipped = counts.map((count) => Math.min(Math.max(count, least), greatest));
  const plain = scheme === "inverse" ? clipped : clipped.map(Math.sqrt);
  const mass = lds === undefined ? plain : smooth(plain, lds);
  const weights = Array.from(binOf, (bin) => 1 / mass[bin]!);
  const scale = weights.length / weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight * scale);
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
