/**
 * Labels that come as values and how often each occurs.
 *
 * @module
 */
import { shown } from "../check/shown.ts";

/**
 * Labels as counts: what billions of labels (the pixels of depth maps) are kept as. `values[v]`
 * occurred `counts[v]` times; the same as so many labels in a row, but for the room they take.
 * {@linkcode labelCounts} makes them of a stream.
 */
export interface LabelCounts {
  /**
   * The labels that occur, or the middles of bins: `[V]`, finite, in any order, in units of the
   * label.
   */
  readonly values: ArrayLike<number>;
  /**
   * How often each occurs: `[V]`, whole numbers from 0 to 2^53, of which one is above 0. They may
   * exceed 2^32, and are summed in float64.
   */
  readonly counts: ArrayLike<number>;
}

/** Counts, checked. */
export interface CheckedCounts {
  /** `[V]`, finite in float32. */
  readonly values: Float64Array;
  /** `[V]`, 0 or above, of which one is. */
  readonly counts: Float64Array;
}

/** Whether an argument is meant as counts: an object that has both. */
export function isLabelCounts(given: unknown): given is LabelCounts {
  return typeof given === "object" && given !== null && !Array.isArray(given) &&
    !ArrayBuffer.isView(given) && "values" in given && "counts" in given;
}

/**
 * Copies counts, those of 0 too; `name` is the argument.
 *
 * @throws {TypeError} If they are no lists of numbers of one length.
 * @throws {RangeError} If a value is not finite, a count not whole or below 0, or all are 0.
 */
export function readLabelCounts(
  { values, counts }: LabelCounts,
  name: string,
  claim: string,
): CheckedCounts {
  for (const [field, list] of Object.entries({ values, counts })) {
    if (isList(list)) continue;
    throw new TypeError(
      `${claim} as the ${field} of ${name} must be a list of numbers: current value is ${
        shown(list)
      }`,
    );
  }
  if (values.length !== counts.length) {
    throw new TypeError(
      `${claim} as the values and counts of ${name} must be equally long: ` +
        `current lengths are ${values.length} and ${counts.length}`,
    );
  }
  const refuse = (field: string, rule: string, v: number, current: unknown): never => {
    throw new (typeof current === "number" ? RangeError : TypeError)(
      `${claim} as the ${field} of ${name} must be ${rule}: current number ${v} is ${
        shown(current)
      }`,
    );
  };
  for (let v = 0; v < values.length; v++) {
    const [value, count]: unknown[] = [values[v], counts[v]];
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      refuse("values", "finite float32 numbers", v, value);
    }
    if (!Number.isSafeInteger(count) || (count as number) < 0) {
      refuse("counts", "whole numbers from 0 to 2^53", v, count);
    }
  }
  const read = { values: Float64Array.from(values), counts: Float64Array.from(counts) };
  if (read.counts.every((count) => count === 0)) {
    throw new RangeError(
      `${claim} as the counts of ${name} must have one above 0: current number of counts is ` +
        `${counts.length}`,
    );
  }
  return read;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}
