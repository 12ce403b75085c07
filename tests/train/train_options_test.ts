/** Every option of the trainer: its kind is checked before any work, unknown ones are told. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { adam, LabelNoise, retrainRegressor, train, type TrainOptions } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { lineProblem, mse } from "../support/line.ts";

/** What no option takes, but for those named beside. */
const JUNK: Readonly<Record<string, unknown>> = {
  null: null,
  text: "text",
  empty: "",
  digit: "1",
  zero: 0,
  negative: -1,
  fraction: 1.5,
  nan: NaN,
  infinity: Infinity,
  huge: 1e39,
  true: true,
  bigint: 3n,
  symbol: Symbol("junk"),
  list: [1],
  object: {},
  date: new Date(),
  controller: new AbortController(),
};

/** What is taken all the same: it is what the option is for. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  clipNorm: ["fraction"],
  seed: ["zero", "negative"],
  prefetch: ["zero"],
  shuffle: ["true"],
  dropLast: ["true"],
  restoreBest: ["true"],
  callbacks: ["object"],
};

const OPTIONS: readonly (keyof TrainOptions)[] = [
  "model",
  "loss",
  "trainable",
  "data",
  "epochs",
  "batchSize",
  "accumulate",
  "dropLast",
  "clipNorm",
  "prefetch",
  "shuffle",
  "seed",
  "optimizer",
  "noise",
  "schedule",
  "validation",
  "restoreBest",
  "patience",
  "checkpoint",
  "signal",
  "callbacks",
  "log",
  "progress",
];

testOnBackends(
  "options: junk of every kind is refused by every option, before any work",
  async () => {
    const { data, model, dispose } = lineProblem(4);
    const optimizer = tf.train.sgd(0.1);
    let worked = 0;
    const loss = (pred: tf.Tensor, target: tf.Tensor) => (worked++, mse(pred, target));
    const base = { model, loss, data, epochs: 1, batchSize: 4, optimizer };
    let refusals = 0;
    for (const name of OPTIONS) {
      for (const [kind, junk] of Object.entries(JUNK)) {
        if (name === "progress" && kind === "true") continue; // it is taken, and talks
        const run = () => train({ ...base, [name]: junk } as unknown as TrainOptions);
        if (TAKES[name]?.includes(kind)) {
          await run();
          worked = 0;
          continue;
        }
        const error = await assertRejects(run, Error, "", `${name}: ${kind}`);
        assert(
          error instanceof TypeError || error instanceof RangeError,
          `${name} ${kind}: ${error}`,
        );
        assert(
          /^Cannot train as .* must .*: current (value|number)/.test(error.message),
          `${name} ${kind}: ${error.message}`,
        );
        assert(error.message.includes(name), `${name} ${kind}: ${error.message}`);
        assert(!/object Object|=>|Tensor\n/.test(error.message), error.message);
        assertEquals(worked, 0, `${name} ${kind}`);
        refusals++;
      }
    }
    assert(refusals > 300, `${refusals}`);
    dispose();
    optimizer.dispose();
  },
  ["webgpu", "cpu"],
);

testOnBackends("options: unknown ones are refused with the nearest known one", async () => {
  const { data, model, dispose } = lineProblem(4);
  const noise = new LabelNoise({ sigma: 1 });
  const base = { model, loss: mse, data, epochs: 1 };
  const rules: [options: unknown, message: string][] = [
    [
      { batchsize: 4 },
      'options must be known, did you mean batchSize: current value has "batchsize"',
    ],
    [{ restorebest: true }, "did you mean restoreBest"],
    [
      { noise: { model: noise, optimiser: 1 } },
      'noise must be known, did you mean optimizer: current value has "optimiser"',
    ],
    [
      { noise },
      "noise must be { model: noise, optimizer: adam(1e-2) }, say, since no optimizer would train it: current value is of class LabelNoise",
    ],
    [
      { noise: { model: noise } },
      "noise.optimizer must be a tfjs optimizer with a learning rate: current value is undefined",
    ],
    [
      { noise: { model: 1.5, optimizer: adam() } },
      "noise.model must be a LabelNoise: current value is 1.5",
    ],
    [
      { validation: { data } },
      "validation.metrics must be functions by name, at least one, { mae: meanAbsoluteError }, say: current value is undefined",
    ],
    [{ validation: { metrics: { mse } } }, "validation.data must be { x, y } of tensors"],
    [{ validation: { data, metrics: { mse: 1 } } }, "say: current value of mse is 1"],
    [{ validation: { data, metrics: {} } }, "at least one, { mae: meanAbsoluteError }, say: curr"],
    [
      { validation: { data, metrics: mse } },
      "{ mae: meanAbsoluteError }, say: current value is function mse",
    ],
    [
      { validation: { data, metrics: { mse }, metric: "mse" } },
      "validation must be known, did you mean metrics",
    ],
    [
      { validation: { data, metrics: { mse }, mode: 1 } },
      'validation.mode must be "min" or "max": current value is 1',
    ],
    [
      { validation: { data, metrics: { mse }, monitor: 1 } },
      "validation.monitor must be one of the metrics [mse]: current value is 1",
    ],
    [{ callbacks: { onEpoch: () => {} } }, "callbacks must be known, did you mean onEpochEnd"],
    [
      { callbacks: { onEpochEnd: "log" } },
      'callbacks.onEpochEnd must be a function: current value is "log"',
    ],
    [
      { signal: new AbortController() },
      "signal must be an AbortSignal (a controller's .signal): current value is of class AbortController",
    ],
    [
      { model: { predict: mse, variables: [1] } },
      "model must be a tf.LayersModel or { predict, variables }",
    ],
    [
      { model: tf.layers.dense({ units: 1 }) },
      "model must be a tf.LayersModel or { predict, variables }: current value is of class Dense",
    ],
  ];
  for (const [options, message] of rules) {
    await assertRejects(
      () => train({ ...base, ...options as TrainOptions }),
      TypeError,
      message,
    );
  }
  for (const options of [undefined, null, [], "options"]) {
    await assertRejects(
      () => train(options as unknown as TrainOptions),
      TypeError,
      "Cannot train as options must be an object",
    );
  }
  await assertRejects(
    () => train({ ...base, model: { predict: model.predict, variables: [] } }),
    RangeError,
    "model must have variables that are trainable, not all of them frozen: current number is 0 of 0",
  );
  const frozen = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  frozen.layers[0]!.trainable = false;
  await assertRejects(
    () => train({ ...base, model: frozen }),
    RangeError,
    "not all of them frozen: current number is 0 of 2",
  );
  for (const chosen of [{ restoreBest: true }, { patience: 3 }]) {
    await assertRejects(
      () => train({ ...base, ...chosen, noise: { model: noise, optimizer: adam() } }),
      RangeError,
      `Cannot train as ${
        Object.keys(chosen)
      } must come with validation where a noise is learned, since ` +
        "losses under different sigmas are in different scales: current validation is undefined",
    );
  }
  frozen.dispose();
  noise.dispose();
  dispose();
}, ["cpu"]);

testOnBackends("options: callbacks of a class are called as its methods", async () => {
  const { data, model, dispose } = lineProblem(4);
  class Counter {
    steps = 0;
    epochs = 0;
    onStep() {
      this.steps++;
    }
    onEpochEnd() {
      this.epochs++;
    }
  }
  const callbacks = new Counter();
  await train({ model, loss: mse, data, epochs: 3, batchSize: 2, callbacks });
  assertEquals([callbacks.steps, callbacks.epochs], [6, 3]);
  dispose();
}, ["cpu"]);

testOnBackends("options: those of retrainRegressor, before anything is begun anew", async () => {
  const { data, model, dispose } = lineProblem(4);
  const base = { model, loss: mse, data, epochs: 1, head: model.variables };
  let begun = 0;
  const initialize = (variable: tf.Variable) => (begun++, tf.zeros(variable.shape));
  const rules: [options: unknown, message: string][] = [
    [{ epochs: "9" }, 'Cannot train as epochs must be an integer >= 1: current value is "9"'],
    [{ patiense: 1 }, "did you mean patience"],
    [{ trainable: "head" }, 'trainable must be given as head: current value has "trainable"'],
    [{ head: { a: 1 } }, "head must be layer names or variables: current value is { a }"],
    [
      { initialize: "zeros" },
      'initialize must be a boolean or a function: current value is "zeros"',
    ],
  ];
  for (const [options, message] of rules) {
    await assertRejects(
      () => retrainRegressor({ ...base, initialize, ...options as typeof base }),
      TypeError,
      message,
    );
  }
  await assertRejects(
    () => retrainRegressor(null as unknown as typeof base),
    TypeError,
    "Cannot retrain the regressor as options must be an object: current value is null",
  );
  assertEquals(begun, 0);
  dispose();
}, ["cpu"]);
