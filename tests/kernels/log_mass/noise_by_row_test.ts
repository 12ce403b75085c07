/** A noise a row against float64 truth, and what it equals where all rows have the same. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { balancedMse } from "../../../mod.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { problem } from "../../support/cases.ts";
import { accurateByRow } from "../../support/noise_by_row.ts";
import { predTensor, priorTensors } from "../../support/tensors.ts";
import { worst } from "../../support/worst.ts";

const CASES = [
  problem("a batch", { rows: 130, dim: 1, sigma: 0.3 }),
  problem("many columns", { rows: 21, dim: 1, sigma: 0.3, columns: 4099 }),
  problem("years", { rows: 33, dim: 1, sigma: 0.3, offset: 2000 }),
  problem("far above all labels", { rows: 101, dim: 1, sigma: 0.3, far: 50 }),
  problem("weighted bins", { rows: 65, dim: 1, sigma: 0.3, columns: 102, weights: true }),
  problem("mixture", { rows: 65, dim: 1, sigma: 0.3, columns: 9, weights: true, spread: true }),
];

for (const test of CASES) {
  const check = accurateByRow(test);
  testOnBackends(`noise by row: ${test.name}`, () => check("direct"));
  if (test.prior.variance) continue;
  testOnBackends(`noise by row: ${test.name}, linear`, () => check("linear"), ["cpu"]);
}

testOnBackends("noise by row: where all are the same, the loss of one", async () => {
  for (const test of CASES) {
    const [rows, dim] = [test.pred.length, test.pred[0]!.length];
    const noiseOf: Record<string, () => tf.Tensor> = {
      one: () => tf.scalar(test.noiseVar),
      "a row": () => tf.fill([rows, 1], test.noiseVar),
      "a row and dimension": () => tf.fill([rows, dim], test.noiseVar),
    };
    const run = (noise: tf.Tensor) => {
      const target = tf.tensor2d(test.target);
      const prior = priorTensors(test.prior);
      const loss = (p: tf.Tensor, s: tf.Tensor) =>
        balancedMse(p, target, s, prior, { weights: test.pred.map((_, i) => 1 + i % 3) });
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
        loss(p, s) as tf.Scalar
      )([predTensor(test), noise]);
      return [value, grads[0]!, tf.sum(grads[1]!)];
    };
    const [expected, ...others] = await Promise.all(
      Object.values(noiseOf).map((noise) => read(() => run(noise()))),
    );
    for (const found of others) {
      found.forEach((values, k) => {
        const size = Math.max(...expected![k]!.map(Math.abs));
        assert(worst(values, [...expected![k]!], size) < 1e-5, `${test.name}, output ${k}`);
      });
    }
  }
});
