/** Columns of weight 0, as of masked rows: a split of the columns may hold no other. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert } from "@std/assert";
import { balancedMse } from "../../../mod.ts";
import { directPass } from "../../../src/kernels/log_mass/webgpu_direct.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { problem } from "../../support/cases.ts";
import { priorTensors } from "../../support/tensors.ts";
import { ROUNDING, worst } from "../../support/worst.ts";

for (const dim of [1, 3, 200]) {
  for (const spread of [false, true]) {
    const kind = `${dim} dimensions${spread ? ", a mixture" : ""}`;
    testOnBackends(`weightless columns: half of 4,096 columns weigh nothing, ${kind}`, async () => {
      const test = problem("", { rows: 7, dim, sigma: 1, columns: 2048, spread });
      const { center, variance } = test.prior;
      const run = (more: boolean) =>
        read(() => {
          const twice = <T>(rows: T[]) => more ? [...rows, ...rows] : rows;
          const prior = priorTensors({
            center: twice(center),
            logWeight: twice(center).map((_, j) => j < 2048 ? 0 : -Infinity),
            ...(variance && { variance: twice(variance) }),
          });
          const labels = tf.tensor2d(test.target);
          const { value, grad } = tf.valueAndGrad((p) =>
            balancedMse(p as tf.Tensor2D, labels, test.noiseVar, prior, {
              method: "direct",
            }) as tf.Scalar
          )(tf.tensor2d(test.pred));
          return [value, grad];
        });
      const [expected, found] = [await run(false), await run(true)];
      found.forEach((values, n) => {
        const error = worst(values, [...expected[n]!], 1);
        assert(error <= 64 * ROUNDING, `${n}: ${error}`);
      });
    }, ["webgpu", "cpu"]);
  }
}

testOnBackends("weightless columns: all of them give NaN, not a plausible number", async () => {
  for (const columns of [10, 4096]) {
    const found = await read(() => {
      const prior = {
        center: tf.zeros([columns, 200]) as tf.Tensor2D,
        logWeight: tf.fill([columns], -Infinity) as tf.Tensor1D,
      };
      const { value, grad } = tf.valueAndGrad((p) =>
        balancedMse(p, tf.zeros([5, 200]), 1, prior) as tf.Scalar
      )(tf.ones([5, 200]));
      return [value, grad];
    });
    assert(found.every((values) => values.every(Number.isNaN)), `${columns} columns`);
  }
}, ["webgpu", "cpu"]);

// The peak is the row's own label, beside which all weights of a split without near labels vanish.
// As a GPU splits them.
for (const dim of [1, 30]) {
  testOnBackends(`weightless columns: clusters a thousand sigmas apart, ${dim}-D`, async () => {
    const rows = 1200;
    const labels = Float32Array.from({ length: rows * dim }, (_, n) => {
      const i = Math.floor(n / dim);
      return n % dim > 0 ? 0 : i % 7 + (i < rows / 2 ? 0 : 1000);
    });
    const [stats] = await read(() => {
      const target = tf.tensor2d(labels, [rows, dim]);
      const inputs = { pred: target, target, noiseVar: tf.scalar(1), center: target };
      const info = directPass(tf.backend() as WebGPUBackend, inputs, { software: false });
      return tf.engine().makeTensorFromTensorInfo(info);
    });
    const at = (i: number) => labels[i * dim]!;
    const truth = Array.from({ length: rows }, (_, i) => {
      let mass = 0;
      for (let j = 0; j < rows; j++) mass += Math.exp(-((at(i) - at(j)) ** 2) / 2);
      return Math.log(mass);
    });
    assert(worst(stats!.subarray(0, rows), truth, 1) <= 16 * ROUNDING);
    assert(stats!.every(Number.isFinite));
  }, ["webgpu"]);
}
