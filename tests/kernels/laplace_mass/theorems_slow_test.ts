/** Facts about Balanced MAE that hold whatever the numbers: each on every backend and problem. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bmaeLoss, maeLoss } from "../../../mod.ts";
import type { Method } from "../../../src/kernels/log_mass/contract.ts";
import { read, readScalar, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { LAPLACE_CASES, laplaceOf } from "../../support/laplace_cases.ts";
import type { LaplaceProblem } from "../../support/reference_laplace.ts";

const SMALL = LAPLACE_CASES.filter(({ pred }) => pred.length < 1000);

/** The mean loss, in nats or in units of the label. */
type Loss = (test: LaplaceProblem, restoreScale?: boolean) => Promise<number>;

const lossBy = (method: Method): Loss => (test, restoreScale = false) =>
  readScalar(() => {
    const mean = laplaceOf(test, { reduction: "mean", restoreScale, method });
    return mean(tf.tensor2d(test.pred), tf.tensor1d(test.scale));
  });

/** Equal to a few roundings of the logits' size: what a float32 input's last digit can do. */
function assertClose(actual: number, expected: number, name: string, unit = 1) {
  assertAlmostEquals(actual, expected, 2e-6 * (unit + Math.abs(expected)), name);
}

function map(test: LaplaceProblem, label: (x: number) => number): LaplaceProblem {
  const rows = (matrix: number[][]) => matrix.map((row) => row.map(label));
  return { ...test, pred: rows(test.pred), target: rows(test.target), center: rows(test.center) };
}

type Proof = (test: LaplaceProblem, name: string, loss: Loss) => Promise<void>;

function theorem(name: string, prove: Proof) {
  const all = async (method: Method) => {
    // Many dimensions are a sort each, and nothing new.
    const tests = SMALL.filter(({ scale }) => method === "auto" || scale.length <= 3);
    for (const test of tests) await prove(test, test.name, lossBy(method));
  };
  testOnBackends(`laplace theorem: ${name}`, () => all("auto"));
  testOnBackends(`laplace theorem: ${name}, linear`, () => all("linear"), ["webgpu"]);
}

theorem("shifting labels and predictions changes nothing", async (test, name, loss) => {
  // Multiples of 1/64 shift without rounding, so that the same problem is asked.
  const coarse = map(test, (x) => Math.round(x * 64) / 64);
  assertClose(await loss(map(coarse, (x) => x + 4096)), await loss(coarse), name);
});

theorem("a pred, a target, a scale gives a loss", async (test, name, loss) => {
  const a = 8; // a power of two: no rounding
  const scaled = { ...map(test, (x) => a * x), scale: test.scale.map((b) => a * b) };
  const unit = Math.max(...scaled.scale);
  assertClose(await loss(scaled, true), a * await loss(test, true), name, unit);
});

theorem("mirrored labels and predictions change nothing", async (test, name, loss) => {
  assertClose(await loss(map(test, (x) => -x)), await loss(test), name);
});

theorem("the order of rows and of columns does not matter", async (test, name, loss) => {
  const { pred, target, center, logWeight } = test;
  const reversed = {
    ...test,
    pred: pred.toReversed(),
    target: target.toReversed(),
    center: center.toReversed(),
    ...(logWeight && { logWeight: logWeight.toReversed() }),
  };
  assertClose(await loss(reversed), await loss(test), name);
});

theorem("a column split in two halves is the same column", async (test, name, loss) => {
  const { center, logWeight = center.map(() => 0) } = test;
  const halves = logWeight.map((weight) => weight - Math.LN2);
  const split = { ...test, center: [...center, ...center], logWeight: [...halves, ...halves] };
  assertClose(await loss(split), await loss(test), name);
});

theorem("columns of weight 0 are no columns", async (test, name, loss) => {
  const { center, pred, logWeight = center.map(() => 0) } = test;
  for (const at of [pred[0]!, pred[0]!.map((x) => x + 1e4)]) {
    const more = {
      ...test,
      center: [...Array(5).fill(at), ...center],
      logWeight: [...Array(5).fill(-Infinity), ...logWeight],
    };
    assertClose(await loss(more), await loss(test), name);
  }
});

theorem("each dimension is for itself", async (test, name, loss) => {
  const { pred, target, center, scale } = test;
  if (scale.length === 1 || scale.length > 20) return;
  let sum = 0;
  for (const [d, b] of scale.entries()) {
    const column = (rows: number[][]) => rows.map((row) => [row[d]!]);
    const alone = { pred: column(pred), target: column(target), center: column(center) };
    sum += await loss({ ...test, ...alone, scale: [b] }, true);
  }
  assertClose(await loss(test, true), sum, name, Math.max(...scale));
});

testOnBackends("laplace theorem: equal labels give b log N, a row alone 0", async () => {
  for (const rows of [1, 2, 50]) {
    const [at, beside] = await read(() => {
      const t = tf.fill([rows], 7.25);
      const options = { labels: t, reduction: "none" } as const;
      return [bmaeLoss(t, t, 0.5, options), bmaeLoss(tf.add(t, 3.3), t, 0.5, options)];
    });
    for (const values of [at!, beside!]) {
      for (const value of values) assertAlmostEquals(value, 0.5 * Math.log(rows), 2e-7 * rows);
      if (rows === 1) assertEquals([...values], [0]);
    }
  }
});

testOnBackends("laplace theorem: of the batch, or a reference, it is never below 0", async () => {
  const next = normals(31);
  for (const scale of [1e-6, 0.1, 1, 100]) {
    const numbers = (count: number) => Array.from({ length: count }, () => Math.fround(3 * next()));
    const [t, p] = [numbers(301), numbers(301)];
    const rows = await read(() => {
      const [pred, target, reference] = [p, t, numbers(40)].map((x) => tf.tensor1d(x));
      const none = { reduction: "none" } as const;
      return [
        bmaeLoss(pred!, target!, scale, none),
        bmaeLoss(target!, target!, scale, none),
        bmaeLoss(pred!, target!, scale, { ...none, reference: reference! }),
      ];
    });
    for (const values of rows) assert(values.every((x) => x >= 0), `${scale}`);
  }
});

testOnBackends("laplace theorem: a flat prior much wider than b gives MAE's gradient", async () => {
  const [byBalanced, byMae] = await read(() => {
    // Halfway between columns that reach a thousand scales further on either side.
    const centers = Array.from({ length: 4001 }, (_, j) => j - 2000);
    const bins = { centers, weights: centers.map(() => 1) };
    const pred = tf.tensor1d([0.5, -3.5, 10.5]);
    const target = tf.tensor1d([3, -4, -20.25]);
    const options = { reduction: "sum" } as const;
    const grad = (f: (p: tf.Tensor) => tf.Tensor) => tf.grad((p: tf.Tensor) => f(p))(pred);
    return [
      grad((p) => bmaeLoss(p, target, 2, { ...options, bins })),
      grad((p) => maeLoss(p, target, options)),
    ];
  });
  byMae!.forEach((expected, i) => assertAlmostEquals(byBalanced![i]!, expected, 1e-5));
});

testOnBackends("laplace theorem: a very large b weighs all columns alike", async () => {
  const [grad] = await read(() => {
    const target = tf.tensor1d([0, 1, 2, 3, 4]);
    const pred = tf.tensor1d([-1, 1, 1.5, 3, 9]);
    const of = tf.grad((p: tf.Tensor) => bmaeLoss(p, target, 1e9, { reduction: "sum" }));
    return of(pred);
  });
  // sign(pred - target) less the share of labels below it, plus that of labels above it.
  [0, 0 - (1 - 3) / 5, -1 - (2 - 3) / 5, 0 - (3 - 1) / 5, 1 - 5 / 5].forEach((expected, i) =>
    assertAlmostEquals(grad![i]!, expected, 1e-6)
  );
});

testOnBackends("laplace theorem: outside of all labels it is flat", async () => {
  const [loss, grad] = await read(() => {
    const target = tf.tensor1d([0, 1, 5]);
    const of = (p: tf.Tensor) => bmaeLoss(p, target, 0.7) as tf.Scalar;
    const at = [[-1, -2, -3], [-40, -50, -60]].map((p) => tf.tensor1d(p));
    const [near, far] = at.map((p) => tf.valueAndGrad(of)(p));
    return [tf.stack([near!.value, far!.value]), tf.concat([near!.grad, far!.grad])];
  });
  assertAlmostEquals(loss![0]!, loss![1]!, 1e-6);
  assert(grad!.every((x) => x === 0), `${grad}`);
});
