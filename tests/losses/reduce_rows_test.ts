/** Masking and reducing rows by themselves: nothing gets through a masked row, in either direction. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { keepRows } from "../../src/losses/keep_rows.ts";
import { reduceRows } from "../../src/losses/reduce_rows.ts";
import { read, testOnBackends } from "../support/backends.ts";

testOnBackends("keepRows: a NaN that comes back into a masked row stops there", async () => {
  const [value, grad] = await read(() => {
    const mask = tf.tensor1d([true, false], "bool");
    const f = (x: tf.Tensor) => keepRows(x, mask);
    const x = tf.tensor2d([[1, 2], [NaN, 4]]);
    return [f(x), tf.grad(f)(x, tf.tensor2d([[5, 6], [NaN, 8]]))];
  });
  assertEquals([[...value!], [...grad!]], [[1, 2, 0, 0], [5, 6, 0, 0]]);
});

testOnBackends(
  "reduceRows: value and gradient of each reduction, weighted and masked",
  async () => {
    const expected = {
      none: [[2, 0, 24], [2, 0, 6]],
      sum: [[26], [2, 0, 6]],
      mean: [[13], [1, 0, 3]],
    };
    for (const reduction of ["none", "sum", "mean"] as const) {
      const [value, grad] = await read(() => {
        const mask = tf.tensor1d([true, false, true], "bool");
        const weights = tf.tensor1d([2, NaN, 6]);
        const f = (rows: tf.Tensor) => reduceRows(rows, { weights, mask, reduction }) as tf.Scalar;
        const rows = tf.tensor1d([1, NaN, 4]);
        return [f(rows), tf.grad(f)(rows)];
      });
      assertEquals([[...value!], [...grad!]], expected[reduction], reduction);
    }
  },
);

testOnBackends("reduceRows: reduction none gives a tensor of its own", () => {
  const rows = tf.ones([3]);
  reduceRows(rows, { reduction: "none" }).dispose();
  assertEquals(rows.isDisposed, false);
  rows.dispose();
});
