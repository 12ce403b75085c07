/** Training a part of a model: what is refused, and what is left after an error. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type RetrainOptions, retrainRegressor, train } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { mse } from "../support/line.ts";
import { layersProblem, ownProblem } from "../support/retrain_problems.ts";

testOnBackends(
  "retrain: whatever it throws, the head is what it was",
  async () => {
    const { options, weights, dispose } = layersProblem();
    await train(options);
    const before = await weights();
    const { callbacks: _, ...rest } = options;
    const failing: [Partial<RetrainOptions>, string][] = [
      [{ epochs: 0 }, "epochs must be an integer >= 1"],
      [{ loss: (p, t) => tf.mul(mse(p, t), NaN) }, "Cannot train on as the loss became NaN"],
      [
        { initialize: () => tf.scalar(1) },
        "initialize must return a float32 tensor of shape [4,1]: current value is a float32 tensor of shape []",
      ],
    ];
    for (const [more, message] of failing) {
      await assertRejects(
        () => retrainRegressor({ ...rest, head: "head", ...more }),
        Error,
        message,
      );
      assertEquals(await weights(), before);
    }
    dispose();
  },
  ["webgpu", "cpu"],
  { leaky: "the scalar that initialize made is not the module's" },
);

testOnBackends("retrain: what it refuses", async () => {
  const { model, options, dispose } = layersProblem();
  const own = ownProblem();
  const strange = tf.tidy(() => tf.variable(tf.scalar(0), true, "strange"));
  const retrain = (more: unknown) => () =>
    retrainRegressor({ ...options, ...more as Partial<RetrainOptions> } as RetrainOptions);
  const claim = "Cannot retrain the regressor as ";
  const names = "[backbone,first,norm,smoothing,head]";
  const rules: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [{}, TypeError, "head must be layer names or variables: current value is undefined"],
    [{ head: [1] }, TypeError, "head must be layer names or variables: current value is [1]"],
    [{ head: ["head", strange] }, TypeError, "head must be layer names or variables"],
    [
      { head: "hat" },
      RangeError,
      `head must name layers of the model ${names}: current value has "hat"`,
    ],
    [
      { head: "smoothing" },
      RangeError,
      'head must have variables to train: current value is "smoothing"',
    ],
    [{ head: [] }, RangeError, "head must have variables to train: current value is []"],
    [
      { head: [strange] },
      RangeError,
      'head must be variables of the model: current value has "strange"',
    ],
    [{ head: "head", initialize: 1 }, TypeError, "initialize must be a boolean or a function"],
    [
      { head: "b", model: own.options.model },
      TypeError,
      'head must be variables where the model is not a tf.LayersModel: current value is "b"',
    ],
    [
      { head: [own.b], model: own.options.model },
      TypeError,
      "initialize must be a function or false where the model is not a tf.LayersModel",
    ],
  ];
  for (const [more, kind, message] of rules) {
    await assertRejects(retrain(more), kind, claim + message);
  }
  await assertRejects(
    () => train({ ...options, trainable: "hat" }),
    RangeError,
    `Cannot train as trainable must name layers of the model ${names}: current value has "hat"`,
  );
  assert(model.layers.length === 3);
  tf.dispose(strange);
  own.dispose();
  dispose();
}, ["cpu"]);
