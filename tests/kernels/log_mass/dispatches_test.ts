/** What a training step sends to the GPU, counted: dispatches, pipelines, bytes. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals } from "@std/assert";
import { adam, adamW, balancedMse, bmcLoss, type LabelPrior, momentum } from "../../../mod.ts";
import { LinearModel } from "../../../examples/synthetic/linear_model.ts";
import { gradientsOf } from "../../../src/train/gradients.ts";
import type { AnyTrainOptions } from "../../../src/train/train_options.ts";
import { traineeOf } from "../../../src/train/trainee.ts";
import { trainingStep } from "../../../src/train/training_step.ts";
import { testOnBackends } from "../../support/backends.ts";

/** The dispatches and the new pipelines of a call. */
function count(run: () => void): { dispatches: number; pipelines: number } {
  const backend = tf.backend() as WebGPUBackend;
  const found = { dispatches: 0, pipelines: 0 };
  const { runWebGPUProgram, device } = backend;
  const { createComputePipeline } = device;
  backend.runWebGPUProgram = (...args) => {
    found.dispatches++;
    return runWebGPUProgram.apply(backend, args);
  };
  device.createComputePipeline = (...args) => {
    found.pipelines++;
    return createComputePipeline.apply(device, args);
  };
  try {
    run();
  } finally {
    backend.runWebGPUProgram = runWebGPUProgram;
    device.createComputePipeline = createComputePipeline;
  }
  return found;
}

const OPTIMIZERS = {
  momentum: () => momentum(1e-3, 0.9),
  adam: () => adam(),
  adamW: () => adamW(),
};

for (const [name, create] of Object.entries(OPTIMIZERS)) {
  testOnBackends(`dispatches: one a variable for ${name}; a new rate compiles nothing`, () => {
    const shapes = [[], [3], [2, 3], [1, 1, 1, 1, 1, 1, 1]];
    const variables = shapes.map((shape) => tf.tidy(() => tf.zeros(shape).variable()));
    const gradients = shapes.map((shape) => tf.ones(shape));
    const optimizer = create();
    const step = () =>
      optimizer.applyGradients(variables.map(({ name }, i) => ({ name, tensor: gradients[i]! })));
    const first = count(step);
    assertEquals(first.dispatches, shapes.length);
    assert(first.pipelines <= 1, "one pipeline serves all shapes");
    optimizer.setLearningRate(0.5);
    assertEquals(count(step), { dispatches: shapes.length, pipelines: 0 });
    tf.dispose([variables, gradients]);
    optimizer.dispose();
  }, ["webgpu"]);
}

testOnBackends("dispatches: a step of the synthetic benchmark is at most 10", async () => {
  const model = new LinearModel(1, 0);
  const optimizer = momentum(1e-3, 0.9);
  const lossOf = (pred: tf.Tensor, target: tf.Tensor) => bmcLoss(pred, target, 1);
  const own = model as unknown as AnyTrainOptions["model"];
  const { variables } = model;
  const step = trainingStep({
    gradients: gradientsOf(traineeOf(own), lossOf as unknown as AnyTrainOptions["loss"], variables),
    stages: [],
    groups: [{ variables, optimizer }],
  });
  const batch = { x: tf.randomNormal([256, 1]), y: tf.randomNormal([256, 1]) };
  (await step({ batches: [batch] })).dispose(); // the moments begin, all is compiled
  let loss: Promise<tf.Tensor>;
  const found = count(() => loss = step({ batches: [batch] })); // without stages nothing is waited for
  const value = await loss!;
  assert(found.dispatches <= 10, `${found.dispatches} dispatches`);
  assertEquals(found.pipelines, 0);
  assert(Number.isFinite((await value.data())[0]));
  tf.dispose([value, batch.x, batch.y]);
  [model, optimizer].forEach((owner) => owner.dispose());
}, ["webgpu"]);

testOnBackends("dispatches: 100 steps in a tidy leave no tensor and no byte", async () => {
  const bytes = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
  const variables = [[], [300, 7]].map((shape) => tf.tidy(() => tf.ones(shape).variable()));
  const loss = () => tf.addN(variables.map((v) => tf.sum(tf.square(v)))) as tf.Scalar;
  for (const optimizer of [momentum(1e-3, 0.9, true), adam(), adamW()]) {
    const step = () => tf.tidy(() => void optimizer.minimize(loss, false, variables));
    step();
    await variables[1]!.data();
    const before = [tf.memory().numTensors, bytes()];
    for (let i = 0; i < 100; i++) step();
    await variables[1]!.data();
    assertEquals([tf.memory().numTensors, bytes()], before);
    optimizer.dispose();
  }
  tf.dispose(variables);
}, ["webgpu"]);

/** Of one dimension, all of them: points without and with weights, components with variances. */
const PRIORS: Record<string, (columns: number) => LabelPrior> = {
  points: (columns) => ({ center: tf.ones([columns, 3]) }),
  "weighted points": (columns) => ({
    center: tf.ones([columns, 3]),
    logWeight: tf.zeros([columns]),
  }),
  components: (columns) => ({
    center: tf.ones([columns, 3]),
    logWeight: tf.zeros([columns]),
    variance: tf.ones([columns]),
  }),
};

for (const [kind, prior] of Object.entries(PRIORS)) {
  testOnBackends(`dispatches: pipelines are compiled for ${kind}, not for their number`, () => {
    const run = (rows: number, columns: number) =>
      count(() =>
        tf.tidy(() => {
          const [pred, target] = [tf.ones([rows, 3]), tf.zeros([rows, 3])];
          const loss = (p: tf.Tensor, s: tf.Tensor) => balancedMse(p, target, s, prior(columns));
          tf.grads((p, s) => loss(p!, s!) as tf.Scalar)([pred, tf.scalar(1)]);
        })
      ).pipelines;
    run(5, 5);
    run(5, 5000); // few rows, many columns: split, and merged
    for (const rows of [5, 256, 3000]) {
      for (const columns of [5, 300, 5000]) {
        assertEquals(run(rows, columns), 0, `${rows}x${columns}`);
      }
    }
  }, ["webgpu"]);
}
