/** The two terms of the loss weighed apart: neither cancels, and labels have no gradient. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { balancedMse } from "../../mod.ts";
import type { FuzzProblem } from "../fuzz/problem.ts";
import { faultOf } from "../fuzz/run.ts";
import { BACKENDS, testOnBackends } from "../support/backends.ts";

const f = Math.fround;
const columns = (dim: number) =>
  Array.from({ length: 21 }, (_, j) => Array.from({ length: dim }, (_, d) => f(j / 7 + d / 9)));

/**
 * Predictions among the columns, labels far from all: the first term is large, the second is not.
 */
function farLabels(dim: number, options: FuzzProblem["options"], noise = [0.01]): FuzzProblem {
  const center = columns(dim);
  const pred = center.map((row) => row.map((x) => f(x + 0.05)));
  const target = pred.map((row) => row.map((x) => f(x + 3e4)));
  return { pred, target, center, noise: noise.map(f), options };
}

const WEIGHTS = [[0, 1], [0.01, 1], [0.3, 0.7], [0.6, 1], [1, 0], [3, 1], [2, 2]];

for (const [mseWeight, priorWeight] of WEIGHTS as [number, number][]) {
  testOnBackends(`terms apart: ${mseWeight} and ${priorWeight}`, async () => {
    const options = { mseWeight: f(mseWeight), priorWeight: f(priorWeight) };
    for (
      const problem of [
        farLabels(1, options),
        farLabels(3, { ...options, restoreScale: false }),
        farLabels(3, options, [0.01, 0.02, 0.3]),
        farLabels(1, { ...options, ownLabel: true }),
        { ...farLabels(3, options), target: columns(3), pred: farLabels(3, {}).target },
      ]
    ) {
      assertEquals(await faultOf(problem), undefined);
    }
  });
}

// The square of the error alone, 9e38, is beyond float32; in units of the noise it is not.
testOnBackends("terms apart: an error of 3e19 has a loss and a noise gradient", async () => {
  for (const mseWeight of [0.1, 2]) {
    const problem = {
      pred: [[f(3e19)]],
      target: [[0]],
      center: [[0], [1]],
      noise: [f(1e12)],
      options: { mseWeight: f(mseWeight), restoreScale: false },
    };
    assertEquals(await faultOf(problem), undefined);
  }
});

testOnBackends(
  "terms apart: labels have no gradient, nor is there a second one",
  () => {
    tf.tidy(() => {
      const [pred, target, center] = [[1, 2], [1, 3], [0, 1]].map((x) => tf.tensor1d(x));
      for (const mseWeight of [0, 0.1, 2]) {
        const loss = (p: tf.Tensor, t: tf.Tensor) =>
          balancedMse(p, t, 1, { center: center! }, { mseWeight }) as tf.Scalar;
        assertThrows(
          () => tf.grad((t) => loss(pred!, t))(target!),
          Error,
          "Cannot differentiate log mass in target",
        );
        assertThrows(
          () => tf.grad((p) => tf.grad((p) => loss(p, target!))(p))(pred!),
          Error,
          "Cannot differentiate log mass a second time",
        );
      }
    });
  },
  BACKENDS,
  { leaky: "tfjs never frees what it saved for a gradient that throws" },
);
