/** Priors of so many columns that a thread must not walk them all: every column counts, the last ones too. */
import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { balancedMse } from "../../../mod.ts";
import { read, testOnBackends } from "../../support/backends.ts";

// llvmpipe ends a thread's loops after 65,535 iterations: each case had more of them in one pass over all columns.
// The first is also cut into two dispatches by rows.
const CASES = [
  { rows: 2048, columns: 600_000, dim: 1 },
  { rows: 1024, columns: 300_001, dim: 3 },
  { rows: 768, columns: 300_002, dim: 16 },
  { rows: 600, columns: 20_000, dim: 18 },
  { rows: 256, columns: 5_000, dim: 300 },
  { rows: 1024, columns: 70_000, dim: 1, variance: 0.25 },
  { rows: 256, columns: 3_000, dim: 20, variance: 0.25 },
  { rows: 256, columns: 1_100, dim: 1024, variance: 0.25 },
];

for (const { rows, columns, dim, variance } of CASES) {
  const name = `${rows} x ${columns}, ${dim} dimensions${variance ? ", a mixture" : ""}`;
  testOnBackends(`many columns: ${name}`, async () => {
    // Nine tenths of the columns are 0 and one tenth, at the end, is 1; predictions of 1/2 are as far from all, so that
    // the density is one column's times their number, and the mean label a tenth.
    const ones = Math.floor(columns / 10);
    const total = (variance ?? 0) + 1;
    const [value, gradient] = await read(() => {
      const center = tf.concat([tf.zeros([columns - ones, dim]), tf.ones([ones, dim])]);
      const prior = {
        center: center as tf.Tensor2D,
        ...(variance && { variance: tf.fill([columns, dim], variance) as tf.Tensor2D }),
      };
      const target = tf.zeros([rows, dim]) as tf.Tensor2D;
      const { value, grad } = tf.valueAndGrad((pred) =>
        balancedMse(pred as tf.Tensor2D, target, 1, prior, { method: "direct" })
      )(tf.fill([rows, dim], 0.5));
      return [value, tf.mul(grad, rows)];
    });
    const logDensity = (v: number) => -dim * (Math.log(v) + 0.25 / v) / 2;
    const loss = 2 * (Math.log(columns) + logDensity(total) - logDensity(1));
    assertAlmostEquals(value![0]!, loss, 2e-5 * dim);
    // The label lies between prediction and column, by the noise's share of the variance on the column's side.
    const label = 0.5 + (ones / columns - 0.5) / total;
    assertAlmostEquals(gradient!.reduce((a, b) => Math.min(a, b)), 2 * label, 5e-5);
    assertAlmostEquals(gradient!.reduce((a, b) => Math.max(a, b)), 2 * label, 5e-5);
  }, ["webgpu"]);
}
