/** The contract of a loss: what every loss of the module keeps to, whatever its formula. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { layersLoss, type RowOptions, type Tensor } from "../mod.ts";
import { BACKENDS, read, testOnBackends } from "./support/backends.ts";
import { normals } from "./support/cases.ts";
import { type Loss, LOSSES } from "./support/losses.ts";

const ROWS = 37;
const DIMS = [1, 3];

/** Rows whose errors are neither 0 nor at a kink. */
function sample(dim: number, seed = 3) {
  const next = normals(seed);
  const rows = () => Array.from({ length: ROWS }, () => Array.from({ length: dim }, next));
  return { pred: rows(), target: rows() };
}

/** Registers a test of each loss on each backend. */
function contract(rule: string, run: (loss: Loss) => void | Promise<void>): void {
  for (const loss of LOSSES) testOnBackends(`contract: ${loss.name}: ${rule}`, () => run(loss));
}

/** The same for the rules of weights and masks. */
function optionsContract(
  rule: string,
  run: (loss: Loss) => void | Promise<void>,
  { leaky = "" } = {},
): void {
  for (const loss of LOSSES) {
    testOnBackends(`contract: ${loss.name}: ${rule}`, () => run(loss), BACKENDS, { leaky });
  }
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, name: string) {
  assertEquals(actual.length, expected.length, name);
  const size = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 1);
  for (let i = 0; i < expected.length; i++) {
    assertAlmostEquals(actual[i]!, expected[i]!, 4e-6 * size, `${name}, element ${i}`);
  }
}

/** `d truth_i / d pred_id` by central differences, row by row. */
function slopes({ truth }: Loss, pred: number[][], target: number[][]): number[][] {
  const h = 1e-5;
  return pred.map((row, i) =>
    row.map((_, d) => {
      const [up, down] = [h, -h].map((step) => {
        const moved = pred.map((r, k) => k === i ? r.map((x, e) => e === d ? x + step : x) : r);
        return truth(moved, target)[i]!;
      });
      return (up! - down!) / (2 * h);
    })
  );
}

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
      [() => loss(flat, flat.toInt()), TypeError, "target must be float32"],
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
        'reduction must be "mean", "sum" or "none": current value is max',
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
  const shift = tf.tidy(() => tf.variable(tf.scalar(5)));
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

const WEIGHTS = Array.from({ length: ROWS }, (_, i) => i % 4 / 2);
const MASK = Array.from({ length: ROWS }, (_, i) => i % 3 !== 1);
const kept = <T>(rows: T[]) => rows.filter((_, i) => MASK[i]);

optionsContract("weights multiply the rows and are not normalized", async ({ loss, truth }) => {
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

optionsContract("a masked batch is the batch without those rows", async ({ loss, truth }) => {
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

optionsContract("masked rows may hold NaN, in the labels and weights too", async (entry) => {
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

optionsContract("everything masked is 0, in value and gradient", async ({ loss }) => {
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

optionsContract("a mask computed from the predictions is not differentiated", async ({ loss }) => {
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

optionsContract("bad weights and masks are refused by class and message", ({ loss, action }) => {
  tf.tidy(() => {
    const rows = tf.zeros([3]);
    const gone = tf.zeros([3]);
    gone.dispose();
    const weigh = (weights: unknown) => () => loss(rows, rows, { weights: weights as number[] });
    const mask = (mask: unknown) => () => loss(rows, rows, { mask: mask as boolean[] });
    const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
      [weigh([1, -2, 1]), RangeError, "finite numbers >= 0: current value of row 1 is -2"],
      [weigh([1, 1, NaN]), RangeError, "current value of row 2 is NaN"],
      [weigh([1, 1, Infinity]), RangeError, "current value of row 2 is Infinity"],
      [weigh([1e39, 1, 1]), RangeError, "current value of row 0 is 1e+39"],
      [weigh(new Float32Array(3)), RangeError, "weights must not all be 0"],
      [weigh([1, 1]), TypeError, "weights must have one value a row, 3: current length is 2"],
      [weigh(["1", 1, 1]), TypeError, "current value of row 0 is 1"],
      [weigh(new Array(3)), TypeError, "current value of row 0 is undefined"],
      [weigh("111"), TypeError, "weights must be a tensor or an array: current value is 111"],
      [weigh(2), TypeError, "weights must be a tensor or an array: current value is 2"],
      [weigh(null), TypeError, "current value is null"],
      [weigh(tf.zeros([3, 1])), TypeError, "weights must be [3]: current shape is [3,1]"],
      [weigh(tf.zeros([2])), TypeError, "weights must be [3]: current shape is [2]"],
      [weigh(tf.scalar(1)), TypeError, "weights must be [3]: current shape is []"],
      [weigh(tf.zeros([3], "int32")), TypeError, "weights must be float32"],
      [weigh(gone), TypeError, "weights must not be disposed"],
      [mask([true, false]), TypeError, "mask must have one value a row, 3: current length is 2"],
      [mask([1, 0, 2]), RangeError, "true or false, 1 or 0: current value of row 2 is 2"],
      [mask([true, true, "no"]), TypeError, "current value of row 2 is no"],
      [mask(tf.zeros([3])), TypeError, "mask must be bool: current dtype is float32"],
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

optionsContract("the weights' gradient is refused, not a silent zero", ({ loss }) => {
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
