/**
 * Checks of the numbers that label priors are made with.
 *
 * @module
 */

/**
 * @param rule What the value must be, for the error.
 * @throws {TypeError} If the value is no number.
 * @throws {RangeError} If it is not an integer from `low` to `high`.
 */
export function checkInteger(
  action: string,
  name: string,
  value: unknown,
  low: number,
  high: number,
  rule: string,
): asserts value is number {
  checkNumber(action, name, value, rule);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${action} as ${name} must be ${rule}: current value is ${value}`);
  }
}

/** @throws {TypeError} If the value is no number. @throws {RangeError} If it is not finite and > 0. */
export function checkPositive(
  action: string,
  name: string,
  value: unknown,
): asserts value is number {
  const rule = "a finite number > 0";
  checkNumber(action, name, value, rule);
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${action} as ${name} must be ${rule}: current value is ${value}`);
  }
}

/** @throws {RangeError} If the value is none of the choices. */
export function checkChoice(
  action: string,
  name: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (choices.some((choice) => choice === value)) return;
  const list = choices.map((choice) => `"${choice}"`).join(", ").replace(/, ([^,]*)$/, " or $1");
  throw new RangeError(`${action} as ${name} must be ${list}: current value is ${String(value)}`);
}

/** @throws {TypeError} If the options are no object. */
export function checkOptions(action: string, name: string, value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  throw new TypeError(`${action} as ${name} must be an object: current value is ${String(value)}`);
}

/** @throws {TypeError} If the value is no number. */
export function checkNumber(
  action: string,
  name: string,
  value: unknown,
  rule: string,
): asserts value is number {
  if (typeof value === "number") return;
  throw new TypeError(`${action} as ${name} must be ${rule}: current value is ${String(value)}`);
}
