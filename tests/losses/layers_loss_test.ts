/** Balanced MSE in tfjs's own training. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { bmcLoss, LabelNoise, layersLoss, type Tensor } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";

testOnBackends("layers loss: model.fit learns a line with Balanced MSE", async () => {
  const next = normals(5);
  const labels = Array.from({ length: 256 }, () => 5 + next());
  const [x, y] = [tf.tensor2d(labels, [256, 1]), tf.tensor2d(labels.map((v) => 2 * v), [256, 1])];
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "zeros" })],
  });
  const optimizer = tf.train.adam(0.1);
  model.compile({ optimizer, loss: layersLoss((pred, target) => bmcLoss(pred, target, 1)) });
  const { history } = await model.fit(x, y, {
    epochs: 40,
    batchSize: 64,
    shuffle: false,
    verbose: 0,
  });
  const losses = history.loss as number[];
  assert(losses.at(-1)! < losses[0]! / 2, `${losses[0]} to ${losses.at(-1)}`);
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
}, ["webgpu", "cpu"]);

testOnBackends("layers loss: works with minimize, and swaps the arguments", () => {
  tf.tidy(() => {
    const seen: tf.Tensor[] = [];
    const [a, b] = [tf.scalar(1), tf.scalar(2)];
    layersLoss((pred, target) => {
      seen.push(pred, target);
      return pred;
    })(a, b);
    assert(seen[0] === b && seen[1] === a);
  });
});

/** The warnings that come meanwhile. */
async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
  const { warn } = console;
  const texts: string[] = [];
  console.warn = (text: string) => texts.push(text);
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return texts;
}

/** Fits with a noise; `trained` says whether the optimizer is given its variables. */
async function fitWithNoise(epochs: number, trained: boolean) {
  const noise = new LabelNoise({ sigma: 1 });
  const [x, y] = [tf.ones([8, 1]), tf.tidy(() => tf.range(0, 8).reshape([8, 1]))];
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  const optimizer = tf.train.sgd(0.01);
  const minimize = optimizer.minimize.bind(optimizer);
  if (trained) {
    optimizer.minimize = (loss, cost, variables = []) =>
      minimize(loss, cost, [...variables, ...noise.variables] as tf.Variable[]);
  }
  const loss = layersLoss((pred, target) => bmcLoss(pred, target, noise.variance()));
  model.compile({ optimizer, loss });
  const warnings = await warningsOf(async () => {
    // Evaluations are no training.
    for (let i = 0; i < 20; i++) tf.tidy(() => void loss(y, x));
    await model.fit(x, y, { epochs, batchSize: 8, verbose: 0 });
    await model.fit(x, y, { epochs, batchSize: 8, verbose: 0 });
  });
  const result = { warnings, name: noise.variables[0]!.name, sigma: await noise.sigma() };
  tf.dispose([x, y]);
  noise.dispose();
  model.dispose();
  optimizer.dispose();
  return result;
}

testOnBackends("layers loss: warns once, by name, of a noise that model.fit forgets", async () => {
  const { warnings, name, sigma } = await fitWithNoise(12, false);
  assertEquals([warnings.length, sigma], [1, 1]);
  assertMatch(warnings[0]!, new RegExp(`^Label noise ${name} is used in a loss but no optimizer`));
}, ["cpu"]);

testOnBackends("layers loss: a noise among the optimizer's variables is trained", async () => {
  const { warnings, sigma } = await fitWithNoise(12, true);
  assertEquals(warnings, []);
  assert(sigma !== 1, `sigma ${sigma}`);
}, ["cpu", "webgpu"]);

testOnBackends("layers loss: has the loss's name, also among tfjs's metrics", async () => {
  assertEquals(layersLoss(bmcLoss as never).name, "bmcLoss");
  assertEquals(layersLoss((pred) => pred).name, "loss");
  const loss = layersLoss(balanced);
  const [x, y] = [tf.ones([8, 1]), tf.ones([8, 1])];
  const model = line();
  model.compile({ optimizer: "sgd", loss, metrics: [loss] });
  const { history } = await model.fit(x, y, { verbose: 0 });
  assertEquals(Object.keys(history), ["loss", "balanced"]);
  tf.dispose([x, y]);
  model.dispose();
}, ["cpu"]);

testOnBackends(
  "layers loss: a saved model has no loss: compiled with it again, it trains on",
  async () => {
    const column = (first: number) =>
      tf.tensor2d(Array.from({ length: 8 }, (_, i) => [first + i / 8]));
    const [x, y] = [column(0), column(1)];
    const loss = layersLoss(balanced);
    const fit = async (model: tf.LayersModel) => {
      const optimizer = tf.train.sgd(0.01);
      model.compile({ optimizer, loss });
      const { history } = await model.fit(x, y, { epochs: 3, shuffle: false, verbose: 0 });
      optimizer.dispose();
      return history.loss as number[];
    };
    const model = line();
    await fit(model);
    const saved = [await artifactsOf(model, false), await artifactsOf(model, true)];
    const losses = await fit(model);
    assert(losses[2]! < losses[0]!);
    for (const artifacts of saved) {
      // tfjs compiles a model that was saved with its optimizer, without a loss, and says so.
      let loaded: tf.LayersModel;
      const warnings = await warningsOf(async () => {
        loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
      });
      assertEquals(warnings.length, artifacts.trainingConfig ? 1 : 0);
      loaded!.optimizer?.dispose();
      assertEquals(await fit(loaded!), losses);
      loaded!.dispose();
    }
    tf.dispose([x, y]);
    model.dispose();
  },
  ["cpu"],
);

/** Balanced MSE by name. */
function balanced(pred: Tensor, target: Tensor): Tensor {
  return bmcLoss(pred, target, 1);
}

function line(): tf.Sequential {
  return tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
}

/** What `model.save` would write. */
async function artifactsOf(model: tf.LayersModel, includeOptimizer: boolean) {
  let saved: tf.io.ModelArtifacts | undefined;
  const info = { dateSaved: new Date(), modelTopologyType: "JSON" } as const;
  const handler = tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({ modelArtifactsInfo: info });
  });
  tf.engine().startScope(); // tfjs leaves the optimizer's step count behind
  await model.save(handler, { includeOptimizer });
  tf.engine().endScope();
  return saved!;
}

Deno.test("layers loss: what is no function is refused", () => {
  for (const junk of [undefined, null, "bmc", {}]) {
    assertThrows(
      () => layersLoss(junk as never),
      TypeError,
      "a function of (pred, target): current",
    );
  }
});
