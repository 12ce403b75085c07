/**
 * The test rows of a report, all or of a shot.
 *
 * @module
 */
import { rowsByShot, type Shot, SHOTS } from "./shots.ts";

/** Predictions and labels of some rows, and what sorts each. */
export interface TestRows {
  readonly pred: Float64Array;
  readonly target: Float64Array;
  readonly predOrder: Uint32Array;
  readonly targetOrder: Uint32Array;
}

/** The rows of each shot, still in order: nothing is sorted again. */
export function splitRows(
  all: TestRows,
  places: Uint32Array,
  shots: readonly Shot[],
): Record<Shot, TestRows> {
  const rows = rowsByShot(places, shots);
  // Each row's number among those of its shot.
  const position = new Uint32Array(places.length);
  for (const shot of SHOTS) rows[shot].forEach((row, k) => position[row] = k);
  const partOf = (shot: Shot, order: Uint32Array) => {
    const part = new Uint32Array(rows[shot].length);
    let end = 0;
    for (const row of order) if (shots[places[row]!] === shot) part[end++] = position[row]!;
    return part;
  };
  const of = (shot: Shot): TestRows => ({
    pred: Float64Array.from(rows[shot], (row) => all.pred[row]!),
    target: Float64Array.from(rows[shot], (row) => all.target[row]!),
    predOrder: partOf(shot, all.predOrder),
    targetOrder: partOf(shot, all.targetOrder),
  });
  return { many: of("many"), medium: of("medium"), few: of("few") };
}
