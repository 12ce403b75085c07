/**
 * Which labels are rare, by the box plot of the training labels.
 *
 * @module
 */
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { medcouple } from "./medcouple.ts";
import type { RelevancePoint } from "./relevance_function.ts";
import { readColumn, type Values } from "./values.ts";

/** Which end of the labels is relevant, and which box plot says where it begins. */
export interface BoxPlotRelevanceOptions {
  /** `"both"` ends (default), only `"high"` or only `"low"` labels. */
  readonly extremes?: "both" | "high" | "low" | undefined;
  /**
   * `"adjusted"` (default; the paper, R's IRon): the fences are moved by the labels' skewness, and
   * relevance is 1 from the fence on. `"standard"` (Python's ImbalancedLearningRegression): Tukey's
   * whiskers, and relevance is 1 from the whisker's end on; an end without a label beyond its
   * whisker has relevance 0.
   */
  readonly boxPlot?: "adjusted" | "standard" | undefined;
  /** How many interquartile ranges the fences lie off the box, above 0. Default 1.5. */
  readonly coefficient?: number | undefined;
}

/**
 * The points of a relevance function for which rare means relevant: 0 at the median of the labels,
 * 1 from where the box plot's outliers begin.
 *
 * Choose it for {@linkcode sera} where nothing but the training labels is known.
 *
 * @param labels Labels of the training set, `[M]` or `[M, 1]`, in any unit.
 * @param options Which extremes, which box plot.
 * @returns Three points, or fewer where an irrelevant end is the median itself; for
 * {@linkcode relevanceFunction}.
 * @throws {TypeError} If `labels` holds no numbers or is not one number a row.
 * @throws {RangeError} If there is no label, one is NaN or infinite, an option is none of its
 * values, or the middle half of the labels is one value, or a standard whisker ends at the median,
 * so that its label would be relevant and not: then give points of your own.
 *
 * @example Waiting times: only the long ones matter
 * ```ts
 * import { boxPlotRelevance, relevanceFunction } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const labels = [1, 2, 2, 3, 3, 3, 4, 4, 5, 30];
 * const points = await boxPlotRelevance(labels, { extremes: "high", boxPlot: "standard" });
 * assertEquals(points, [[1, 0], [3, 0], [5, 1]]);
 * assertEquals(relevanceFunction(points)(30), 1);
 * ```
 *
 * @see Ribeiro and Moniz, Imbalanced regression and extreme value prediction, Machine Learning 109,
 * 2020; Hubert and Vandervieren, An adjusted boxplot for skewed distributions, CSDA 52, 2008.
 */
export async function boxPlotRelevance(
  labels: Values,
  options: BoxPlotRelevanceOptions = {},
): Promise<RelevancePoint[]> {
  const what = "box-plot relevance";
  const claim = `Cannot compute ${what}`;
  checkOptions(options, ["extremes", "boxPlot", "coefficient"], claim);
  const { extremes = "both", boxPlot = "adjusted", coefficient = 1.5 } = options;
  checkChoice(extremes, "extremes", ["both", "high", "low"], claim);
  checkChoice(boxPlot, "boxPlot", ["adjusted", "standard"], claim);
  checkNumber(coefficient, "coefficient", claim, { above: 0 });
  const sorted = (await readColumn(what, "labels", labels)).slice().sort();
  const [q1, median, q3] = hinges(sorted);
  if (!(q3 > q1)) {
    throw new RangeError(
      `Cannot compute ${what} as the middle half of the labels must not be one value: ` +
        `current value is ${q1}`,
    );
  }
  const skewness = boxPlot === "adjusted" ? medcouple(sorted) : 0;
  // exp(-4 skewness) on the short side, exp(3 skewness) on the long one.
  const [below, above] = skewness >= 0 ? [-4, 3] : [-3, 4];
  const low = q1 - coefficient * Math.exp(below * skewness) * (q3 - q1);
  const high = q3 + coefficient * Math.exp(above * skewness) * (q3 - q1);
  const [first, last] = [sorted[0]!, sorted.at(-1)!];

  const end = (relevant: boolean, fence: number, extreme: number, whisker: number) => {
    if (!relevant) return [extreme, 0] as const;
    if (boxPlot === "adjusted") return [fence, 1] as const;
    return [whisker, whisker === extreme ? 0 : 1] as const;
  };
  const points: RelevancePoint[] = [
    end(extremes !== "high", low, first, sorted.find((label) => label >= low)!),
    [median, 0],
    end(extremes !== "low", high, last, sorted.findLast((label) => label <= high)!),
  ];
  const kept = points.filter(([label, relevance], k) =>
    k === 1 || relevance > 0 || label !== median
  );
  if (kept.some(([label], k) => k > 0 && label === kept[k - 1]![0])) {
    throw new RangeError(
      `Cannot compute ${what} as a whisker must not end at the median: ` +
        `current value of both is ${median}`,
    );
  }
  return kept;
}

/** Tukey's lower hinge, median and upper hinge, as R's fivenum. */
function hinges(sorted: Float64Array): [number, number, number] {
  const n = sorted.length;
  const depth = Math.floor((n + 3) / 2) / 2;
  return [depth, (n + 1) / 2, n + 1 - depth].map((place) =>
    (sorted[Math.floor(place) - 1]! + sorted[Math.ceil(place) - 1]!) / 2
  ) as [number, number, number];
}
