/**
 * How relevant a label is, by interpolation.
 *
 * @module
 */
import { shown } from "../check/shown.ts";

/** A label whose relevance is known: `[label, relevance]`, the relevance from 0 to 1. */
export type RelevancePoint = readonly [label: number, relevance: number];

/**
 * A relevance function: each label's importance from 0 (of no interest) to 1, interpolated between
 * known points so that it neither overshoots nor wavers (piecewise cubic Hermite, pchip).
 *
 * Choose {@linkcode boxPlotRelevance} for the points where rare means relevant; give points of your
 * own where the domain says what matters (a depth at which a robot collides, a river's flood
 * level).
 *
 * @param points At least one `[label, relevance]`, labels rising strictly, in units of the label.
 * @returns The function from a label to its relevance. Below the first point and above the last it
 * keeps their relevance; it is flat at both and wherever the points turn.
 * @throws {TypeError} If a point is not two numbers.
 * @throws {RangeError} If there is no point, the labels do not rise, or a relevance is not from 0
 * to 1.
 *
 * @example Relevance rises from 10 to 20 degrees
 * ```ts
 * import { relevanceFunction } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const relevance = relevanceFunction([[10, 0], [20, 1]]);
 * assertEquals([0, 10, 15, 20, 99].map(relevance), [0, 0, 0.5, 1, 1]);
 * ```
 *
 * @see Ribeiro and Moniz, Imbalanced regression and extreme value prediction, Machine Learning 109,
 * 2020; Fritsch and Carlson, Monotone piecewise cubic interpolation, SIAM J. Numer. Anal. 17, 1980.
 */
export function relevanceFunction(points: readonly RelevancePoint[]): (label: number) => number {
  checkPoints(points);
  const x = points.map(([label]) => label);
  const y = points.map(([, relevance]) => relevance);
  const slopes = monotoneSlopes(x, y);
  const last = x.length - 1;
  return (label) => {
    if (typeof label !== "number") {
      throw new TypeError(
        `Cannot compute relevance as label must be a number: current value is ${shown(label)}`,
      );
    }
    if (Number.isNaN(label)) return NaN;
    if (label <= x[0]!) return y[0]!;
    if (label >= x[last]!) return y[last]!;
    const k = x.findIndex((knot) => knot > label) - 1;
    const width = x[k + 1]! - x[k]!;
    const t = (label - x[k]!) / width;
    const value = y[k]! + t * t * (3 - 2 * t) * (y[k + 1]! - y[k]!) +
      width * t * (1 - t) * ((1 - t) * slopes[k]! - t * slopes[k + 1]!);
    return Math.max(0, Math.min(1, value)); // rounding only: the curve stays between its points
  };
}

/** Slopes at the points, 0 at the ends and at turns, small enough that no interval overshoots. */
function monotoneSlopes(x: number[], y: number[]): number[] {
  const secants = x.slice(1).map((knot, k) => (y[k + 1]! - y[k]!) / (knot - x[k]!));
  const slopes = x.map((_, k) => {
    const [left = 0, right = 0] = [secants[k - 1], secants[k]];
    return left * right > 0 ? (left + right) / 2 : 0;
  });
  secants.forEach((secant, k) => {
    if (secant === 0) return;
    // Fritsch and Carlson's region of monotone cubics; outside it, back to their circle of
    // radius 3.
    const [a, b] = [slopes[k]! / secant, slopes[k + 1]! / secant];
    const [beyondA, beyondB] = [2 * a + b - 3, a + 2 * b - 3];
    if (beyondA > 0 && beyondB > 0 && a * (beyondA + beyondB) < beyondA ** 2) {
      const scale = 3 / Math.hypot(a, b);
      slopes[k] = scale * a * secant;
      slopes[k + 1] = scale * b * secant;
    }
  });
  return slopes;
}

function checkPoints(points: readonly RelevancePoint[]): void {
  if (!Array.isArray(points)) {
    throw new TypeError(
      "Cannot create a relevance function as points must be a list of [label, relevance]: " +
        `current value is ${shown(points)}`,
    );
  }
  if (points.length === 0) {
    throw new RangeError(
      "Cannot create a relevance function as there must be a point: current value is []",
    );
  }
  points.forEach((point, k) => {
    if (!Array.isArray(point) || point.length !== 2 || !point.every(Number.isFinite)) {
      throw new TypeError(
        `Cannot create a relevance function as a point must be two finite numbers: ` +
          `current value is ${shown(point)}`,
      );
    }
    const [label, relevance] = points[k]!;
    if (!(relevance >= 0 && relevance <= 1)) {
      throw new RangeError(
        `Cannot create a relevance function as relevance must be from 0 to 1: ` +
          `current value is ${relevance}`,
      );
    }
    if (k > 0 && !(label > points[k - 1]![0])) {
      throw new RangeError(
        "Cannot create a relevance function as its labels must rise strictly: " +
          `current values are ${points[k - 1]![0]} and ${label}`,
      );
    }
  });
}
