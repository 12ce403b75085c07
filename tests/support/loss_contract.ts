/** The frame of the losses' contract: its rows, its tests, its comparisons. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { BACKENDS, testOnBackends } from "./backends.ts";
import { normals } from "./cases.ts";
import { type Loss, LOSSES } from "./losses.ts";

export const ROWS = 37;
export const DIMS = [1, 3];

/** Rows whose errors are neither 0 nor at a kink. */
export function sample(dim: number, seed = 3) {
  const next = normals(seed);
  const rows = () => Array.from({ length: ROWS }, () => Array.from({ length: dim }, next));
  return { pred: rows(), target: rows() };
}

/** Registers a test of each loss on each backend; `leaky` says why tfjs itself may leave tensors behind in it. */
export function contract(
  rule: string,
  run: (loss: Loss) => void | Promise<void>,
  { leaky = "" } = {},
): void {
  for (const loss of LOSSES) {
    testOnBackends(`contract: ${loss.name}: ${rule}`, () => run(loss), BACKENDS, { leaky });
  }
}

export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, name: string) {
  assertEquals(actual.length, expected.length, name);
  const size = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 1);
  for (let i = 0; i < expected.length; i++) {
    assertAlmostEquals(actual[i]!, expected[i]!, 4e-6 * size, `${name}, element ${i}`);
  }
}

/** `d truth_i / d pred_id` by central differences, row by row. */
export function slopes({ truth }: Loss, pred: number[][], target: number[][]): number[][] {
  const h = 1e-5;
  return pred.map((row, i) =>
    row.map((_, d) => {
      const [up, down] = [h, -h].map((step) => {
        const moved = pred.map((r, k) => k === i ? r.map((x, e) => e === d ? x + step : x) : r);
        return truth(moved, target)[i]!;
      });
      return (up! - down!) / (2 * h);
    })
  );
}
