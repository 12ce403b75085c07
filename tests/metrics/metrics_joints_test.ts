/** What must hold of the metrics of 3-D joints for any pose. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { mpjpe, paMpjpe } from "../../mod.ts";
import { normals } from "../support/cases.ts";

const SEEDS = [1, 2, 3, 4, 5];

function pose(seed: number, joints: number): number[][] {
  const next = normals(seed);
  return Array.from({ length: joints }, () => [next(), next(), next()]);
}

Deno.test("metrics: PA-MPJPE is 0 under similarity transforms", async () => {
  for (const seed of SEEDS) {
    const next = normals(seed + 50);
    const target = pose(seed, 14);
    // A rotation of a random unit quaternion.
    const raw = [next(), next(), next(), next()];
    const [w, x, y, z] = raw.map((q) => q / Math.hypot(...raw)) as [number, number, number, number];
    const rotation = [
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ];
    const scale = Math.exp(next());
    const shift = [100 * next(), 100 * next(), 100 * next()];
    const turned = (points: number[][]) =>
      points.map((p) =>
        rotation.map((row, d) => scale * row.reduce((s, r, c) => s + r * p[c]!, 0) + shift[d]!)
      );
    assertAlmostEquals(await paMpjpe([turned(target)], [target]), 0, 1e-12);
    const noisy = target.map((p) => p.map((v) => v + 0.1 * next()));
    const error = await paMpjpe([noisy], [target]);
    assert(error > 0.05);
    assertAlmostEquals(await paMpjpe([turned(noisy)], [target]), error, 1e-12);
    assertAlmostEquals(
      await mpjpe([target.map((p) => [p[0]! + 3, p[1]!, p[2]!])], [target]),
      3,
      1e-12,
    );
  }
});

Deno.test("metrics: PA-MPJPE is not fooled by a mirror, unless the pose lies in a plane", async () => {
  const mirrored = (points: number[][]) => points.map(([x, y, z]) => [-x!, y!, z!]);
  for (const seed of SEEDS) {
    const target = pose(seed, 14);
    assert(await paMpjpe([mirrored(target)], [target]) > 0.2);
    const flat = target.map(([x, y]) => [x!, y!, 0]);
    assertAlmostEquals(await paMpjpe([mirrored(flat)], [flat]), 0, 1e-7);
    const line = target.map(([x]) => [x!, 2 * x!, -x!]);
    assertAlmostEquals(await paMpjpe([mirrored(line)], [line]), 0, 1e-7);
  }
});

Deno.test("metrics: PA-MPJPE of degenerate poses is finite", async () => {
  const target = [[1, 0, 0], [-1, 0, 0]];
  assertEquals(await paMpjpe([[[5, 5, 5], [5, 5, 5]]], [target]), 1); // a point: the center
  assertEquals(await paMpjpe([target], [[[5, 5, 5], [5, 5, 5]]]), 0); // shrunk to a point
  assertEquals(await paMpjpe([[[7, 8, 9]]], [[[1, 2, 3]]]), 0); // one joint: moved
  // Nothing in common: x against y at right angles in index.
  const cross = [[1, 0, 0], [-1, 0, 0], [1, 0, 0], [-1, 0, 0]];
  assertEquals(await paMpjpe([cross], [[[0, 1, 0], [0, 1, 0], [0, -1, 0], [0, -1, 0]]]), 1);
});
