/** Metrics of a model: over which rows, in which forms, and what becomes of errors. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  balancedMeanAbsoluteError,
  evaluate,
  meanAbsoluteError,
  pearsonCorrelation,
  shotwise,
} from "../../mod.ts";
import { isOnDevice } from "../../src/train/checkpoint/residence.ts";
import { testOnBackends } from "../support/backends.ts";
import { whileBindingLimit } from "../support/binding_limit.ts";
import { normals } from "../support/cases.ts";
import { assertRejections, type Rejection } from "../support/rejections.ts";

const twice = { predict: (x: tf.Tensor) => tf.mul(x, 2), variables: [] };

/** Inputs and labels around 2 x. */
function problem(rows: number) {
  const next = normals(6);
  const x = Array.from({ length: rows }, () => 3 * next());
  const y = x.map((value) => 2 * value + next());
  return { x, y, pred: x.map((value) => 2 * Math.fround(value)) };
}

testOnBackends("evaluate: each metric sees all rows, whatever the batch size", async () => {
  const { x, y, pred } = problem(50);
  const data = { x: tf.tensor1d(x), y: tf.tensor1d(y) };
  const shots = (pred: tf.Tensor, y: tf.Tensor) =>
    shotwise(meanAbsoluteError, pred, y, [0, 0, 0], { many: 2, few: 1 });
  const truth = {
    balanced: await balancedMeanAbsoluteError(pred, y),
    r: await pearsonCorrelation(pred, y),
    mae: await meanAbsoluteError(pred, y),
  };
  for (const batchSize of [1, 7, 50, 99]) {
    const result = await evaluate(twice, data, {
      balanced: balancedMeanAbsoluteError,
      r: pearsonCorrelation,
      shots,
      tensor: (pred, y) => tf.mean(tf.abs(tf.sub(pred, y))),
      later: async (pred, y) => {
        const errors = tf.abs(tf.sub(pred, y));
        await Promise.resolve();
        return tf.mean(errors);
      },
      number: (pred) => pred.shape[0]!,
    }, { batchSize });
    assertEquals(Object.keys(result), ["balanced", "r", "shots", "tensor", "later", "number"]);
    assertAlmostEquals(result.balanced, truth.balanced, 1e-5);
    assertAlmostEquals(result.r, truth.r, 1e-5);
    assertAlmostEquals(result.shots.overall, truth.mae, 1e-5);
    assertAlmostEquals(result.tensor, truth.mae, 1e-5);
    assertAlmostEquals(result.later, truth.mae, 1e-5);
    assertEquals(result.number, 50);
  }
  tf.dispose([data.x, data.y]);
}, ["webgpu", "cpu"]);

testOnBackends(
  "evaluate: iterables of batches; rows that a mask leaves out do not count",
  async () => {
    const { x, y } = problem(30);
    const mask = x.map((value, i) => value > 0 && i < 20); // none of the last ten
    const kept = (values: number[]) => values.filter((_, i) => mask[i]);
    const truth = await meanAbsoluteError(kept(x).map((value) => 2 * value), kept(y));
    function* batches() {
      for (let i = 0; i < 30; i += 10) {
        const part = (values: number[]) => values.slice(i, i + 10);
        const batch = {
          x: tf.tensor1d(part(x)),
          y: tf.tensor1d(part(y)),
          weights: part(x.map(Math.abs)),
        };
        yield { ...batch, mask: mask.slice(i, i + 10) };
        tf.dispose([batch.x, batch.y]);
      }
    }
    async function* later() {
      for (const batch of batches()) yield await Promise.resolve(batch);
    }
    const whole = { x: tf.tensor1d(x), y: tf.tensor1d(y), mask: tf.tensor1d(mask, "bool") };
    for (const data of [batches(), later(), whole]) {
      const { mae, rows } = await evaluate(twice, data, {
        mae: meanAbsoluteError,
        rows: (pred, y) => [pred.shape[0], y.shape[0]],
      }, { batchSize: 4 });
      assertAlmostEquals(mae, truth, 1e-5);
      assertEquals(rows, [kept(x).length, kept(x).length]);
    }
    tf.dispose([whole.x, whole.y, whole.mask]);
  },
  ["webgpu", "cpu"],
);

testOnBackends("evaluate: datasets of tf.data, by either names", async () => {
  const { x, y, pred } = problem(10);
  const rows = (names: [string, string]) =>
    x.map((value, i) => ({ [names[0]]: value, [names[1]]: y[i]! }));
  const truth = await meanAbsoluteError(pred, y);
  for (const names of [["xs", "ys"], ["x", "y"]] as [string, string][]) {
    const dataset = tf.data.array(rows(names)).batch(4);
    const { mae } = await evaluate(twice, dataset, {
      mae: meanAbsoluteError,
    });
    assertAlmostEquals(mae, truth, 1e-5);
  }
  const other = tf.data.array(rows(["inputs", "labels"])).batch(4);
  await assertRejects(
    () => evaluate(twice, other, { mae: () => 1 }),
    TypeError,
    "Cannot evaluate as an element of the dataset must be { x, y, weights?, mask? } of tensors",
  );
}, ["cpu"]);

testOnBackends("evaluate: labels and predictions in arrays and by name", async () => {
  const input = tf.input({ shape: [1], name: "age" });
  const initializer = tf.initializers.constant({ value: 3 });
  const dense = (name: string) =>
    tf.layers.dense({ units: 1, name, kernelInitializer: initializer }).apply(input);
  const outputs = ["left", "right"].map(dense) as tf.SymbolicTensor[];
  const model = tf.model({ inputs: input, outputs });
  const x = tf.tensor2d([[1], [2]]);
  const y = tf.tensor2d([[3], [6]]);
  const byName = { left: y, right: y };
  const named = await evaluate(model, { x, y: byName }, {
    left: (pred, y) => meanAbsoluteError(pred.left, y.left),
    names: (pred) => Object.keys(pred),
  }, { batchSize: 1 });
  assertEquals(named, { left: 0, names: model.outputNames });
  const pair = { predict: (x: tf.Tensor) => [tf.neg(x), x] as [tf.Tensor, tf.Tensor] };
  const listed = await evaluate(pair, { x, y: [x, x] as [tf.Tensor, tf.Tensor] }, {
    first: ([pred], [y]) => meanAbsoluteError(pred, y),
    second: ([, pred], [, y]) => meanAbsoluteError(pred, y),
  });
  assertEquals(listed, { first: 3, second: 0 });
  tf.dispose([x, y]);
  model.dispose();
}, ["cpu"]);

testOnBackends("evaluate: data and predictions beyond the device's binding limit", async () => {
  const { x, y, pred } = problem(6000); // 24,000 bytes each
  const data = { x: tf.tensor1d(x), y: tf.tensor1d(y), mask: x.map((_, i) => i % 9 !== 0) };
  await whileBindingLimit(16_000, async () => {
    const { onDevice, mae } = await evaluate(twice, data, {
      onDevice: (pred, target) => [pred, target, data.x, data.y].some(isOnDevice),
      mae: meanAbsoluteError,
    }, { batchSize: 2000 });
    const kept = (values: number[]) => values.filter((_, i) => data.mask[i]);
    assertAlmostEquals(mae, await meanAbsoluteError(kept(pred), kept(y)), 1e-5);
    assert(!onDevice);
  });
  tf.dispose([data.x, data.y]);
}, ["webgpu"]);

testOnBackends("evaluate: a metric that fails is named, those after it are not asked", async () => {
  const data = { x: tf.tensor1d([1, 2]), y: tf.tensor1d([2, 4]) };
  const cause = new RangeError("too far");
  const unhandled: unknown[] = [];
  const hear = (event: PromiseRejectionEvent) => {
    unhandled.push(event.reason);
    event.preventDefault();
  };
  addEventListener("unhandledrejection", hear);
  const failures: ((pred: tf.Tensor, y: tf.Tensor) => unknown)[] = [
    (pred) => {
      tf.neg(pred);
      throw cause;
    },
    (pred) => {
      tf.neg(pred);
      return Promise.reject(cause);
    },
    async (pred) => {
      tf.neg(pred);
      await new Promise((resolve) => setTimeout(resolve));
      throw cause;
    },
  ];
  for (const failing of failures) {
    let asked = 0;
    const metrics = { first: () => ++asked, failing, last: () => ++asked };
    const error = await assertRejects(
      () => evaluate(twice, data, metrics),
      Error,
      'Cannot evaluate as the metric "failing" must not fail: current error is RangeError: too far',
    );
    assertEquals([asked, error.cause === cause], [1, true]);
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  removeEventListener("unhandledrejection", hear);
  assertEquals(unhandled, []);
  tf.dispose([data.x, data.y]);
}, ["cpu"]);

testOnBackends("evaluate: what is wrong is refused, and leaves nothing behind", async () => {
  const [x, y, z] = [tf.tensor1d([1, 2]), tf.tensor1d([2, 4]), tf.zeros([3])];
  const text = tf.tensor1d(["a", "b"]);
  const column = tf.tensor2d([[1], [2]]);
  const data = { x, y };
  const metrics = { mae: meanAbsoluteError };
  const loose = evaluate as unknown as (...args: unknown[]) => Promise<unknown>;
  const metric = (run: (pred: tf.Tensor) => unknown) => ({ own: run });
  const rejections: Rejection[] = [
    [() => loose({}, data, metrics), TypeError, "tf.LayersModel or { predict, variables }"],
    [() => loose(twice, null, metrics), TypeError, "data must be { x, y, weights?, mask?"],
    [() => loose(twice, [x, y], metrics), TypeError, "{ x: inputs, y: labels }"],
    [() => loose(twice, { xs: x, ys: y }, metrics), TypeError, "rename xs and ys"],
    [() => loose(twice, () => [data], metrics), TypeError, "so call the function"],
    [() => loose(twice, [1], metrics), TypeError, "a batch of data must be { x, y"],
    [() => loose(twice, "data", metrics), TypeError, 'current value is "data"'],
    [() => loose(twice, [], metrics), RangeError, "data must have rows that count: current nu"],
    [() => loose(twice, { ...data, mask: [0, 0] }, metrics), RangeError, "rows that count"],
    [() => loose(twice, { x, y: z }, metrics), TypeError, "same number of rows"],
    [() => loose(twice, { x, y: text }, metrics), TypeError, "be numbers: curr"],
    [
      () => loose(twice, [data, { x, y: column }], metrics),
      TypeError,
      "batches must be of one kind: current shapes are labels [2,1], before labels [2]",
    ],
    [
      () => loose(twice, [data, { x: column, y }], metrics),
      TypeError,
      "current shapes are predictions [2,1], before predictions [2]",
    ],
    [() => loose(twice, data, null), TypeError, "metrics must be functions by name, at l"],
    [() => loose(twice, data, []), TypeError, "say: current value is []"],
    [() => loose(twice, data, {}), TypeError, "say: current value is {}"],
    [() => loose(twice, data, { mae: "mae" }), TypeError, 'current value of mae is "mae"'],
    [() => loose(twice, data, metrics, { batch: 1 }), TypeError, "did you mean batchSize"],
    [() => loose(twice, data, metrics, { batchSize: -1 }), RangeError, "an integer >= 1"],
    [() => loose(twice, data, metric(() => undefined)), TypeError, '"own" must return a result'],
    [() => loose(twice, data, metric((pred) => pred)), TypeError, "no tensor but a scalar: cur"],
    [() => loose(twice, data, metric((pred) => tf.neg(pred))), TypeError, "of shape [2]"],
    [
      () => loose(twice, data, metric((pred) => Promise.resolve(tf.neg(pred)))),
      TypeError,
      "of shape [2]",
    ],
  ];
  await assertRejections("Cannot evaluate", rejections);
  const kept = tf.keep(tf.scalar(5));
  assertEquals(await evaluate(twice, data, { kept: () => kept }), { kept: 5 });
  assert(!kept.isDisposed, "a tensor that was kept is its owner's");
  tf.dispose([x, y, z, kept, column, text]);
}, ["cpu"]);
