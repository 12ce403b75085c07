/** A run that Deno and Node both do: `anywhere.js run DIR EPOCHS`, and others; what it is left with. */
import * as tf from "@tensorflow/tfjs";
import {
  adam,
  bmcLoss,
  FeatureSmoothing,
  fileSystem,
  LabelNoise,
  steps,
  train,
} from "@balanced/mse";

const [what, dir, count] = globalThis.Deno?.args ?? globalThis.process.argv.slice(2);
tf.enableProdMode();
await tf.setBackend("cpu");
const say = (value) => console.log(JSON.stringify(value));

/** A network with seeded dropout and running statistics of two kinds. */
function network() {
  const smoothing = new FeatureSmoothing({ bins: 6 });
  const dense = (options) =>
    tf.layers.dense({ kernelInitializer: tf.initializers.glorotNormal({ seed: 5 }), ...options });
  const layers = [
    dense({ units: 4, inputShape: [2], activation: "tanh" }),
    tf.layers.batchNormalization(),
    tf.layers.dropout({ rate: 0.2, seed: 5 }),
    smoothing,
    dense({ units: 1 }),
  ];
  return { model: tf.sequential({ layers }), smoothing };
}

async function bits(tensor) {
  const { buffer, byteOffset, byteLength } = await tensor.data();
  return [...new Uint8Array(buffer, byteOffset, byteLength)].map((b) => b.toString(16)).join(" ");
}

const mse = (pred, target) => tf.losses.meanSquaredError(target, pred);

/** Trains to the end, or until it is killed; tells each epoch, then all that is left, to the bit. */
async function run(epochs) {
  const { model, smoothing } = network();
  const noise = new LabelNoise({ sigma: 1 });
  const [optimizer, noiseOptimizer] = [adam(0.02), tf.train.adam(0.01)];
  const x = tf.randomNormal([22, 2], 0, 1, "float32", 3);
  const y = tf.randomNormal([22, 1], 2.5, 1, "float32", 4);
  const { history } = await train({
    model,
    loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
    data: { x, y },
    epochs,
    batchSize: 8,
    optimizer,
    noise: { model: noise, optimizer: noiseOptimizer },
    schedule: steps({ at: [15], factor: 0.5 }),
    validation: { data: { x, y }, metrics: { mse } },
    ...(dir === "" ? {} : { checkpoint: { dir, resume: true } }),
    callbacks: {
      async onEpochDone(epoch) {
        smoothing.endEpoch();
        say(epoch);
        // Time to be killed in.
        if (dir !== "") await new Promise((resolve) => setTimeout(resolve, 50));
      },
    },
  });
  const told = [await optimizer.getWeights(), await noiseOptimizer.getWeights()].flat();
  const all = [...model.getWeights(), ...noise.variables, ...told.map(({ tensor }) => tensor)];
  say({ history, bits: await Promise.all(all.map(bits)) });
}

/** A model that only its files tell from others. */
async function save() {
  await network().model.save(fileSystem(dir));
}

async function load() {
  const model = await tf.loadLayersModel(fileSystem(dir));
  say(await Promise.all(model.getWeights().map(bits)));
}

/** Has a folder until it is killed. */
async function hold() {
  const { model, loss, data } = line();
  await train({
    model,
    loss,
    data,
    epochs: 2,
    optimizer: tf.train.sgd(0.1),
    checkpoint: { dir, resume: true },
    callbacks: {
      async onEpochDone() {
        const second = train({ model, loss, data, epochs: 2, checkpoint: { dir, resume: true } });
        say(await second.then(() => "no error", told));
        await new Promise((resolve) => setTimeout(resolve, 1e8));
      },
    },
  });
}

function line() {
  const slope = tf.variable(tf.scalar(0));
  const data = { x: tf.tensor1d([0, 1, 2]), y: tf.tensor1d([0, 2, 4]) };
  return { model: { predict: (x) => tf.mul(x, slope), variables: [slope] }, loss: mse, data };
}

const told = ({ name, message, code = "", cause }) => [name, message, code, cause?.code ?? ""];

/** Errors: what they are and say. */
async function errors() {
  const all = { ...line(), epochs: 1 };
  const tries = [
    () => fileSystem(`${dir}/none`).load(),
    () => fileSystem(`${dir}/file/x`).save({ modelTopology: {} }),
    () => fileSystem("file://./m"),
    () => train({ ...all, checkpoint: { dir: `${dir}/file` } }),
    () => train({ ...all, checkpoint: { dir: `${dir}/run`, resume: true } }),
    () => train({ ...all, checkpoint: { dir, evry: 1 } }),
  ];
  const found = [];
  for (const attempt of tries) {
    found.push(await Promise.resolve().then(attempt).then(() => "no error", told));
  }
  say(found);
}

await { run: () => run(Number(count)), save, load, hold, errors }[what]();
