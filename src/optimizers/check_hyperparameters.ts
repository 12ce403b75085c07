/**
 * Checks of the optimizers' numbers.
 *
 * @module
 */

/** Throws where one of `rates` is not a finite number from 0 on, or one of `fractions` is not in [0, 1). */
export function checkHyperparameters(
  optimizer: string,
  rates: Record<string, number>,
  fractions: Record<string, number>,
): void {
  for (const [name, value] of Object.entries(rates)) {
    if (!(value >= 0 && value < Infinity)) refuse(optimizer, name, "a finite number >= 0", value);
  }
  for (const [name, value] of Object.entries(fractions)) {
    if (!(value >= 0 && value < 1)) refuse(optimizer, name, ">= 0 and < 1", value);
  }
}

function refuse(optimizer: string, name: string, rule: string, value: unknown): never {
  throw new RangeError(
    `Cannot create ${optimizer} as ${name} must be ${rule}: current value is ${value}`,
  );
}
