/**
 * Predicted and measured depths that count.
 *
 * @module
 */
import { all, readPair, readValues, type Values } from "./values.ts";

/** Depths, flat. */
export interface MeasuredDepths {
  readonly pred: Float64Array;
  readonly target: Float64Array;
}

/**
 * Reads depths that a mask leaves, or all.
 *
 * @param anyPred Whether predictions may be 0 or below.
 * @throws {TypeError} If an argument holds no numbers, or the shapes differ.
 * @throws {RangeError} If none counts, or one that counts is not finite or not above 0.
 */
export async function measuredDepths(
  what: string,
  pred: Values,
  target: Values,
  mask: Values | undefined,
  anyPred = false,
): Promise<MeasuredDepths> {
  const pair = mask === undefined
    ? await readPair(what, pred, target)
    : await masked(what, pred, target, mask);
  checkDepths(what, "pred", pair.pred, anyPred ? -Infinity : 0);
  checkDepths(what, "target", pair.target, 0);
  return pair;
}

async function masked(what: string, pred: Values, target: Values, mask: Values) {
  const [p, t, m] = await all([
    readValues(what, "pred", pred, { finite: false }),
    readValues(what, "target", target, { finite: false }),
    readValues(what, "mask", mask),
  ]);
  if (String(p.shape) !== String(t.shape) || String(p.shape) !== String(m.shape)) {
    throw new TypeError(
      `Cannot compute ${what} as pred, target and mask must have the same shape: ` +
        `current shapes are [${p.shape}], [${t.shape}] and [${m.shape}]`,
    );
  }
  const kept = (data: Float64Array) => data.filter((_, i) => m.data[i] !== 0);
  const pair = { pred: kept(p.data), target: kept(t.data) };
  if (pair.pred.length > 0) return pair;
  throw new RangeError(
    `Cannot compute ${what} as mask must leave an element: current value is 0 everywhere`,
  );
}

function checkDepths(what: string, name: string, depths: Float64Array, above: number): void {
  const wrong = depths.filter((depth) => !(depth > above && depth < Infinity)).length;
  if (wrong === 0) return;
  const rule = above === 0 ? "finite and > 0" : "finite";
  throw new RangeError(
    `Cannot compute ${what} as the depths of ${name} must be ${rule} (or masked): ` +
      `current value has ${wrong} others of ${depths.length} elements`,
  );
}
