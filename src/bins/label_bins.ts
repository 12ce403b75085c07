/**
 * How the label axis is cut into bins: the options, the same for priors, weights and metrics.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkObject } from "../check/check_object.ts";
import { shown } from "../check/shown.ts";

/**
 * How labels are binned: by one of `binWidth`, `bins` and `edges`.
 *
 * A label on an edge belongs to the bin that begins there, as in `numpy.histogram`. A label that is
 * an edge but for rounding, to float32 or in float64's last digits, counts as on it: 0.7, the 0.7
 * of a float32 tensor share a bin, and so do 0.8 and 0.1 + 0.7.
 */
export interface LabelBins {
  /** The bins' width, in units of the label, above 0. Where they lie, `align` says. */
  readonly binWidth?: number | undefined;
  /**
   * Goes with `binWidth`, whose multiples are either the bins' centers, `"center"`, or their edges,
   * `"edge"`. With a width of 1 the label 20.5 shares a bin with 21 in the former, with 20 in the
   * latter; whole numbers are alone in either. Default `"center"` for priors and weights, so that
   * labels on a grid lie at the centers, and `"edge"` for metrics, as reports read: 20 to below 25.
   */
  readonly align?: "center" | "edge" | undefined;
  /**
   * How many bins of equal width span the labels from the lowest to the highest, 1 to 1,000,000.
   * Around one distinct label they span half a unit to either side (more where the label is too
   * large to tell).
   */
  readonly bins?: number | undefined;
  /**
   * The bins' edges, two or more, increasing: bin b holds the labels from `edges[b]` to below
   * `edges[b + 1]`, the last one its upper edge too. No label may lie outside.
   */
  readonly edges?: ArrayLike<number> | undefined;
}

/** Where bins of a width lie. */
export type BinAlign = NonNullable<LabelBins["align"]>;

/** The options by name. */
export const BIN_OPTIONS = ["binWidth", "align", "bins", "edges"] as const;

/** The most bins that are listed one by one. */
export const MAX_BINS = 1_000_000;

/** The options as one of three ways. */
export type BinRule =
  | { readonly by: "width"; readonly width: number; readonly align: BinAlign }
  | { readonly by: "count"; readonly bins: number }
  | { readonly by: "edges"; readonly edges: Float64Array };

/** What a function bins by where it is not told. */
export interface BinDefaults {
  readonly align: BinAlign;
  /** The width; absent where users must choose. */
  readonly width?: number | undefined;
}

/**
 * The options, checked: before labels are read.
 *
 * @param claim How an error begins: "Cannot make label histogram".
 * @throws {TypeError} If not exactly one way is given, or an option is of the wrong kind.
 * @throws {RangeError} If an option is out of its domain.
 */
export function checkBins(options: LabelBins, claim: string, defaults: BinDefaults): BinRule {
  checkObject(options, "options", claim);
  const { binWidth, bins, edges, align = defaults.align } = options;
  checkChoice(align, "align", ["center", "edge"], claim);
  const ways = [binWidth, bins, edges].filter((way) => way !== undefined).length;
  if (ways > 1 || (ways === 0 && defaults.width === undefined)) {
    throw new TypeError(
      `${claim} as ${defaults.width === undefined ? "exactly" : "at most"} one of binWidth, bins ` +
        `and edges must be given: current number is ${ways}`,
    );
  }
  if (options.align !== undefined && (bins !== undefined || edges !== undefined)) {
    throw new TypeError(
      `${claim} as align must go with binWidth: current value is ${shown(options.align)}`,
    );
  }
  if (edges !== undefined) return { by: "edges", edges: checkEdges(edges, claim) };
  if (bins !== undefined) {
    checkNumber(bins, "bins", claim, { whole: true, least: 1, most: MAX_BINS });
    return { by: "count", bins };
  }
  const width = binWidth === undefined ? defaults.width : binWidth;
  checkNumber(width, "binWidth", claim, { above: 0 });
  return { by: "width", width, align };
}

/** @throws {TypeError} If they are no numbers. @throws {RangeError} If they do not increase. */
export function checkEdges(given: unknown, claim: string): Float64Array {
  const list = Array.isArray(given) || (ArrayBuffer.isView(given) && "length" in given)
    ? given as ArrayLike<unknown>
    : [];
  if (list.length < 2) {
    throw new TypeError(
      `${claim} as edges must be two numbers or more: current value is ${shown(given)}`,
    );
  }
  const edges = new Float64Array(list.length);
  for (let b = 0; b < list.length; b++) {
    checkNumber(list[b], `edge ${b}`, claim);
    edges[b] = list[b] as number;
    if (b > 0 && !(edges[b]! > edges[b - 1]!)) {
      throw new RangeError(
        `${claim} as edges must increase: current edges ${b - 1} and ${b} are ` +
          `${edges[b - 1]} and ${edges[b]}`,
      );
    }
  }
  return edges;
}
