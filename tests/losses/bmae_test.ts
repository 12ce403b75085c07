/** Balanced MAE's priors and options: the same loss however the labels come, and what is refused. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bmaeLoss, type BmaeOptions, LabelNoise, train } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";

/** Loss, gradient of pred and of the scale. */
function worth(
  pred: tf.Tensor,
  target: tf.Tensor,
  scale: tf.Tensor,
  options?: BmaeOptions,
): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
    bmaeLoss(p, target, s, options) as tf.Scalar
  )([pred, scale]);
  return [value, ...grads];
}

function assertNear(actual: readonly Float32Array[], expected: readonly ArrayLike<number>[]) {
  expected.forEach((values, k) =>
    Array.from(values).forEach((x, i) =>
      assertAlmostEquals(actual[k]![i]!, x, 4e-6 * (1 + Math.abs(x)), `${k}, element ${i}`)
    )
  );
}

// First, as the warning comes but once.
testOnBackends("bmae: one row among others learns, and is warned of by nobody", async () => {
  const warn = console.warn;
  let warnings = 0;
  console.warn = () => warnings++;
  try {
    const [p, t] = [tf.tensor1d([2]), tf.tensor1d([3])];
    const others: BmaeOptions[] = [
      { labels: tf.tensor1d([3, 1]) },
      { reference: tf.tensor1d([1]) },
    ];
    for (const options of others) {
      const [loss] = await read(() => bmaeLoss(p, t, 0.5, options));
      // Both labels are 1 away: b log 2.
      assertAlmostEquals(loss![0]!, 0.5 * Math.log(2), 1e-6);
    }
    assertEquals(warnings, 0);
    tf.dispose([p, t, others.map(({ labels, reference }) => labels ?? reference!)]);
  } finally {
    console.warn = warn;
  }
});

for (const dim of [1, 3]) {
  testOnBackends(`bmae: parts with the labels of all add up to the batch, ${dim}-D`, async () => {
    const next = normals(5);
    const sizes = [7, 1, 30];
    const shape = dim === 1 ? [38] : [38, dim];
    const numbers = () => tf.tensor(Array.from({ length: 38 * dim }, () => 3 * next()), shape);
    const [pred, target] = [numbers(), numbers()];
    const scale = dim === 1 ? tf.scalar(0.7) : tf.tensor1d([0.7, 1, 0.4]);
    const mask = tf.tensor1d(Array.from({ length: 38 }, (_, i) => i % 5 !== 1), "bool");
    const plain = await read(() => worth(pred, target, scale));
    const masked = await read(() => worth(pred, target, scale, { mask }));
    for (const [whole, isMasked] of [[plain, false], [masked, true]] as const) {
      const sums: number[][] = [[0], [], new Array<number>(scale.size).fill(0)];
      for (let k = 0, start = 0; k < sizes.length; start += sizes[k++]!) {
        const part = (t: tf.Tensor) =>
          t.slice([start, ...t.shape.slice(1).map(() => 0)], [sizes[k]!, ...t.shape.slice(1)]);
        const of = [...Array(sizes[k]!).keys()].filter((i) => !isMasked || (start + i) % 5 !== 1);
        const share = of.length / (isMasked ? 30 : 38);
        const [loss, byPred, byScale] = await read(() =>
          worth(part(pred), part(target), scale, {
            labels: target,
            ...(isMasked && { labelsMask: mask, mask: part(mask) }),
          })
        );
        sums[0]![0]! += loss![0]! * share;
        sums[1]!.push(...byPred!.map((x) => x * share));
        byScale!.forEach((x, n) => sums[2]![n]! += x * share);
      }
      assertNear(whole, sums);
    }
    tf.dispose([pred, target, scale, mask]);
  });
}

testOnBackends("bmae: bins of the batch's labels are the batch, weights are counts", async () => {
  const values = [1, 2, 2, 2, 5, 9];
  const [pred, target] = [tf.tensor1d([1.5, 2, 2.5, 7, 4, 9.5]), tf.tensor1d(values)];
  const scale = tf.scalar(0.8);
  const batch = await read(() => worth(pred, target, scale));
  const same: BmaeOptions[] = [
    { labels: target },
    { bins: { centers: values, weights: values.map(() => 1) } },
    { bins: { centers: [9, 1, 5, 2, 7], weights: [1, 1, 1, 3, 0] } },
  ];
  for (const options of same) {
    assertNear(await read(() => worth(pred, target, scale, options)), batch);
  }
  // Ten times the weights add b log 10, and change no gradient of pred.
  const bins = { centers: values, weights: values.map(() => 10) };
  const [loss, byPred] = await read(() => worth(pred, target, scale, { bins }));
  assertNear([loss!, byPred!], [[batch[0]![0]! + 0.8 * Math.log(10)], batch[1]!]);
  // A reference is joined by each row's own label.
  const [joined, first] = await read(() => {
    const reference = tf.tensor1d([0, 3, 3]);
    const labels = tf.tensor1d([1, 0, 3, 3]);
    const row = [pred.slice(0, 1), target.slice(0, 1)] as const;
    return [
      bmaeLoss(pred, target, 0.8, { reference, reduction: "none" }),
      bmaeLoss(...row, 0.8, { labels }),
    ];
  });
  assertNear([joined!.slice(0, 1)], [first!]);
  tf.dispose([pred, target, scale]);
});

testOnBackends("bmae: a scale is a number, numbers or a tensor, and above 0", async () => {
  const next = normals(9);
  const numbers = () => tf.tensor2d(Array.from({ length: 20 }, next), [10, 2]);
  const [p, t] = [numbers(), numbers()];
  const [number, list, scalar, vector, ...broken] = await read(() => [
    bmaeLoss(p, t, 0.5),
    bmaeLoss(p, t, [0.5, 0.5]),
    bmaeLoss(p, t, tf.scalar(0.5)),
    bmaeLoss(p, t, tf.tensor1d([0.5, 0.5])),
    ...[0, -1, NaN].map((b) => bmaeLoss(p, t, tf.scalar(b))),
    bmaeLoss(p, t, tf.tensor1d([1, 0])),
  ]);
  for (const same of [list, scalar, vector]) assertEquals(same, number);
  for (const value of broken) assertEquals([...value], [NaN]);
  tf.dispose([p, t]);
});

testOnBackends("bmae: what is not finite is NaN in every row that sees it", async () => {
  const whole = { reduction: "none" } as const;
  for (const bad of [NaN, Infinity, -Infinity]) {
    const [byLabel, byPred, byPrior, byWeight, grad] = await read(() => {
      const [p, t] = [tf.tensor1d([0, 1, 2]), tf.tensor1d([0, 2, 4])];
      const [badRow, column] = [tf.tensor1d([0, bad, 2]), tf.tensor1d([1, bad])];
      const bins = { centers: [0, 1], weights: tf.tensor1d([1, bad]) };
      return [
        bmaeLoss(p, badRow, 1, whole),
        bmaeLoss(badRow, t, 1, whole),
        bmaeLoss(p, t, 1, { ...whole, reference: column }),
        bmaeLoss(p, t, 1, { ...whole, bins }),
        tf.grad((x: tf.Tensor) => bmaeLoss(x, t, 1, whole))(badRow),
      ];
    });
    for (const rows of [byLabel, byPrior, byWeight]) assertEquals([...rows!], [NaN, NaN, NaN]);
    for (const rows of [byPred, grad]) {
      assertEquals([...rows!].map(Number.isFinite), [true, false, true]);
      assert(Number.isNaN(rows![1]!));
    }
  }
  const [none] = await read(() => {
    const weights = tf.zeros([2]);
    return bmaeLoss(tf.ones([3]), tf.ones([3]), 1, {
      ...whole,
      bins: { centers: [0, 1], weights },
    });
  });
  assertEquals([...none!], [NaN, NaN, NaN]);
});

testOnBackends("bmae: whole numbers are taken as they are", async () => {
  const [p, t] = [tf.tensor1d([0.5, 1, 2.5, 3]), [0, 1, 3, 7]];
  const made = (make: (values: number[]) => tf.Tensor) =>
    read(() => [
      bmaeLoss(p, make(t), 0.5),
      bmaeLoss(p, make(t), 0.5, { mask: [true, false, true, true] }),
      bmaeLoss(p, make(t), 0.5, { reference: make([1, 2]) }),
      bmaeLoss(p, make(t), 0.5, { labels: make([0, 1, 3, 7, 9]) }),
      bmaeLoss(p, make(t), 0.5, { bins: { centers: make([1, 2]), weights: make([3, 0]) } }),
    ]);
  const expected = await made((values) => tf.tensor1d(values));
  assertEquals(await made((values) => tf.tensor1d(values, "int32")), expected);
  assertEquals(
    await made((values) => tf.cast(tf.tensor1d(values, "int32"), "float32")),
    expected,
  );
  p.dispose();
});

testOnBackends("bmae: train learns the scale of Laplace noise", async () => {
  const next = normals(17);
  const uniform = () => {
    const [a, b] = [next(), next()];
    return Math.exp(-(a * a + b * b) / 2); // uniform from 0 to 1
  };
  const rows = 512;
  const labels = Array.from({ length: rows }, () => 20 * uniform());
  const laplace = () => Math.sign(uniform() - 0.5) * -Math.log(1 - uniform());
  const x = tf.tensor2d(labels.map((label) => label - laplace()), [rows, 1]);
  const y = tf.tensor2d(labels, [rows, 1]);
  const noise = new LabelNoise({ sigma: 4 });
  const model = tf.sequential({
    layers: [tf.layers.dense({
      units: 1,
      inputShape: [1],
      kernelInitializer: "ones",
    })],
  });
  const optimizers = [tf.train.adam(0.01), tf.train.adam(0.05)] as const;
  const scale = () => tf.sqrt(tf.div(noise.variance(), 2));
  await train({
    model,
    loss: (pred, target, options) => bmaeLoss(pred, target, scale(), options),
    data: { x, y },
    epochs: 60,
    batchSize: 128,
    optimizer: optimizers[0],
    noise: { model: noise, optimizer: optimizers[1] },
  });
  assertAlmostEquals(await noise.sigma() / Math.SQRT2, 1, 0.15);
  tf.dispose([x, y]);
  for (const optimizer of optimizers) optimizer.dispose();
  model.dispose();
  noise.dispose();
}, ["cpu"]);

testOnBackends("bmae: wrong options and scales are refused", () => {
  const [row, wide, scalar] = [tf.ones([3]), tf.ones([3, 2]), tf.scalar(1)];
  const bins = { centers: [0, 1], weights: [1, 1] };
  const junk = (value: unknown) => value as tf.Tensor;
  const run = (options: unknown, scale: unknown = 1) => () =>
    bmaeLoss(row, row, junk(scale), options as BmaeOptions);
  const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
    [run({ labels: row, reference: row }), TypeError, "labels must not come with a reference"],
    [run({ bins, reference: row }), TypeError, "reference must not come with bins"],
    [run({ bins, labels: row }), TypeError, "labels must not come with bins"],
    [run({ labelsMask: row }), TypeError, "labelsMask must come with labels"],
    [run({ labels: wide }), TypeError, "labels must be [M] or [M, 1], M rows of pred's width"],
    [
      run({ reference: wide }),
      TypeError,
      "reference must be [3, 1] or [3]: current shape is [3,2]",
    ],
    [run({ reference: [1] }), TypeError, "reference must be a tensor"],
    [run({ reference: null }), TypeError, "reference must be a tensor"],
    [run({ bins: null }), TypeError, "bins must be an object"],
    [run({ bins: { centers: [0, 1], weights: [0, 0] } }), RangeError, "must not all be 0"],
    [run({ bins: { centers: [0, 1], weights: [1] } }), TypeError, "weights must be [2]"],
    [run({ bins: { centers: [0, NaN], weights: [1, 1] } }), RangeError, "centers must be finite"],
    [run({ prior: bins }), TypeError, "options must be known, did you mean bins"],
    [run({ restoreScale: 1 }), TypeError, "restoreScale must be"],
    [run({}, 0), RangeError, "scale must be a positive finite float32: current value is 0"],
    [run({}, NaN), RangeError, "current value is NaN"],
    [run({}, [1, 2]), TypeError, "scale must be a number, 1 numbers or a tensor"],
    [run({}, wide), TypeError, "scale must be a number or a scalar tensor, or [1]"],
    [run({}, "1"), TypeError, 'current value is "1"'],
  ];
  for (const [call, errorClass, message] of rules) {
    const error = assertThrows(call, errorClass, message);
    assert(error.message.startsWith("Cannot compute balanced MAE as "), error.message);
  }
  tf.dispose([row, wide, scalar]);
}, ["cpu"]);
