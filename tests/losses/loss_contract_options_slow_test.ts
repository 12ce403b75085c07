/** The contract of a loss, continued: the rules of weights and masks. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Tensor } from "../../mod.ts";
import { read } from "../support/backends.ts";
import { assertClose, contract, DIMS, ROWS, sample, slopes } from "../support/loss_contract.ts";

const WEIGHTS = Array.from({ length: ROWS }, (_, i) => i % 4 / 2);
const MASK = Array.from({ length: ROWS }, (_, i) => i % 3 !== 1);
const kept = <T>(rows: T[]) => rows.filter((_, i) => MASK[i]);

contract("weights multiply the rows and are not normalized", async ({ loss, truth }) => {
  const { pred, target } = sample(3);
  const weighted = truth(pred, target).map((x, i) => x * WEIGHTS[i]!);
  const sum = weighted.reduce((a, b) => a + b);
  const given = [WEIGHTS, new Float32Array(WEIGHTS), new Float64Array(WEIGHTS)];
  const [none, total, mean, ...others] = await read(() => {
    const [p, t, weights] = [tf.tensor2d(pred), tf.tensor2d(target), tf.tensor1d(WEIGHTS)];
    return [
      loss(p, t, { weights, reduction: "none" }),
      loss(p, t, { weights, reduction: "sum" }),
      loss(p, t, { weights }),
      ...given.map((weights) => loss(p, t, { weights })),
    ];
  });
  assertClose(none!, weighted, "none");
  assertClose(total!, [sum], "sum");
  assertClose(mean!, [sum / ROWS], "mean");
  for (const other of others) assertEquals(other, mean);
});

contract("a masked batch is the batch without those rows", async ({ loss, truth }) => {
  const { pred, target } = sample(3);
  const rows = truth(kept(pred), kept(target)).map((x, i) => x * kept(WEIGHTS)[i]!);
  const sum = rows.reduce((a, b) => a + b);
  const given = [MASK, new Uint8Array(MASK.map(Number))];
  const [none, total, mean, ...others] = await read(() => {
    const [p, t, mask] = [tf.tensor2d(pred), tf.tensor2d(target), tf.tensor1d(MASK, "bool")];
    const weights = WEIGHTS;
    return [
      loss(p, t, { weights, mask, reduction: "none" }),
      loss(p, t, { weights, mask, reduction: "sum" }),
      loss(p, t, { weights, mask }),
      ...given.map((mask) => loss(p, t, { weights, mask })),
    ];
  });
  assertClose(kept([...none!]), rows, "none");
  assert([...none!].every((x, i) => MASK[i] || x === 0), "masked rows are 0");
  assertClose(total!, [sum], "sum");
  assertClose(mean!, [sum / rows.length], "mean");
  for (const other of others) assertEquals(other, mean);
});

contract("masked rows may hold NaN, in the labels and weights too", async (entry) => {
  for (const dim of DIMS) {
    const { pred, target } = sample(dim);
    for (const bad of [NaN, Infinity]) {
      const spoil = (rows: number[][]) =>
        rows.map((row, i) => MASK[i] ? row : row.map((x, d) => d === 0 ? bad : x));
      const weights = WEIGHTS.map((w, i) => MASK[i] ? w : bad);
      const slope = slopes(entry, kept(pred), kept(target))
        .map((row, i) => row.map((x) => 7 * x * kept(WEIGHTS)[i]! / kept(pred).length));
      for (
        const [p, t] of [
          [spoil(pred), target],
          [pred, spoil(target)],
          [spoil(pred), spoil(target)],
        ] as const
      ) {
        const [value, clean, grad] = await read(() => {
          const labels = tf.tensor2d(t);
          const options = { weights: tf.tensor1d(weights), mask: MASK };
          const f = (x: Tensor) => tf.mul(entry.loss(x, labels, options), 7) as tf.Scalar;
          const { value, grad } = tf.valueAndGrad(f)(tf.tensor2d(p));
          const clean = entry.loss(tf.tensor2d(pred), tf.tensor2d(target), {
            weights: WEIGHTS,
            mask: MASK,
          });
          return [value, tf.mul(clean, 7), grad];
        });
        assertEquals(value, clean);
        const rows = pred.map((_, i) => [...grad!.slice(i * dim, (i + 1) * dim)]);
        assertClose(kept(rows).flat(), slope.flat(), `D = ${dim}`);
        assert(rows.every((row, i) => MASK[i] || row.every((x) => x === 0)), `${grad}`);
      }
    }
  }
});

contract("everything masked is 0, in value and gradient", async ({ loss }) => {
  for (const reduction of ["mean", "sum", "none"] as const) {
    const [value, grad] = await read(() => {
      const t = tf.tensor2d([[1, NaN], [2, 3]]);
      const options = { mask: [false, false], reduction };
      const f = (x: Tensor) => loss(x, t, options) as tf.Scalar;
      const p = tf.tensor2d([[NaN, 1], [0, 5]]);
      return [f(p), tf.grad(f)(p)];
    });
    assertEquals([...value!], reduction === "none" ? [0, 0] : [0]);
    assertEquals([...grad!], [0, 0, 0, 0]);
  }
});

contract("a mask computed from the predictions is not differentiated", async ({ loss }) => {
  const { pred, target } = sample(1);
  const [grad, expected] = await read(() => {
    const [p, t] = [tf.tensor2d(pred), tf.tensor2d(target)];
    const of = (x: Tensor) => tf.greater(x.flatten(), 0);
    const mask = of(p);
    return [
      tf.grad((x: Tensor) => loss(x, t, { mask: of(x) }) as tf.Scalar)(p),
      tf.grad((x: Tensor) => loss(x, t, { mask }) as tf.Scalar)(p),
    ];
  });
  assertEquals(grad, expected);
});

contract("bad weights and masks are refused by class and message", ({ loss, action }) => {
  tf.tidy(() => {
    const rows = tf.zeros([3]);
    const gone = tf.zeros([3]);
    gone.dispose();
    const weigh = (weights: unknown) => () => loss(rows, rows, { weights: weights as number[] });
    const mask = (mask: unknown) => () => loss(rows, rows, { mask: mask as boolean[] });
    const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
      [weigh([1, -2, 1]), RangeError, "finite float32 numbers >= 0: current value of row 1 is -2"],
      [weigh([1, 1, NaN]), RangeError, "current value of row 2 is NaN"],
      [weigh([1, 1, Infinity]), RangeError, "current value of row 2 is Infinity"],
      [weigh([1e39, 1, 1]), RangeError, "current value of row 0 is 1e+39"],
      [weigh(new Float32Array(3)), RangeError, "weights must not all be 0"],
      [weigh([1, 1]), TypeError, "weights must have one value a row, 3: current length is 2"],
      [weigh(["1", 1, 1]), TypeError, 'current value of row 0 is "1"'],
      [weigh(new Array(3)), TypeError, "current value of row 0 is undefined"],
      [weigh("111"), TypeError, 'weights must be a tensor or an array: current value is "111"'],
      [weigh(2), TypeError, "weights must be a tensor or an array: current value is 2"],
      [weigh(null), TypeError, "current value is null"],
      [weigh(tf.zeros([3, 1])), TypeError, "weights must be [3]: current shape is [3,1]"],
      [weigh(tf.zeros([2])), TypeError, "weights must be [3]: current shape is [2]"],
      [weigh(tf.scalar(1)), TypeError, "weights must be [3]: current shape is []"],
      [
        weigh(tf.zeros([3], "complex64")),
        TypeError,
        "weights must be float32, int32 or bool: current dtype is complex64",
      ],
      [weigh(gone), TypeError, "weights must not be disposed"],
      [mask([true, false]), TypeError, "mask must have one value a row, 3: current length is 2"],
      [mask([1, 0, 2]), RangeError, "true or false, 1 or 0: current value of row 2 is 2"],
      [mask([true, true, "no"]), TypeError, 'current value of row 2 is "no"'],
      [mask(tf.tensor1d(["a", "b", "c"])), TypeError, "mask must be float32, int32 or bool"],
      [mask(tf.zeros([4], "bool")), TypeError, "mask must be [3]: current shape is [4]"],
      [mask(true), TypeError, "mask must be a tensor or an array: current value is true"],
      [mask(gone), TypeError, "mask must not be disposed"],
    ];
    for (const [run, errorClass, message] of rules) {
      const error = assertThrows(run, errorClass, message);
      assert(error.message.startsWith(`Cannot compute ${action} as `), error.message);
    }
  });
});

contract("the weights' gradient is refused, not a silent zero", ({ loss }) => {
  tf.tidy(() => {
    const [p, t] = [tf.ones([3]), tf.zeros([3])];
    const f = (weights: Tensor) => loss(p, t, { weights }) as tf.Scalar;
    assertThrows(
      () => tf.grad(f)(tf.ones([3])),
      Error,
      "Cannot differentiate a loss in its weights",
    );
  });
}, { leaky: "tfjs never frees what it saved for a gradient that throws" });
