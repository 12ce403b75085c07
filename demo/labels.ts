/** Training labels as the sliders ask for them: uniform within each segment. */
import type { LabelSource } from "../examples/synthetic/distributions.ts";
import { SEGMENTS } from "./settings.ts";

/** The shares as fractions of 1. */
export function fractionsOf(shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

/** Labels that fall into the {@linkcode SEGMENTS} by these shares, at least one of them above 0. */
export function segmentLabels(shares: readonly number[]): LabelSource {
  const fractions = fractionsOf(shares);
  return {
    dim: 1,
    range: [SEGMENTS[0][0], SEGMENTS.at(-1)![1]],
    draw: (random) => {
      let rest = random.uniform(0, 1);
      // Rounding may leave the last segment short of 1.
      const last = fractions.findLastIndex((fraction) => fraction > 0);
      const found = fractions.findIndex((fraction) => (rest -= fraction) < 0);
      const [low, high] = SEGMENTS[found < 0 ? last : found]!;
      return [random.uniform(low, high)];
    },
  };
}
