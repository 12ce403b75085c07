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
  /** Whether it must be an integer. */
  readonly whole?: boolean;
  /** Whether it goes to the device: neither beyond float32's range nor so small that it would become 0. */
  readonly float32?: boolean;
}

/**
 * Throws unless `value` is a number as `rule` says; `claim` is how the message begins: "Cannot compute MSE".
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
  const { least = -Infinity, above = -Infinity, most = Infinity, below = Infinity } = rule;
  return Number.isFinite(value) && value >= least && value > above && value <= most &&
    value < below && (!rule.whole || Number.isInteger(value)) &&
    (!rule.float32 || isFloat32(value));
}

function inWords({ least, above, most, below, whole, float32 }: NumberRule): string {
  const kind = whole ? "an integer" : float32 ? "a finite float32 number" : "a finite number";
  const bounds = [[">=", least], [">", above], ["<=", most], ["<", below]] as const;
  const texts = bounds.filter(([, bound]) => bound !== undefined).map((bound) => bound.join(" "));
  return texts.length === 0 ? kind : `${kind} ${texts.join(" and ")}`;
}
