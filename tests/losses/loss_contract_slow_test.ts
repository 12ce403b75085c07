/** The contract of a loss: what every loss of the module keeps to, whatever its formula. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { layersLoss, type RowOptions, type Tensor } from "../../mod.ts";
import { read } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { assertClose, contract, DIMS, ROWS, sample, slopes } from "../support/loss_contract.ts";

contract("the value is the formula's; sum is N means, mean is of none", async ({ loss, truth }) => {
  for (const dim of DIMS) {
    const { pred, target } = sample(dim);
    const rows = truth(pred, target);
    const sum = rows.reduce((a, b) => a + b);
    const tensors = tf.tidy(() => {
      const [p, t] = [tf.tensor2d(pred), tf.tensor2d(target)];
      const of = (reduction: "mean" | "sum" | "none") => loss(p, t, { reduction });
      return [loss(p, t), of("mean"), of("sum"), of("none")];
    });
    assertEquals(tensors.map(({ shape }) => shape), [[], [], [], [ROWS]]);
    const [standard, mean, total, none] = await Promise.all(tensors.map((x) => x.data()));
    tf.dispose(tensors);
    assertClose(none!, rows, `none, D = ${dim}`);
    assertClose(mean!, [sum / ROWS], `mean, D = ${dim}`);
    assertClose(total!, [sum], `sum, D = ${dim}`);
    assertEquals(standard, mean, "the default is mean");
  }
});

contract("[N] and [N, 1] are the same batch, and are not mixed", async ({ loss }) => {
  const { pred, target } = sample(1);
  const [column, flat] = await read(() => {
    const [p, t] = [tf.tensor2d(pred), tf.tensor2d(target)];
    assertThrows(() => loss(p.flatten(), t), TypeError, "same shape: current shapes are [37] and");
    assertThrows(() => loss(p, t.flatten()), TypeError, "same shape: current shapes are [37,1]");
    return [
      loss(p, t, { reduction: "none" }),
      loss(p.flatten(), t.flatten(), {
        reduction: "none",
      }),
    ];
  });
  assertEquals(column, flat);
});

contract("the order of rows does not matter", async ({ loss }) => {
  const { pred, target } = sample(3);
  const [rows, reversed] = await read(() => {
    const of = (p: number[][], t: number[][]) =>
      loss(tf.tensor2d(p), tf.tensor2d(t), { reduction: "none" });
    return [of(pred, target), of(pred.toReversed(), target.toReversed())];
  });
  assertClose(reversed!, [...rows!].reverse(), "reversed");
});

contract("the gradient is the formula's, with an incoming gradient not 1", async (entry) => {
  for (const dim of DIMS) {
    const { pred, target } = sample(dim);
    const slope = slopes(entry, pred, target);
    const upstream = pred.map((_, i) => 1 + i % 5 - 2.5);
    const [none, mean] = await read(() => {
      const t = tf.tensor2d(target);
      const none = (p: Tensor) => entry.loss(p, t, { reduction: "none" });
      const mean = (p: Tensor) => tf.mul(entry.loss(p, t), -3) as tf.Scalar;
      const p = tf.tensor2d(pred);
      return [tf.grad(none)(p, tf.tensor1d(upstream)), tf.grad(mean)(p)];
    });
    assertClose(none!, slope.flatMap((row, i) => row.map((x) => upstream[i]! * x)), `none, ${dim}`);
    assertClose(mean!, slope.flat().map((x) => -3 * x / ROWS), `mean, ${dim}`);
  }
});

contract("the gradient is finite where pred is the label", async ({ loss, symmetric }) => {
  const { pred } = sample(3);
  const [grad] = await read(() => {
    const t = tf.tensor2d(pred);
    return tf.grad((p: Tensor) => loss(p, t, { reduction: "sum" }) as tf.Scalar)(t.clone());
  });
  assert(grad!.every(Number.isFinite), `${grad}`);
  // Balanced MSE is not symmetric: it pulls off the crowd.
  if (symmetric) assert(grad!.every((x) => x === 0), `${grad}`);
});

contract("NaN in is NaN out, in the row's value and gradient", async ({ loss }) => {
  for (const dim of DIMS) {
    const { pred, target } = sample(dim);
    const broken = pred.map((row, i) => i === 4 ? row.map(() => NaN) : row);
    for (const pair of [[broken, target], [target, broken]] as const) {
      const [value, rows, grad] = await read(() => {
        const [p, t] = [tf.tensor2d(pair[0]), tf.tensor2d(pair[1])];
        const of = tf.grad((x: Tensor) => loss(x, t) as tf.Scalar);
        return [loss(p, t), loss(p, t, { reduction: "none" }), of(p)];
      });
      assertEquals([value![0], rows![4], grad![4 * dim]], [NaN, NaN, NaN], `D = ${dim}`);
    }
  }
});

contract("bad arguments are refused by class and message", ({ loss, action }) => {
  tf.tidy(() => {
    const [flat, gone] = [tf.zeros([3]), tf.zeros([3])];
    gone.dispose();
    const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
      [() => loss(flat.toInt(), flat), TypeError, "pred must be float32: current dtype is int32"],
      [
        () => loss(flat, tf.complex(flat, flat)),
        TypeError,
        "target must be float32, int32 or bool: current dtype is complex64",
      ],
      [() => loss(tf.tensor1d(["a"]), flat), TypeError, "current dtype is string"],
      [() => loss([1] as unknown as Tensor, flat), TypeError, "pred must be a tensor"],
      [() => loss(tf.zeros([0]), tf.zeros([0])), RangeError, "the batch must not be empty"],
      [() => loss(tf.zeros([3, 0]), tf.zeros([3, 0])), RangeError, "must not be empty"],
      [() => loss(tf.scalar(1), tf.scalar(1)), TypeError, "[N], [N, 1] or [N, D]"],
      [() => loss(tf.zeros([1, 1, 1]), tf.zeros([1, 1, 1])), TypeError, "current shape is [1,1,1]"],
      [() => loss(tf.zeros([3, 2]), tf.zeros([3, 1])), TypeError, "[3,2] and [3,1]"],
      [() => loss(gone, flat), TypeError, "pred must not be disposed"],
      [() => loss(flat, gone), TypeError, "target must not be disposed"],
      [
        () => loss(flat, flat, { reduction: "max" as "mean" }),
        RangeError,
        'reduction must be "mean", "sum" or "none": current value is "max"',
      ],
    ];
    for (const [run, errorClass, message] of rules) {
      const error = assertThrows(run, errorClass, message);
      assert(error.message.startsWith(`Cannot compute ${action} as `), error.message);
    }
  });
});

contract("neither a loss, a gradient nor an error leaves a tensor", ({ loss }) => {
  const [p, t] = [tf.ones([5, 2]), tf.zeros([5, 2])];
  const before = tf.memory().numTensors;
  const variants: RowOptions[] = [{}, { reduction: "sum" }, { reduction: "none" }];
  variants.push({ weights: [1, 2, 3, 4, 5], mask: [true, false, true, true, true] });
  for (const variant of variants) {
    loss(p, t, variant).dispose();
    tf.grad((x: Tensor) => loss(x, t, variant))(p).dispose();
  }
  assertThrows(() => loss(p, t, { reduction: "max" as "mean" }));
  assertThrows(() => loss(p, t, { weights: [1, 2, 3, 4, 5], mask: [true] }));
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([p, t]);
});

contract("works with valueAndGrad and minimize, which lowers it", async ({ loss }) => {
  const { pred, target } = sample(1);
  const t = tf.tensor2d(target);
  // Within the labels: beyond them all, Balanced MAE is flat.
  const shift = tf.tidy(() => tf.variable(tf.scalar(2)));
  const optimizer = tf.train.sgd(0.1);
  const cost = () => loss(tf.add(tf.tensor2d(pred), shift), t) as tf.Scalar;
  const costs: number[] = [];
  for (let step = 0; step < 3; step++) {
    const value = tf.tidy(() => optimizer.minimize(cost, true, [shift])!);
    costs.push((await value.data())[0]!);
    value.dispose();
  }
  assert(costs[0]! > costs[1]! && costs[1]! > costs[2]!, `${costs}`);
  const [value, direct, grad, alone] = await read(() => {
    const p = tf.tensor2d(pred);
    const f = (x: Tensor) => loss(x, t) as tf.Scalar;
    const { value, grad } = tf.valueAndGrad(f)(p);
    return [value, f(p), grad, tf.grad(f)(p)];
  });
  assertEquals([value, grad], [direct, alone]);
  tf.dispose([t, shift]);
  optimizer.dispose();
});

contract("trains a layers model", async ({ loss }) => {
  const next = normals(5);
  const labels = Array.from({ length: 64 }, () => next());
  const [x, y] = [tf.tensor2d(labels, [64, 1]), tf.tensor2d(labels.map((v) => 2 * v), [64, 1])];
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "zeros" })],
  });
  const optimizer = tf.train.adam(0.1);
  model.compile({ optimizer, loss: layersLoss((pred, target) => loss(pred, target)) });
  const { history } = await model.fit(x, y, { epochs: 8, batchSize: 32, verbose: 0 });
  const losses = history.loss as number[];
  assert(losses.at(-1)! < losses[0]!, `${losses[0]} to ${losses.at(-1)}`);
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
});
