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
  readonly many?: number;
  /** A bin with fewer training labels than this, or none, is few-shot; at most `many`. Default 20. */
  readonly few?: number;
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

/** How often each of `size` places occurs. */
export function countPlaces(places: Uint32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (let i = 0; i < places.length; i++) counts[places[i]!]!++;
  return counts;
}

/** The indices of the rows of each shot; `shots` has the shot of each bin, `places` each row's bin. */
export function rowsByShot(
  places: Uint32Array,
  shots: readonly Shot[],
): Record<Shot, Uint32Array> {
  const sizes = { many: 0, medium: 0, few: 0 };
  for (let i = 0; i < places.length; i++) sizes[shots[places[i]!]!]++;
  const rows: Record<Shot, Uint32Array> = {
    many: new Uint32Array(sizes.many),
    medium: new Uint32Array(sizes.medium),
    few: new Uint32Array(sizes.few),
  };
  const ends = { many: 0, medium: 0, few: 0 };
  for (let i = 0; i < places.length; i++) {
    const shot = shots[places[i]!]!;
    rows[shot][ends[shot]++] = i;
  }
  return rows;
}
