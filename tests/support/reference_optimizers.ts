/** The optimizers' formulas in float64: plain loops over one variable's numbers. */

/** A variable and what an optimizer remembers of it. */
export interface OptimizerState {
  value: number[];
  first: number[];
  second: number[];
}

export function startAt(value: readonly number[]): OptimizerState {
  return { value: [...value], first: value.map(() => 0), second: value.map(() => 0) };
}

export function momentumReference(
  { value, first }: OptimizerState,
  gradient: readonly number[],
  rate: number,
  momentum: number,
  nesterov: boolean,
): void {
  gradient.forEach((g, i) => {
    first[i] = momentum * first[i]! + g;
    value[i]! -= rate * (nesterov ? g + momentum * first[i]! : first[i]!);
  });
}

/** Adam as its paper's algorithm 1, of a loss with l2 / 2 times the squares; with a decay, AdamW as its paper's algorithm 2, the decay times the rate. */
export function adamReference(
  { value, first, second }: OptimizerState,
  gradient: readonly number[],
  step: number,
  { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0, l2 = 0 },
): void {
  gradient.forEach((slope, i) => {
    const g = slope + l2 * value[i]!;
    first[i] = beta1 * first[i]! + (1 - beta1) * g;
    second[i] = beta2 * second[i]! + (1 - beta2) * g ** 2;
    const mean = first[i]! / (1 - beta1 ** step);
    const square = second[i]! / (1 - beta2 ** step);
    value[i]! -= rate * mean / (Math.sqrt(square) + epsilon) + rate * weightDecay * value[i]!;
  });
}
