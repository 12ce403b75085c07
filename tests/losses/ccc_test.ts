/** The concordance-correlation loss: against float64, its gradients by differences, and its limits. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { cccLoss, type CccOptions, concordanceCorrelation } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";

/** 1 less Lin's coefficient, mean over columns: the formula as printed. */
function truth(pred: number[][], target: number[][], share: number[]): number {
  const total = share.reduce((a, b) => a + b);
  const mean = (of: (i: number) => number) =>
    share.reduce((sum, part, i) => part > 0 ? sum + part * of(i) : sum, 0) / total;
  const ofColumn = (d: number) => {
    const [mx, my] = [mean((i) => pred[i]![d]!), mean((i) => target[i]![d]!)];
    const xx = mean((i) => (pred[i]![d]! - mx) ** 2);
    const yy = mean((i) => (target[i]![d]! - my) ** 2);
    const xy = mean((i) => (pred[i]![d]! - mx) * (target[i]![d]! - my));
    return 2 * xy / (xx + yy + (mx - my) ** 2);
  };
  const columns = pred[0]!.map((_, d) => ofColumn(d));
  return 1 - columns.reduce((a, b) => a + b) / columns.length;
}

const CASES: { name: string; dim: number; far?: number; options?: CccOptions; share?: number[] }[] =
  [
    { name: "one column", dim: 1 },
    { name: "three columns", dim: 3 },
    { name: "far from 0", dim: 1, far: 3000 },
    {
      name: "weights",
      dim: 2,
      options: { weights: [1, 0, 3, 2, 0.5, 1, 1] },
      share: [1, 0, 3, 2, 0.5, 1, 1],
    },
    {
      name: "a mask",
      dim: 2,
      options: { mask: [1, 1, 0, 1, 0, 1, 1] },
      share: [1, 1, 0, 1, 0, 1, 1],
    },
    {
      name: "both",
      dim: 1,
      options: { mask: [1, 1, 0, 1, 1, 1, 1], weights: [2, 1, 9, 1, 0, 1, 1] },
      share: [2, 1, 0, 1, 0, 1, 1],
    },
  ];

testOnBackends("CCC loss: the formula's value, its gradients by central differences", async () => {
  for (const { name, dim, far = 0, options = {}, share = new Array<number>(7).fill(1) } of CASES) {
    const next = normals(dim + name.length);
    const rows = (of: () => number) =>
      share.map(() => Array.from({ length: dim }, () => Math.fround(of())));
    const [pred, target] = [rows(() => far + 1 + 2 * next()), rows(() => far + next())];
    // What a mask leaves out may be NaN.
    const seen = pred.map((row, i) =>
      options.mask && !(options.mask as number[])[i] ? row.map(() => NaN) : row
    );
    const [value, ofPred, ofTarget] = await read(() => {
      const [p, t] = [tf.tensor2d(seen), tf.tensor2d(target)];
      const f = (p: tf.Tensor, t: tf.Tensor) => tf.mul(cccLoss(p, t, options), 3) as tf.Scalar;
      const { value, grads } = tf.valueAndGrads(f)([p, t]);
      return [value, ...grads];
    });
    const tolerance = 2e-6;
    assertAlmostEquals(value![0]! / 3, truth(pred, target, share), tolerance, name);
    const moved = (table: number[][], k: number, by: number) =>
      table.map((row, i) => row.map((x, d) => i * dim + d === k ? x + by : x));
    for (let k = 0; k < 7 * dim; k++) {
      const slope = (of: (by: number) => number) => 3 * (of(1e-4) - of(-1e-4)) / 2e-4;
      const inPred = slope((by) => truth(moved(pred, k, by), target, share));
      const inTarget = slope((by) => truth(pred, moved(target, k, by), share));
      assertAlmostEquals(ofPred![k]!, inPred, tolerance * 3, `${name}, pred ${k}`);
      assertAlmostEquals(ofTarget![k]!, inTarget, tolerance * 3, `${name}, target ${k}`);
    }
  }
});

testOnBackends(
  "CCC loss: one row and equal numbers give 1 and no gradient; NaN is NaN",
  async () => {
    const values = await read(() => {
      const loss = (p: tf.Tensor, t: tf.Tensor) => cccLoss(p, t) as tf.Scalar;
      const twos = tf.fill([4], 2);
      const grad = tf.grad((p: tf.Tensor) => loss(p, twos))(twos);
      const alone = tf.grad((p: tf.Tensor) => loss(p, tf.tensor1d([1])))(tf.tensor1d([3]));
      return [
        loss(twos, twos),
        tf.sum(tf.abs(grad)),
        loss(tf.tensor1d([3]), tf.tensor1d([1])),
        alone,
        loss(tf.tensor1d([NaN, 1]), tf.tensor1d([1, 2])),
        cccLoss(tf.tensor1d([1, 2, 4]), tf.tensor1d([1, 2, 4], "int32")),
        cccLoss(tf.tensor1d([1, 2, 4]), tf.tensor1d([-1, -2, -4])),
        cccLoss(tf.tensor1d([1, 2]), tf.tensor1d([1, 2]), { mask: [false, false] }),
      ];
    });
    const [equal, still, one, none, nan, perfect, opposite, masked] = values.map((v) => v[0]!);
    assert(equal === 1 && still === 0 && one === 1 && none === 0 && masked === 1, `${values}`);
    assert(Number.isNaN(nan));
    assertAlmostEquals(perfect!, 0, 1e-6);
    assert(opposite! > 1);
  },
);

testOnBackends("CCC loss: is 1 less the metric, and training by it raises the metric", async () => {
  const [x, noise] = [
    tf.randomNormal([256, 1], 0, 1, "float32", 1),
    tf.randomNormal([256, 1], 0, 1, "float32", 2),
  ];
  const target = tf.tidy(() => tf.add(tf.mul(x, 2), tf.add(noise, 5)));
  const [slope, shift] = tf.tidy(() => [tf.variable(tf.scalar(0.1)), tf.variable(tf.scalar(0))]);
  const pred = () => tf.tidy(() => tf.add(tf.mul(x, slope!), shift!));
  const optimizer = tf.train.adam(0.1);
  const agreement = async () => {
    const now = pred();
    const [[loss], metric] = [
      await read(() => cccLoss(now, target)),
      await concordanceCorrelation(now, target),
    ];
    assertAlmostEquals(loss![0]!, 1 - metric, 1e-5);
    now.dispose();
    return metric;
  };
  const before = await agreement();
  for (let step = 0; step < 150; step++) {
    optimizer.minimize(() => cccLoss(pred(), target) as tf.Scalar, false, [slope!, shift!]);
  }
  const after = await agreement();
  assert(before < 0.1 && after > 0.85, `${before} to ${after}`);
  // The spread of the labels, sqrt(5), not MSE's 2.
  assertAlmostEquals((await slope!.data())[0]!, Math.sqrt(5), 0.15);
  tf.dispose([x, noise, target, slope!, shift!]);
  optimizer.dispose();
}, ["cpu"]);

testOnBackends("CCC loss: what it refuses", () => {
  const [p, t] = [tf.tensor1d([1, 2]), tf.tensor2d([[1], [2]])];
  const claim = "Cannot compute CCC loss as ";
  assertThrows(() => cccLoss(p, t), TypeError, `${claim}pred and target must have the same shape`);
  assertThrows(
    () => cccLoss(p, p, { reduction: "none" } as CccOptions),
    TypeError,
    `${claim}options must be known`,
  );
  assertThrows(() => cccLoss(p, p, { weights: [0, 0] }), RangeError, "weights must not all be 0");
  tf.dispose([p, t]);
}, ["cpu"]);

testOnBackends("CCC loss: knows no unit, and no origin", async () => {
  const next = normals(5);
  const [pred, target] = [0, 1].map(() => Array.from({ length: 100 }, () => next()));
  for (
    const [origin, unit] of [[0, 1e-30], [0, 1e-20], [0, 1e19], [0, 1e30], [1e6, 1], [1e8, 1e3]]
  ) {
    const [p, t] = [pred!, target!].map((list) =>
      list.map((x) => Math.fround(origin! + unit! * x))
    );
    const expected = truth(p!.map((x) => [x]), t!.map((x) => [x]), p!.map(() => 1));
    const [value, slope] = await read(() => {
      const loss = (p: tf.Tensor) => cccLoss(p, tf.tensor1d(t!)) as tf.Scalar;
      const { value, grad } = tf.valueAndGrad(loss)(tf.tensor1d(p!));
      return [value, grad];
    });
    assertAlmostEquals(value![0]!, expected, 2e-6, `${origin} + ${unit} x`);
    const moved = (by: number) => p!.map((x, i) => [i === 7 ? x + by * unit! : x]);
    const of = (by: number) => truth(moved(by), t!.map((x) => [x]), p!.map(() => 1));
    assertAlmostEquals(slope![7]! * unit!, (of(1e-4) - of(-1e-4)) / 2e-4, 2e-6, "slope");
  }
});

testOnBackends(
  "CCC loss: equal numbers that a mean rounds; weights of 0 and near the largest",
  async () => {
    const [equal, idle, heavy] = await read(() => {
      const constant = tf.fill([7], 2.1);
      const [p, t] = [tf.tensor1d([1, 2, 4, 1e25]), tf.tensor1d([2, 3, 4, 0])];
      const of = (weights: number[]) => cccLoss(p, t, { weights });
      return [cccLoss(constant, constant), of([1, 1, 2, 0]), of([1.5e38, 1.5e38, 3e38, 0])];
    });
    const expected = truth([[1], [2], [4]], [[2], [3], [4]], [1, 1, 2]);
    assertAlmostEquals(equal![0]!, 1);
    assertAlmostEquals(idle![0]!, expected, 1e-6);
    assertAlmostEquals(heavy![0]!, expected, 1e-6);
  },
);
