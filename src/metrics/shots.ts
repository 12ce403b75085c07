/**
 * Many, medium and few: how often a label was seen in training.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import type { LabelBinOptions } from "./label_bin_options.ts";

/** How often labels like a row's were seen in training. */
export type Shot = "many" | "medium" | "few";

/** The three, from the most seen. */
export const SHOTS: readonly Shot[] = ["many", "medium", "few"];

/** The bins, and where they count as many or few. */
export interface ShotOptions extends LabelBinOptions {
  /** A bin with more training labels than this is many-shot. Default 100. */
  readonly many?: number | undefined;
  /**
   * A bin with fewer training labels than this, or none, is few-shot; at most `many`. Default 20.
   */
  readonly few?: number | undefined;
}

/** Where bins count as many or few. */
export interface Thresholds {
  readonly many: number;
  readonly few: number;
}

/** The thresholds of the options, checked. */
export function checkShots(
  what: string,
  { many = 100, few = 20 }: Pick<ShotOptions, "many" | "few">,
): Thresholds {
  for (const [name, value] of Object.entries({ many, few })) {
    if (typeof value === "number") continue;
    throw new TypeError(
      `Cannot compute ${what} as ${name} must be a number: current value is ${shown(value)}`,
    );
  }
  if (!(few >= 0 && few <= many)) {
    throw new RangeError(
      `Cannot compute ${what} as the thresholds must be 0 <= few <= many: ` +
        `current values are few ${few} and many ${many}`,
    );
  }
  return { many, few };
}

/** The shot of a bin with so many training labels. */
export function shotOf(count: number, { many, few }: Thresholds): Shot {
  return count > many ? "many" : count < few ? "few" : "medium";
}

/** How often each of `size` places occurs; the i-th stands for `times[i]` rows, or for one. */
export function countPlaces(places: Uint32Array, size: number, times?: Float64Array): Float64Array {
  const counts = new Float64Array(size);
  for (let i = 0; i < places.length; i++) counts[places[i]!]! += times?.[i] ?? 1;
  return counts;
}

/** Each row's shot, as its number in {@linkcode SHOTS}; `shots` has that of each bin. */
export function shotRows(places: Uint32Array, shots: readonly Shot[]): Uint8Array {
  const numbers = Uint8Array.from(shots, (shot) => SHOTS.indexOf(shot));
  const result = new Uint8Array(places.length);
  for (let i = 0; i < places.length; i++) result[i] = numbers[places[i]!]!;
  return result;
}

/** The indices of the rows of each shot. */
export function rowsByShot(shotOfRow: Uint8Array): Record<Shot, Uint32Array> {
  const sizes = [0, 0, 0];
  for (let i = 0; i < shotOfRow.length; i++) sizes[shotOfRow[i]!]!++;
  const rows = sizes.map((size) => new Uint32Array(size));
  const ends = [0, 0, 0];
  for (let i = 0; i < shotOfRow.length; i++) {
    const shot = shotOfRow[i]!;
    rows[shot]![ends[shot]!++] = i;
  }
  const [many, medium, few] = rows as [Uint32Array, Uint32Array, Uint32Array];
  return { many, medium, few };
}
