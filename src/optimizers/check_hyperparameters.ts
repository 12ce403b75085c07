/**
 * Checks of the optimizers' numbers.
 *
 * @module
 */

import { checkNumber } from "../check/check_number.ts";

/**
 * Throws where one of `rates` is not a finite number from 0 on, or one of `fractions` is not in [0,
 * 1).
 */
export function checkHyperparameters(
  optimizer: string,
  rates: Record<string, number>,
  fractions: Record<string, number>,
): void {
  const claim = `Cannot create ${optimizer}`;
  for (const [name, value] of Object.entries(rates)) {
    checkNumber(value, name, claim, { least: 0, float32: true });
  }
  for (const [name, value] of Object.entries(fractions)) {
    checkNumber(value, name, claim, { least: 0, below: 1, float32: true });
  }
}
