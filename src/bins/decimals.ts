/**
 * Edges without rounding: multiples and fractions of decimal numbers as people mean them, 0.3 and
 * not 3 * 0.1 = 0.30000000000000004.
 *
 * @module
 */

/** Numbers as integers over one power of ten; the integers are exact. */
interface Decimals {
  readonly integers: readonly number[];
  readonly scale: number;
}

/** The digits of a float64 number that may be trusted. */
const MOST_DIGITS = 15;

function decimals(values: readonly number[]): Decimals | undefined {
  for (let digits = 0; digits <= MOST_DIGITS; digits++) {
    const scale = Number(`1e${digits}`);
    const integers = values.map((value) => Math.round(value * scale));
    if (!integers.every(Number.isSafeInteger)) return undefined;
    if (integers.every((integer, i) => integer / scale === values[i])) return { integers, scale };
  }
  return undefined;
}

/**
 * The function from n to `n / 2 * width`, correctly rounded where the width is a decimal number.
 */
export function halvesOf(width: number): (n: number) => number {
  const exact = decimals([width]);
  if (!exact) return (n) => n / 2 * width;
  const [integer, scale] = [exact.integers[0]!, 2 * exact.scale];
  return (n) => {
    const product = n * integer;
    return Number.isSafeInteger(product) ? product / scale : n / 2 * width;
  };
}

/**
 * `count + 1` numbers from `low` to `high`, equally far apart; correctly rounded for decimal ends.
 */
export function equallySpaced(low: number, high: number, count: number): Float64Array {
  const exact = decimals([low, high]);
  const [a, b] = exact?.integers ?? [];
  return Float64Array.from({ length: count + 1 }, (_, k) => {
    if (k === 0 || k === count) return k === 0 ? low : high;
    const [sum, scale] = exact ? [a! * (count - k) + b! * k, count * exact.scale] : [NaN, NaN];
    return Number.isSafeInteger(sum) && Number.isSafeInteger(scale)
      ? sum / scale
      : low + k * ((high - low) / count);
  });
}

/**
 * The decimal number that a float32 one stands for: 0.7 of 0.699999988079071. Others are what they
 * are.
 */
export function decimalOf(value: number): number {
  if (Math.fround(value) !== value || Number.isInteger(value)) return value;
  for (let digits = 1; digits <= 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}
