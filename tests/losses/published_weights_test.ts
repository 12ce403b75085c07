/**
 * The loss of the authors' code for human meshes, `(1/D) stop(s) [a |e|^2 / s + b logMass]`: value
 * and both gradients.
 */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bmcLoss } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { logSumExp } from "../support/reference.ts";

const sum = (values: readonly number[]) => values.reduce((x, y) => x + y, 0);
const squares = (p: number[], t: number[]) => sum(p.map((x, d) => (x - t[d]!) ** 2));

/** As printed, of rows that are all labels; `held` is the noise that is held constant. */
function published(
  { pred, target, a, b }: { pred: number[][]; target: number[][]; a: number; b: number },
  s: number,
  held = s,
): number {
  const dim = pred[0]!.length;
  return sum(pred.map((p, i) => {
    const mass = logSumExp(target.map((t) => -squares(p, t) / (2 * s)));
    return held * (a * squares(p, target[i]!) / s + b * mass) / dim / pred.length;
  }));
}

// Their setting: 24 rotations a pose, a noise of 1. Then those of which the other way is taken.
for (
  const { dim, a, b, noise } of [
    { dim: 216, a: 60, b: 5, noise: 1 },
    { dim: 3, a: 1, b: 1, noise: 0.25 },
    { dim: 3, a: 1, b: 8, noise: 0.5 },
  ]
) {
  testOnBackends(`published weights ${a} and ${b}, D = ${dim}`, async () => {
    const next = normals(dim);
    const rows = (scale: number) =>
      Array.from({ length: 10 }, () => Array.from({ length: dim }, () => scale * next()));
    const target = rows(0.5).map((row) => row.map(Math.fround));
    const offsets = rows(0.3);
    const pred = target.map((row, i) => row.map((x, d) => Math.fround(x + offsets[i]![d]!)));
    const problem = { pred, target, a, b };
    const run = (noiseNormalizer: boolean) =>
      read(() => {
        const labels = tf.tensor2d(target);
        const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
          bmcLoss(p, labels, s, { mseWeight: a / dim, priorWeight: b / (2 * dim), noiseNormalizer })
        )([tf.tensor2d(pred), tf.scalar(noise)]);
        return [value, ...grads];
      }) as Promise<[Float32Array, Float32Array, Float32Array]>;
    const [value, byPred, byNoise] = await run(false);

    const truth = published(problem, noise);
    assertAlmostEquals(value[0]!, truth, 1e-5 * (1 + Math.abs(truth)));
    const step = 1e-5;
    const slope = (published(problem, noise + step, noise) -
      published(problem, noise - step, noise)) / (2 * step);
    assertAlmostEquals(byNoise[0]!, slope, 3e-5 * (1 + Math.abs(slope)));
    for (const [i, d] of [[0, 0], [4, 1], [9, dim - 1]] as const) {
      const at = (x: number) =>
        published({ ...problem, pred: pred.with(i, pred[i]!.with(d, x)) }, noise);
      const x = pred[i]![d]!;
      const byOne = (at(x + step) - at(x - step)) / (2 * step);
      assertAlmostEquals(byPred[i * dim + d]!, byOne, 3e-5 * (0.1 + Math.abs(byOne)));
    }

    // With the normalizer only the noise goes another way: at their setting, into the other direction.
    const [, samePred, otherNoise] = await run(true);
    assertEquals(samePred, byPred);
    const normalizer = (2 * a - b) / 2; // of 2 noise (a / D - b / 2 D) D / (2 noise)
    assertAlmostEquals(otherNoise[0]!, slope + normalizer, 1e-4 * (1 + Math.abs(normalizer)));
    if (dim === 216) assert(slope < 0 && otherNoise[0]! > 0);
  });
}
