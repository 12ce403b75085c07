/** Predictions of many rows: their values, their forms, what they leave behind. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { predict } from "../../mod.ts";
import { isOnDevice } from "../../src/train/checkpoint/residence.ts";
import { testOnBackends } from "../support/backends.ts";
import { whileBindingLimit } from "../support/binding_limit.ts";
import { normals } from "../support/cases.ts";
import { assertNear } from "../support/near.ts";
import { assertRejections, type Rejection } from "../support/rejections.ts";

/** Rows of three numbers. */
function inputs(rows: number): tf.Tensor2D {
  const next = normals(4);
  return tf.tensor2d(Array.from({ length: 3 * rows }, () => next()), [rows, 3]);
}

testOnBackends("predict: a layers model at inference, whatever the batch size", async () => {
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 5 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 4, inputShape: [3], kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 2, kernelInitializer }),
    ],
  });
  for (const rows of [1, 10, 33]) {
    const x = inputs(rows);
    const truth = model.predict(x) as tf.Tensor;
    for (const batchSize of [1, 3, 10, 64, undefined]) {
      const pred = await predict(model, x, batchSize === undefined ? {} : { batchSize });
      assertEquals(pred.shape, [rows, 2]);
      assertNear(await pred.data(), await truth.data(), 1e-6);
      pred.dispose();
    }
    tf.dispose([x, truth]);
  }
  model.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("predict: several inputs and outputs, in arrays and by name", async () => {
  const [a, b] = ["a", "b"].map((name) => tf.input({ shape: [1], name }));
  const sum = tf.layers.add().apply([a!, b!]) as tf.SymbolicTensor;
  const layers = tf.model({ inputs: [a!, b!], outputs: [sum, a!] });
  const own = {
    predict: ({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => ({ sum: tf.add(a, b), a }),
    variables: [],
  };
  const xs = tf.tidy(() => ({ b: tf.range(0, 5).expandDims(1), a: tf.ones([5, 1]) }));
  const batchSize = 2;
  const results: tf.Tensor[][] = [
    await predict<tf.Tensor[]>(layers, [xs.a, xs.b], { batchSize }),
    await predict<tf.Tensor[]>(layers, xs, { batchSize }),
    Object.values(await predict(own, xs, { batchSize })),
    await predict({ predict: (x: tf.Tensor) => [x, x] }, xs.b, { batchSize }),
  ];
  for (const [k, result] of results.entries()) {
    const [first, second] = await Promise.all(result.map((tensor) => tensor.data()));
    const [from, rest] = k === 3 ? [0, [0, 1, 2, 3, 4]] : [1, [1, 1, 1, 1, 1]];
    assertEquals([...first!], [0, 1, 2, 3, 4].map((v) => v + from));
    assertEquals([...second!], rest);
  }
  tf.dispose([results, xs.a, xs.b]);
  layers.dispose();
  // A sequential model does not tell its names.
  const sequential = tf.sequential({
    layers: [tf.layers.activation({ activation: "linear", inputShape: [1] })],
  });
  const input = sequential.inputs[0]!.sourceLayer.name;
  const x = tf.ones([3, 1]);
  const pred = await predict(sequential, { [input]: x });
  assertEquals(pred.shape, [3, 1]);
  tf.dispose([x, pred]);
  sequential.dispose();
}, ["webgpu", "cpu"]);

testOnBackends(
  "predict: the result is the caller's, also where a model returns its own",
  async () => {
    const x = inputs(4);
    const variable = tf.variable(x);
    for (const own of [(x: tf.Tensor) => x, () => variable]) {
      for (const batchSize of [4, 99]) {
        const pred = await predict({ predict: own }, x, { batchSize });
        assertEquals(await pred.data(), await x.data());
        pred.dispose();
      }
    }
    assert(!x.isDisposed && !variable.isDisposed);
    tf.dispose([x, variable]);
  },
  ["cpu"],
);

testOnBackends("predict: rows beyond the device's binding limit never meet it whole", async () => {
  // Parts of more than 1,000 elements: tfjs computes with smaller ones on the host.
  const x = tf.tidy(() => inputs(4000).reshape([400, 30])); // 48,000 bytes
  const batchSize = 100;
  await whileBindingLimit(16_000, async () => {
    const model = { predict: (x: tf.Tensor) => tf.mul(x, 2), variables: [] };
    const pred = await predict(model, x, { batchSize });
    assert(!isOnDevice(x) && !isOnDevice(pred));
    assertNear(await pred.data(), (await x.data()).map((v) => 2 * v), 1e-6);
    const whole = { predict: (x: tf.Tensor) => tf.cast(tf.mul(x, 9), "int32") };
    const counts = await predict(whole, x, { batchSize });
    assertEquals([counts.dtype, counts.shape], ["int32", [400, 30]]);
    assertEquals(await counts.data(), Int32Array.from(await x.data(), (v) => Math.fround(9 * v)));
    tf.dispose([pred, counts]);
  });
  const onDevice = tf.mul(x, 1);
  await whileBindingLimit(16_000, async () => {
    const tooLate = () => predict({ predict: (x: tf.Tensor) => x }, onDevice);
    await assertRejects(tooLate, RangeError, "Cannot predict as x [400,30] must be within the ada");
  });
  tf.dispose([x, onDevice]);
}, ["webgpu"]);

testOnBackends("predict: others get a turn meanwhile", async () => {
  const x = inputs(3);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const slow = (x: tf.Tensor) => {
    for (const start = performance.now(); performance.now() - start < 120;);
    return tf.neg(x);
  };
  const pred = await predict({ predict: slow }, x, { batchSize: 1 });
  clearInterval(timer);
  assert(turns > 0);
  tf.dispose([x, pred]);
}, ["cpu"]);

testOnBackends("predict: what is wrong is refused, and leaves nothing behind", async () => {
  const x = inputs(4);
  const [dead, scalar, none, three] = [tf.zeros([4]), tf.scalar(1), tf.zeros([0, 3]), tf.ones([3])];
  dead.dispose();
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
  const own = (predict: (x: tf.Tensor) => unknown) => ({ predict }) as never;
  const any = (value: unknown) => value as never;
  let calls = 0;
  const rejections: Rejection[] = [
    [() => predict(any(null), x), TypeError, "must be a tf.LayersModel or { predict, variables }"],
    [() => predict(any({}), x), TypeError, "variables }: current value is {}"],
    [() => predict(any("model"), x), TypeError, 'current value is "model"'],
    [() => predict(model, any(undefined)), TypeError, "x must be a tensor, or tensors in an array"],
    [() => predict(model, any([1, 2])), TypeError, "by name: current value is [1, 2]"],
    [() => predict(model, any({})), TypeError, "by name: current value is {}"],
    [() => predict(model, dead), TypeError, "x must not be disposed"],
    [() => predict(model, scalar), TypeError, "x must have rows, of each tensor as many"],
    [() => predict(model, any([x, three])), TypeError, "shapes are x[0] [4,3] and x[1] [3]"],
    [() => predict(model, none), RangeError, "x must not be empty"],
    [() => predict(model, any([x, x])), TypeError, "each of the model's inputs, [dense"],
    [() => predict(model, any({ age: x })), TypeError, "current names are [age]"],
    [() => predict(model, x, any(null)), TypeError, "options must be an object: current value"],
    [() => predict(model, x, any({ batchsize: 1 })), TypeError, "did you mean batchSize"],
    [() => predict(model, x, { batchSize: 0 }), RangeError, "batchSize must be an integer >= 1"],
    [() => predict(model, x, { batchSize: 1.5 }), RangeError, "current value is 1.5"],
    [() => predict(model, x, { batchSize: any("8") }), TypeError, 'current value is "8"'],
    [() => predict(own(() => 1), x), TypeError, "model.predict must return tensors: current val"],
    [() => predict(own((x) => tf.sum(x)), x), TypeError, "a row for each of its 4 rows, always"],
    [
      () => predict(own((x) => calls++ ? [x] : x), x, { batchSize: 2 }),
      TypeError,
      "current shapes are pred[0] [2,3], before pred [2,3]",
    ],
  ];
  await assertRejections("Cannot predict", rejections);
  let batches = 0;
  const failing = own((x) => {
    if (++batches === 2) throw new Error("in the model");
    return tf.neg(x);
  });
  await assertRejects(() => predict(failing, x, { batchSize: 2 }), Error, "in the model");
  tf.dispose([x, scalar, none, three]);
  model.dispose();
}, ["cpu"]);
