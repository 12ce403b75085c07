/** The trainer: several inputs, labels and outputs; the containers of data; data of any size. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { type Batch, mseLoss, type Tensor, train } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { mse, trainLine } from "../support/line.ts";
import { withSmallBindings } from "../support/small_bindings.ts";

const rows = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(3 * i)] as const);

/** Two inputs, and two labels that are linear in them. */
function tensors() {
  const column = (value: (row: readonly [number, number]) => number) =>
    tf.tensor2d(rows.map((row) => [value(row)]));
  return {
    a: column(([a]) => a),
    b: column(([, b]) => b),
    sum: column(([a, b]) => a + b),
    gap: column(([a, b]) => a - 2 * b),
  };
}

/** Two inputs, a shared layer of weights, two outputs. */
function layersModel(): tf.LayersModel {
  const [a, b] = ["a", "b"].map((name) => tf.input({ shape: [1], name })) as [
    tf.SymbolicTensor,
    tf.SymbolicTensor,
  ];
  const joined = tf.layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
  const head = (name: string) =>
    tf.layers.dense({ units: 1, name, kernelInitializer: "zeros" }).apply(
      joined,
    ) as tf.SymbolicTensor;
  return tf.model({ inputs: [a, b], outputs: [head("sum"), head("gap")] });
}

async function kernels(model: tf.LayersModel): Promise<number[][]> {
  const names = ["sum", "gap"];
  const found = await read(() => names.map((n) => model.getLayer(n).getWeights()[0]!.clone()));
  return found.map((values) => [...values]);
}

testOnBackends(
  "forms: a layers model with several inputs and outputs, in arrays and by name",
  async () => {
    const { a, b, sum, gap } = tensors();
    const optimizer = () => tf.train.sgd(0.5);
    const common = { epochs: 40, batchSize: 12 };
    const all: number[][][] = [];
    {
      const [model, sgd] = [layersModel(), optimizer()];
      const { history } = await train({
        model,
        loss: ([p, q]: [Tensor, Tensor], [s, t]: [Tensor, Tensor]) => tf.add(mse(p, s), mse(q, t)),
        data: { x: [a, b], y: [sum, gap] },
        validation: {
          data: { x: [a, b], y: [sum, gap] },
          metrics: { gap: ([, q], [, t]) => mse(q, t) },
          every: 40,
        },
        optimizer: sgd,
        ...common,
      });
      assert(history.at(-1)!.metrics!.gap! < 1e-6);
      all.push(await kernels(model));
      model.dispose();
      sgd.dispose();
    }
    {
      const [model, sgd] = [layersModel(), optimizer()];
      await train({
        model,
        // Names in another order than the model's.
        data: { x: { b, a }, y: { gap, sum } },
        loss: (pred: Record<string, Tensor>, y) =>
          tf.add(mse(pred.sum!, y.sum), mse(pred.gap!, y.gap)),
        optimizer: sgd,
        ...common,
      });
      all.push(await kernels(model));
      model.dispose();
      sgd.dispose();
    }
    for (const [first, second] of all as [[number, number], [number, number]][]) {
      [[1, 1], [1, -2]].forEach((weights, k) =>
        weights.forEach((w, i) => assertAlmostEquals([first, second][k]![i]!, w, 1e-3))
      );
    }
    tf.dispose([a, b, sum, gap]);
  },
  ["webgpu", "cpu"],
);

testOnBackends(
  "forms: a model of your own by names; wrong names and tensors are told",
  async () => {
    const { a, b, sum, gap } = tensors();
    const weights = tf.tidy(() => [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))]);
    const optimizer = tf.train.sgd(0.5);
    await train({
      model: {
        predict: (x: { a: Tensor; b: Tensor }) => ({
          mean: tf.add(tf.mul(x.a, weights[0]!), tf.mul(x.b, weights[1]!)),
        }),
        variables: weights,
      },
      data: { x: { a, b }, y: gap },
      loss: (pred, y) => mseLoss(pred.mean, y),
      epochs: 100,
      batchSize: 8,
      optimizer,
    });
    const values = await read(() => weights.map((weight) => weight.clone()));
    values.forEach((value, i) => assertAlmostEquals(value[0]!, [1, -2][i]!, 1e-3));
    const model = layersModel();
    await assertRejects(
      () => train({ model, data: { x: { a, c: b }, y: sum }, loss: mse, epochs: 1, optimizer }),
      TypeError,
      "the names of x must be those of the model's inputs, [a,b]: current names are [a,c]",
    );
    await assertRejects(
      () =>
        train({
          model: { predict: () => 1 as unknown as Tensor, variables: weights },
          data: { x: a, y: sum },
          loss: mse,
          epochs: 1,
          optimizer,
        }),
      TypeError,
      "model.predict must return tensors: current value is 1",
    );
    model.dispose();
    optimizer.dispose();
    tf.dispose([a, b, sum, gap, weights]);
  },
  ["cpu"],
  { leaky: "tfjs never frees what it saved when a loss throws" },
);

testOnBackends("forms: a sequential model has the names of its layers", async () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], name: "out" })],
  });
  const input = model.inputs[0]!.sourceLayer.name;
  assertEquals([model.inputNames, model.outputNames], [[], []], "tfjs tells none");
  const [x, y] = [tf.tensor2d([[0], [1], [2]]), tf.tensor2d([[1], [3], [5]])];
  const data = { x: { [input]: x }, y: { out: y } };
  const optimizer = tf.train.sgd(0.2);
  const { history } = await train({
    model,
    data,
    loss: (pred: Record<string, Tensor>, target) => mse(pred.out!, target.out),
    epochs: 100,
    optimizer,
    validation: { data, metrics: { mse: (p, target) => mse(p.out!, target.out) }, every: 100 },
  });
  assert(history.at(-1)!.metrics!.mse! < 1e-6);
  await assertRejects(
    () => train({ model, data: { x: { age: x }, y }, loss: mse, epochs: 1, optimizer }),
    TypeError,
    `the names of x must be those of the model's inputs, [${input}]: current names are [age]`,
  );
  await assertRejects(
    () => train({ model, data: { x: [x, x], y }, loss: mse, epochs: 1, optimizer }),
    TypeError,
    `x must have a tensor for each of the model's inputs, [${input}]: current number is 2`,
  );
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("containers: tf.data datasets, whose tensors are freed", async () => {
  const points = Array.from({ length: 20 }, (_, i) => ({ xs: [i / 10], ys: [2 * i / 10 + 1] }));
  const dataset = tf.data.array(points).shuffle(20, "seed").batch(8);
  const named = tf.data.generator(function* () {
    for (let i = 0; i < 3; i++) yield { x: tf.tensor1d([i, 1]), y: tf.tensor1d([2 * i + 1, 3]) };
  });
  for (const data of [dataset, named]) {
    const { history, weights } = await trainLine({ data, epochs: 200 });
    assert(history.length === 200);
    assertAlmostEquals(weights[0], 2, 2e-2);
    assertAlmostEquals(weights[1], 1, 2e-2);
  }
  await assertRejects(
    () => trainLine({ data: tf.data.array([{ inputs: 1, labels: 2 }]).batch(1) }),
    TypeError,
    "Cannot train as an element of the dataset must be { x, y, weights?, mask? } of tensors: " +
      "current value is { inputs, labels }",
  );
}, ["webgpu", "cpu"]);

testOnBackends("containers: what is no data is refused with the remedy", async () => {
  const [x, y] = [tf.zeros([4]), tf.zeros([4])];
  const rules: [data: unknown, message: string][] = [
    [
      { xs: x, ys: y },
      "data must be { x, y, weights?, mask? } of tensors (rename xs and ys): current value is { xs, ys }",
    ],
    [
      [x, y],
      "data must be { x, y, weights?, mask? } of tensors (name them { x: inputs, y: labels }): " +
      "current value is [a float32 tensor of shape [4], a float32 tensor of shape [4]]",
    ],
    [[[x, y]], "(name them { x: inputs, y: labels })"],
    [x, "(name them { x: inputs, y: labels }): current value is a float32 tensor of shape [4]"],
    [
      "rows",
      'data must be { x, y } of tensors, batches, a function that makes them or a dataset: current value is "rows"',
    ],
    [null, "current value is null"],
    [{ x, y, weight: [1] }, 'current value is "weight"'],
    [{ x, y: [] }, "data must be { x, y, weights?, mask? } of tensors: current value is { x, y }"],
    [{ x, y: tf.scalar }, "data must be"],
    [
      () => "batches",
      'data must return an iterable of batches where it is a function: current value is "batches"',
    ],
    [() => ({ x, y }), "data must return an iterable of batches"],
    [
      { x, y, weights: [1, 2] },
      "data.weights must be a tensor or an array with one value a row, 4: current value is of length 2",
    ],
    [{ x, y, weights: "1234" }, 'one value a row, 4: current value is "1234"'],
    [{ x, y, weights: [1, 2, 3, "4"] }, 'finite numbers >= 0: current value of row 3 is "4"'],
    [
      { x, y, mask: ["a", true, 1, 0] },
      'mask must be true or false, 1 or 0: current value of row 0 is "a"',
    ],
    [
      [{ x, y, mask: [true] }],
      "a batch of data.mask must be a tensor or an array with one value a row, 4",
    ],
  ];
  for (const [data, message] of rules) {
    await assertRejects(() => trainLine({ data: data as Batch }), TypeError, message);
  }
  const wide = tf.ones([4, 1]);
  await assertRejects(
    () => trainLine({ data: { x, y, weights: wide } }),
    TypeError,
    "data.weights must be [4]: current shape is [4,1]",
  );
  for (
    const [more, message] of [
      [{ weights: [1, 2, 3, -1] }, "finite numbers >= 0: current value of row 3 is -1"],
      [{ mask: [0, 1, 2, 0] }, "1 or 0: current value of row 2 is 2"],
    ] as const
  ) {
    await assertRejects(() => trainLine({ data: { x, y, ...more } }), RangeError, message);
  }
  tf.dispose([x, y, wide]);
}, ["webgpu", "cpu"]);

testOnBackends(
  "rows: weights and a mask reach the loss, and any loss takes them as they are",
  async () => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const y = tf.tensor1d([2, 4, NaN, 80]);
    const mask = [true, true, false, true];
    const weights = [1, 3, 5, 0];
    for (
      const given of [{ mask, weights }, {
        mask: tf.tensor1d(mask, "bool"),
        weights: tf.tensor1d(weights),
      }]
    ) {
      const slope = tf.tidy(() => tf.variable(tf.scalar(0)));
      const optimizer = tf.train.sgd(0.02);
      const { history } = await train({
        model: { predict: (t: Tensor) => tf.mul(t, slope), variables: [slope] },
        loss: mseLoss,
        data: { x, y, ...given },
        epochs: 100,
        batchSize: 4,
        optimizer,
      });
      // (1 * 2^2 + 3 * 4^2) / 3 rows that are left
      assertAlmostEquals(history[0]!.loss, 52 / 3, 1e-4);
      assertAlmostEquals((await slope.data())[0]!, 2, 1e-3);
      tf.dispose(
        [slope, ...Object.values(given).filter((v) => v instanceof tf.Tensor)] as Tensor[],
      );
      optimizer.dispose();
    }
    const { history } = await trainLine({
      loss: mseLoss,
      data: function* () {
        yield { x, y, mask, weights };
      },
      epochs: 1,
    });
    assertAlmostEquals(history[0]!.loss, 52 / 3, 1e-4);
    tf.dispose([x, y]);
  },
);

testOnBackends("data of any size trains: beyond what the GPU binds, the same weights", async () => {
  const values = Float32Array.from({ length: 600 * 20 }, (_, i) => Math.sin(i * i));
  const labels = Float32Array.from(
    { length: 600 },
    (_, i) => values[20 * i]! - values[20 * i + 7]!,
  );
  const run = async () => {
    const [x, y] = [tf.tensor2d(values, [600, 20]), tf.tensor2d(labels, [600, 1])];
    const kernelInitializer = tf.initializers.glorotNormal({ seed: 4 });
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [20], kernelInitializer })],
    });
    const optimizer = tf.train.sgd(0.1);
    const { history } = await train({
      model,
      loss: mseLoss,
      data: { x, y },
      epochs: 3,
      batchSize: 50,
      optimizer,
      validation: { data: { x, y }, metrics: { mse }, batchSize: 100 },
    });
    const weights = await read(() => model.getWeights().map((weight) => weight.clone()));
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
    return { weights: weights.map((w) => [...w]), history };
  };
  const expected = await run();
  assert(expected.history.at(-1)!.loss < 0.5);
  // x has 48,000 bytes.
  assertEquals(await withSmallBindings(20_000, run), expected);
}, ["webgpu"]);
