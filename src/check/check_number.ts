/**
 * Numbers: kind, range and, where the device computes with them, whether float32 can hold them.
 *
 * @module
 */
import { shown } from "./shown.ts";

/** What a number must be, besides finite; bounds that are absent do not bind. */
export interface NumberRule {
  /** The least that is allowed. */
  readonly least?: number;
  /** What it must exceed. */
  readonly above?: number;
  /** The greatest that is allowed. */
  readonly most?: number;
  /** What it must be less than. */
  readonly below?: number;
  /** Whether it must be an integer, one of those that a float64 tells apart. */
  readonly whole?: boolean;
  /**
   * Whether it goes to the device: neither beyond float32's range nor so small that it would
   * become 0.
   */
  readonly float32?: boolean;
}

/**
 * Throws unless `value` is a number as `rule` says; `claim` is how the message begins: "Cannot
 * compute MSE".
 *
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it is not finite or breaks the rule.
 */
export function checkNumber(
  value: unknown,
  name: string,
  claim: string,
  rule: NumberRule = {},
): asserts value is number {
  if (typeof value === "number" && keeps(value, rule)) return;
  throw new (typeof value === "number" ? RangeError : TypeError)(
    `${claim} as ${name} must be ${inWords(rule)}: current value is ${shown(value)}`,
  );
}

/** Whether float32 holds a number: 1e39 would become Infinity, 1e-50 would become 0. */
export function isFloat32(value: number): boolean {
  return Number.isFinite(Math.fround(value)) && (value === 0 || Math.fround(value) !== 0);
}

function keeps(value: number, rule: NumberRule): boolean {
  // As it is and as the device gets it: 0.99999999 is < 1, but 1 in float32.
  const inside = rule.float32
    ? isFloat32(value) && isInside(Math.fround(value), rule)
    : Number.isFinite(value);
  return inside && isInside(value, rule) && (!rule.whole || Number.isSafeInteger(value));
}

function isInside(value: number, { least, above, most, below }: NumberRule): boolean {
  return value >= (least ?? -Infinity) && value > (above ?? -Infinity) &&
    value <= (most ?? Infinity) && value < (below ?? Infinity);
}

function inWords({ least, above, most, below, whole, float32 }: NumberRule): string {
  const kind = whole ? "an integer" : float32 ? "a finite float32 number" : "a finite number";
  const bounds = [[">=", least], [">", above], ["<=", most], ["<", below]] as const;
  const texts = bounds.filter(([, bound]) => bound !== undefined).map((bound) => bound.join(" "));
  return texts.length === 0 ? kind : `${kind} ${texts.join(" and ")}`;
}
