/** Batch normalization on WebGPU: dispatches, limits, large batches, the same bits; what it refuses. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { dispatches } from "../../../bench/support/count.ts";
import { batchNorm, batchNormFixed } from "../../../src/kernels/batch_norm/batch_norm.ts";
import { batchNormPlan } from "../../../src/kernels/batch_norm/plan.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { withBindingLimit } from "../../support/binding_limit.ts";

const backend = () => tf.backend() as WebGPUBackend;

/** Vectors that are on the device already. */
async function vectors<N extends number>(count: N, channels: number) {
  const all = Array.from(
    { length: count },
    (_, k) => tf.randomUniform([channels], 0.5, 1.5, "float32", k + 1),
  );
  await Promise.all(all.map((vector) => vector.data()));
  return all as tf.Tensor1D[];
}

testOnBackends("batch norm: 3 dispatches forward, 3 backward; 1 by given statistics", async () => {
  const x = tf.randomNormal([4, 9, 9, 20]);
  await x.data();
  const [scale, offset, mean, variance] = await vectors(4, 20);
  const forward = dispatches(
    backend(),
    () => tf.tidy(() => void batchNorm(x, scale!, offset!, 1e-5, true)),
  );
  assertEquals(forward, 3);
  const of = (x: tf.Tensor) => batchNorm(x, scale!, offset!, 1e-5, true).normalized;
  const both = dispatches(backend(), () => tf.tidy(() => void tf.grad(of)(x, x)));
  assertEquals(both, 6);
  const fixed = dispatches(
    backend(),
    () => tf.tidy(() => void batchNormFixed(x, mean!, variance!, scale!, offset!, 1e-5, true)),
  );
  assertEquals(fixed, 1);
  tf.dispose([x, scale!, offset!, mean!, variance!]);
}, ["webgpu"]);

testOnBackends("batch norm: more elements than one dimension of workgroups has", async () => {
  const { maxComputeWorkgroupsPerDimension } = backend().device.limits;
  const rows = 64 * maxComputeWorkgroupsPerDimension + 77;
  const half = Math.floor(rows / 2);
  // Two values: the moments are known, and each result is one of two.
  const values = Float32Array.from({ length: rows }, (_, r) => r < half ? 2 : 4);
  const [y, mean, variance, dx] = await read(() => {
    const x = tf.tensor2d(values, [rows, 1]);
    const of = (x: tf.Tensor) => batchNorm(x, tf.ones([1]), tf.zeros([1]), 1e-5, false);
    const { normalized, mean, variance } = of(x);
    return [normalized, mean, variance, tf.grad((x) => of(x).normalized)(x, tf.square(x))];
  });
  const share = (rows - half) / rows;
  assert(Math.abs(mean![0]! - 2 - 2 * share) < 1e-5, `${mean}`);
  assert(Math.abs(variance![0]! - 4 * share * (1 - share)) < 1e-5, `${variance}`);
  for (let r = 0; r < rows; r++) {
    const expected = r < half ? -1 : 1;
    if (!(Math.abs(y![r]! - expected) < 1e-4)) throw new Error(`row ${r} is ${y![r]}`);
    // Of values that are linear in x nothing is left.
    if (!(Math.abs(dx![r]!) < 1e-2)) throw new Error(`row ${r}'s gradient is ${dx![r]}`);
  }
}, ["webgpu"]);

testOnBackends("batch norm: the same bits again", async () => {
  const x = tf.randomNormal([8, 20, 20, 24], 3, 1, "float32", 5);
  const [scale, offset] = await vectors(2, 24);
  const once = () =>
    read(() => {
      const of = (...all: tf.Tensor[]) =>
        batchNorm(all[0]!, all[1] as tf.Tensor1D, all[2] as tf.Tensor1D, 1e-5, true).normalized;
      return tf.grads(of)([x, scale!, offset!], tf.sin(x));
    });
  assertEquals(await once(), await once());
  tf.dispose([x, scale!, offset!]);
}, ["webgpu"]);

testOnBackends("batch norm: integers under float32", async () => {
  const [same] = await read(() => {
    const whole = tf.range(0, 600, 1, "int32");
    const of = (x: tf.Tensor) =>
      batchNorm(tf.reshape(x, [200, 3]), tf.ones([3]), tf.zeros([3]), 1e-5, false).normalized;
    return [tf.max(tf.abs(tf.sub(of(tf.cast(whole, "float32")), of(tf.range(0, 600)))))];
  });
  assertEquals([...same!], [0]);
}, ["webgpu"]);

Deno.test("batch norm: the cut holds every row once, and no loop is longer than llvmpipe allows", () => {
  for (const rows of [1, 31, 32, 33, 1000, 802816, 2 ** 24 + 1]) {
    for (const channels of [1, 3, 64, 2048]) {
      for (const software of [false, true]) {
        const { chunks, per } = batchNormPlan({ rows, channels }, software);
        assert((chunks - 1) * per < rows && chunks * per >= rows, `${rows}, ${channels}`);
        assert(per <= 2 ** 15, `${per} rows a chunk`);
        assert(
          chunks * channels <= Math.max(2 ** 17 + channels, rows * channels / 2 ** 14),
          `${chunks}`,
        );
      }
    }
  }
});

testOnBackends("batch norm: a batch beyond the binding limit names itself and what fits", () => {
  tf.tidy(() => {
    const x = tf.zeros([9, 4, 4, 8]) as tf.Tensor4D;
    withBindingLimit(4096, () => {
      assertThrows(
        () => batchNorm(x, tf.ones([8]), tf.zeros([8]), 1e-5, false),
        RangeError,
        "Cannot normalize a batch as x [9,4,4,8] exceeds the adapter's maxStorageBufferBindingSize " +
          "of 4096 bytes, use micro-batches of at most 8: current value is 4608",
      );
    });
    withBindingLimit(256, () => {
      assertThrows(
        () => batchNorm(x, tf.ones([8]), tf.zeros([8]), 1e-5, false),
        RangeError,
        "use smaller pictures",
      );
    });
  });
}, ["webgpu"]);

testOnBackends(
  "batch norm: gradients that there are not are refused",
  () => {
    tf.tidy(() => {
      const [x, one] = [tf.randomNormal([5, 2]), tf.ones([2]) as tf.Tensor1D];
      const fixed = (mean: tf.Tensor) =>
        batchNormFixed(x, mean as tf.Tensor1D, one, one, one, 1e-5, false);
      assertThrows(() => tf.grad(fixed)(one), Error, "in the fixed mean");
      const of = (x: tf.Tensor) => batchNorm(x, one, one, 1e-5, false).normalized;
      const slope = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(of)(x)));
      assertThrows(() => tf.grad(slope)(x), Error, "a second time");
    });
  },
  ["webgpu", "cpu"],
  { leaky: "tfjs never frees what it saved for a gradient that throws" },
);
