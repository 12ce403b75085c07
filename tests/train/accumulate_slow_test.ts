/** Accumulated gradients are those of the whole batch: loss, weights and learned noise. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  adam,
  type Batch,
  type BatchRows,
  bmcLoss,
  LabelNoise,
  mseLoss,
  type Tensor,
  train,
  type TrainOptions,
} from "../../mod.ts";
import { normals } from "../support/cases.ts";
import { read, testOnBackends } from "../support/backends.ts";

/** Rows of three inputs and a skewed label, some of which are missing. */
function problem(rows: number, seed = 3) {
  const next = normals(seed);
  const inputs = Array.from({ length: rows }, () => [next(), next(), next()]);
  const labels = inputs.map(([a, b]) => [Math.exp(a! / 2) + 0.2 * b! + 0.1 * next()]);
  const missing = labels.map((_, i) => i % 5 === 1 || i % 7 < 2);
  return { inputs, labels, missing };
}

interface Case {
  readonly rows: number;
  readonly whole: number;
  readonly part: number;
  readonly masked?: boolean;
  readonly weighted?: boolean;
}

/** What a run with a learned noise and a regularizer comes to. */
async function run(
  { rows, masked = false, weighted = false }: Case,
  options: Pick<TrainOptions, "batchSize" | "accumulate" | "clipNorm">,
): Promise<number[]> {
  const { inputs, labels, missing } = problem(rows);
  const x = tf.tensor2d(inputs);
  const y = tf.tensor2d(labels.map(([label], i) => [masked && missing[i] ? NaN : label!]));
  const data: Batch = {
    x,
    y,
    ...(masked && { mask: missing.map((gone) => !gone) }),
    ...(weighted && { weights: labels.map((_, i) => 0.5 + i % 3) }),
  };
  const noise = new LabelNoise({ sigma: 1 });
  const layer = tf.layers.dense({
    units: 1,
    inputShape: [3],
    kernelInitializer: tf.initializers.glorotNormal({ seed: 5 }),
    kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }),
  });
  const model = tf.sequential({ layers: [layer] });
  const [optimizer, noiseOptimizer] = [tf.train.sgd(0.05), tf.train.sgd(0.05)];
  const { history } = await train({
    model,
    loss: (pred: Tensor, target: Tensor, batch: BatchRows) =>
      bmcLoss(pred, target, noise.variance(), batch),
    data,
    epochs: 3,
    seed: 2,
    optimizer,
    noise: { model: noise, optimizer: noiseOptimizer },
    ...options,
  });
  const [kernel, bias] = await read(() => model.getWeights().map((weight) => weight.clone()));
  const result = [...history.map(({ loss }) => loss), ...kernel!, ...bias!, await noise.sigma()];
  tf.dispose([x, y]);
  for (const owner of [model, noise, optimizer, noiseOptimizer]) owner.dispose();
  return result;
}

const CASES: Record<string, Case> = {
  "4 x 64 is 1 x 256": { rows: 512, whole: 256, part: 64 },
  "an uneven last part": { rows: 250, whole: 256, part: 64 },
  "an uneven last step": { rows: 100, whole: 48, part: 16 },
  "masked rows": { rows: 150, whole: 64, part: 16, masked: true },
  "weighted and masked rows": { rows: 70, whole: 40, part: 10, masked: true, weighted: true },
};

for (const [name, test] of Object.entries(CASES)) {
  testOnBackends(`accumulate: ${name}: loss, weights and learned noise`, async () => {
    const whole = await run(test, { batchSize: test.whole });
    const accumulate = test.whole / test.part;
    const parts = await run(test, { batchSize: test.part, accumulate });
    assert(whole.every(Number.isFinite), `${whole}`);
    whole.forEach((value, i) =>
      assertAlmostEquals(parts[i]!, value, 5e-6 * Math.max(1, Math.abs(value)))
    );
    // Not what the parts alone come to: a run that passed this would show nothing.
    const alone = await run(test, { batchSize: test.part });
    assert(alone.some((value, i) => Math.abs(value - whole[i]!) > 1e-3));
  });
}

testOnBackends("accumulate: with clipped gradients, the noise's among them", async () => {
  const test = { rows: 128, whole: 64, part: 16 };
  const [whole, parts] = [
    await run(test, { batchSize: 64, clipNorm: 0.3 }),
    await run(test, { batchSize: 16, accumulate: 4, clipNorm: 0.3 }),
  ];
  whole.forEach((value, i) =>
    assertAlmostEquals(parts[i]!, value, 5e-6 * Math.max(1, Math.abs(value)))
  );
  const free = await run(test, { batchSize: 64 });
  assert(free.some((value, i) => Math.abs(value - whole[i]!) > 1e-3), "it clips");
}, ["webgpu", "cpu"]);

testOnBackends("accumulate: without the others' labels BMC is another loss", async () => {
  const { inputs, labels } = problem(64);
  const [x, y] = [tf.tensor2d(inputs), tf.tensor2d(labels)];
  const result = async (accumulate: number, tells: boolean) => {
    const weight = tf.tidy(() => tf.variable(tf.ones([3, 1])));
    const optimizer = tf.train.sgd(0.1);
    const { history } = await train({
      model: { predict: (t: Tensor) => tf.matMul(t as tf.Tensor2D, weight), variables: [weight] },
      loss: (pred, target, { labels }) => bmcLoss(pred, target, 0.5, tells ? { labels } : {}),
      data: { x, y },
      epochs: 1,
      batchSize: 64 / accumulate,
      accumulate,
      shuffle: false,
      optimizer,
    });
    weight.dispose();
    optimizer.dispose();
    return history[0]!.loss;
  };
  const whole = await result(1, true);
  assertAlmostEquals(await result(8, true), whole, 1e-5);
  assert(Math.abs(await result(8, false) - whole) > 0.2);
  tf.dispose([x, y]);
}, ["webgpu", "cpu"]);

testOnBackends("accumulate: steps of iterables, and what dropLast leaves", async () => {
  const { inputs, labels } = problem(22);
  const [x, y] = [tf.tensor2d(inputs), tf.tensor2d(labels)];
  const steps = async (options: Partial<TrainOptions>) => {
    const weight = tf.tidy(() => tf.variable(tf.ones([3, 1])));
    const optimizer = adam();
    let rows = 0;
    const told: [number, number][] = [];
    await train({
      model: { predict: (t: Tensor) => tf.matMul(t as tf.Tensor2D, weight), variables: [weight] },
      loss: (pred, target) => (rows += target.shape[0]!, mseLoss(pred, target)),
      data: { x, y },
      epochs: 2,
      batchSize: 4,
      optimizer,
      callbacks: { onStep: (step, epoch) => void told.push([step, epoch]) },
      ...options,
    });
    weight.dispose();
    optimizer.dispose();
    return { rows, steps: told };
  };
  const two = (count: number) =>
    [0, 1].flatMap((epoch) =>
      Array.from({ length: count }, (_, i): [number, number] => [i, epoch])
    );
  assertEquals(await steps({}), { rows: 44, steps: two(6) });
  assertEquals(await steps({ accumulate: 4 }), { rows: 44, steps: two(2) });
  assertEquals(await steps({ dropLast: true }), { rows: 40, steps: two(5) });
  assertEquals(await steps({ accumulate: 4, dropLast: true }), { rows: 32, steps: two(1) });
  const data = function* () {
    for (let i = 0; i < 3; i++) {
      const batch = tf.tidy(() => ({
        x: x.slice([7 * i, 0], [7, 3]),
        y: y.slice([7 * i, 0], [7, 1]),
      }));
      yield batch;
      tf.dispose(batch); // before the step's last batch is made
    }
  };
  assertEquals(await steps({ accumulate: 2, data }), { rows: 42, steps: two(2) });
  tf.dispose([x, y]);
});
