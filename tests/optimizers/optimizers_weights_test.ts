/** The fused optimizers in tfjs's hands: weights saved and restored, models compiled, saved and loaded. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { adam, adamW, cosine, momentum, train } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { lineProblem, mse } from "../support/line.ts";
import { assertNear } from "../support/near.ts";

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  momentum: () => momentum(0.05, 0.9),
  adam: () => adam(0.05),
  "adam with L2": () => adam(0.05, 0.9, 0.999, 1e-7, 0.1),
  adamW: () => adamW(0.05, 0.1),
};

type Line = ReturnType<typeof lineProblem>;

function steps(optimizer: tf.Optimizer, { data, model }: Line, count: number): void {
  for (let step = 0; step < count; step++) {
    optimizer.minimize(
      () => mse(model.predict(data.x), data.y) as tf.Scalar,
      false,
      model.variables,
    );
  }
}

/** What a checkpoint keeps: names and numbers, no tensor. */
async function save(optimizer: tf.Optimizer) {
  const weights = await optimizer.getWeights();
  const saved = await Promise.all(weights.map(async ({ name, tensor }) => {
    const { shape, dtype } = tensor;
    return { name, shape, dtype, values: (await tensor.data()).slice() };
  }));
  weights[0]!.tensor.dispose(); // made for the caller; the others are the optimizer's
  return saved;
}

async function restore(optimizer: tf.Optimizer, saved: Awaited<ReturnType<typeof save>>) {
  const weights = saved.map(({ name, shape, dtype, values }) => (
    { name, tensor: tf.tensor(values, shape, dtype) }
  ));
  await optimizer.setWeights(weights);
  tf.dispose(weights.map(({ tensor }) => tensor));
}

for (const [name, create] of Object.entries(OPTIMIZERS)) {
  testOnBackends(`optimizers: ${name}, restored, goes on bit for bit`, async () => {
    const line = lineProblem();
    const [through, fresh] = [create(), create()];
    steps(through, line, 5);
    const saved = await save(through);
    const values = line.model.variables.map((variable) => variable.clone());

    steps(through, line, 5);
    const expected = [await line.weights(), await save(through)];
    line.model.variables.forEach((variable, i) => variable.assign(values[i]! as tf.Scalar));
    steps(fresh, line, 1); // what it remembers is replaced
    line.model.variables.forEach((variable, i) => variable.assign(values[i]! as tf.Scalar));
    await restore(fresh, saved);
    steps(fresh, line, 5);
    assertEquals([await line.weights(), await save(fresh)], expected);

    tf.dispose(values);
    through.dispose();
    fresh.dispose();
    line.dispose();
  });
}

testOnBackends("optimizers: moments restored for other names go by their order", async () => {
  const [line, other] = [lineProblem(), lineProblem()];
  const [before, after] = [adam(0.05), adam(0.05)];
  steps(before, line, 3);
  const saved = await save(before);
  const names = other.model.variables.map(({ name }) => name);
  // As where counters ran otherwise: the first was called what is now the second.
  const misnamed = saved.map((weight, i) =>
    i === 0 ? weight : {
      ...weight,
      name: `${names[i % 2]}/${i < 3 ? "m" : "v"}`,
    }
  );
  assertEquals(misnamed[1]!.name, `${names[1]}/m`);
  await restore(after, misnamed);
  other.model.variables.forEach((variable, i) => variable.assign(line.model.variables[i]!));
  steps(before, line, 3);
  steps(after, other, 3);
  assertEquals(await other.weights(), await line.weights());
  assertEquals(
    (await save(after)).map(({ name }) => name),
    ["iter", ...names.map((name) => `${name}/m`), ...names.map((name) => `${name}/v`)],
  );
  [before, after, line, other].forEach((owner) => owner.dispose());
});

for (
  const [name, ours, theirs] of [
    ["momentum", () => momentum(0.05, 0.9), () => tf.train.momentum(0.05, 0.9)],
    ["adam", () => adam(0.05), () => tf.train.adam(0.05)],
  ] as const
) {
  testOnBackends(
    `optimizers: ${name} exchanges weights and settings with tfjs's`,
    async () => {
      const [line, other] = [lineProblem(), lineProblem()];
      const [mine, tfjs] = [ours(), theirs()];
      steps(mine, line, 5);
      const saved = await save(mine);
      await restore(tfjs, saved);
      assertEquals(await save(tfjs), saved);
      other.model.variables.forEach((variable, i) => variable.assign(line.model.variables[i]!));
      steps(mine, line, 5);
      steps(tfjs, other, 5);
      assertNear(await other.weights(), await line.weights(), 1e-5);
      assertEquals(mine.getClassName(), tfjs.getClassName());
      assertEquals(mine.getConfig(), tfjs.getConfig());
      [mine, tfjs, line, other].forEach((owner) => owner.dispose());
    },
    undefined,
    { leaky: "tfjs's setWeights and dispose leave tensors" },
  );
}

const COMPILED = {
  AdamW: () => adamW(0.1, 0),
  AdamL2: () => adam(0.1, 0.9, 0.999, 1e-7, 1e-6),
};
for (const [name, create] of Object.entries(COMPILED)) {
  testOnBackends(
    `optimizers: a compiled model trains, and is loaded with its optimizer, ${name}`,
    async () => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
      const { data: { x, y }, dispose } = lineProblem();
      const rows = x.reshape([-1, 1]);
      const optimizer = create();
      model.compile({ optimizer, loss: "meanSquaredError" });
      await model.fit(rows, y.reshape([-1, 1]), { epochs: 60, verbose: 0 });
      const [weight, bias] = model.getWeights();
      assertNear([(await weight!.data())[0]!, (await bias!.data())[0]!], [2, 1], 1e-2);

      let saved: tf.io.ModelArtifacts | undefined;
      await model.save(
        tf.io.withSaveHandler((artifacts) => {
          saved = artifacts;
          return Promise.resolve({
            modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" as const },
          });
        }),
        { includeOptimizer: true },
      );
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
      assertEquals(loaded.optimizer.getClassName(), name);
      assertEquals(loaded.optimizer.getConfig(), optimizer.getConfig());
      dispose();
    },
    ["cpu"],
    { leaky: "tfjs's model.fit" },
  );
}

testOnBackends("optimizers: train's schedule sets the rate and puts it back", async () => {
  const line = lineProblem();
  for (const optimizer of [momentum(0.1, 0.9), adam(0.1), adamW(0.1)]) {
    const { history } = await train({
      model: line.model,
      loss: mse,
      data: line.data,
      epochs: 2,
      optimizer,
      schedule: cosine(),
    });
    assertEquals(history.map(({ learningRate }) => learningRate), [0.1, 0.05]);
    assertEquals(optimizer.learningRate, 0.1);
    assertEquals(optimizer.iterations, 4);
    optimizer.dispose();
  }
  line.dispose();
});

testOnBackends(
  "optimizers: wrong weights, names and shapes are refused",
  async () => {
    const [line, two] = [lineProblem(), tf.tidy(() => tf.tensor1d([1, 2]).variable())];
    const optimizer = adam();
    steps(optimizer, line, 1);
    const saved = await save(optimizer);
    await assertRejects(
      () => restore(optimizer, saved.slice(0, -1)),
      RangeError,
      "Cannot set an optimizer's weights as they must be the count of steps and 2 a variable: " +
        "current number is 4",
    );
    await assertRejects(() => restore(optimizer, []), RangeError, "current number is 0");
    const gradient = tf.tensor1d([1, 1]);
    assertThrows(
      () => optimizer.applyGradients({ nobody: gradient }),
      TypeError,
      "each must be named after a variable: current name is nobody",
    );
    await restore(optimizer, saved);
    assertThrows(
      () => optimizer.applyGradients({ [two.name]: gradient }),
      TypeError,
      `the moments of ${two.name} must be of its shape [2]: current shape is []`,
    );
    tf.dispose([two, gradient]);
    [optimizer, line].forEach((owner) => owner.dispose());
  },
  undefined,
  { leaky: "the tensors of refused weights" },
);
