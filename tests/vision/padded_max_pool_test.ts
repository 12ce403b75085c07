/** The pool of ResNet-50: NaN gets through it, what is not finite otherwise stays, gradients are of the greatest. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { PaddedMaxPool } from "../../src/vision/padded_max_pool.ts";
import { read, testOnBackends } from "../support/backends.ts";

testOnBackends("max pool: a window with NaN is NaN, the greatest of others, and once", async () => {
  const layer = new PaddedMaxPool({ poolSize: 3, strides: 2 });
  const [y, dx, spoiled] = await read(() => {
    const pool = (values: number[]) => (x: tf.Tensor = tf.tensor4d(values, [1, 1, 7, 1])) =>
      layer.apply(x) as tf.Tensor;
    const finite = pool([-3, -1, -2, 5, Infinity, -7, -9]);
    const dy = tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]);
    const x = tf.tensor4d([-3, -1, -2, 5, 4, -7, -9], [1, 1, 7, 1]);
    return [finite(), tf.grad(finite)(x, dy), pool([NaN, 1, 2, 3, NaN, NaN, NaN])()];
  });
  assertEquals([...y!], [-1, 5, Infinity, -7]);
  assertEquals([...dx!], [0, 1, 0, 2 + 3, 0, 4, 0]);
  assertEquals([...spoiled!], [NaN, 3, NaN, NaN]);
}, ["webgpu", "cpu"]);
