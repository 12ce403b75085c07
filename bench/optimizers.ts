/**
 * What does a fused optimizer save? Ours against tfjs's own, in a training step and alone.
 *
 * Writes bench/optimizers.md.
 */
import * as tf from "@tensorflow/tfjs";
import { adam, bmcLoss, momentum } from "../mod.ts";
import { freeGradients, gradientsOf } from "../src/train/gradients.ts";
import { stepParts } from "../src/train/step_parts.ts";
import type { AnyTrainOptions } from "../src/train/train_options.ts";
import { traineeOf } from "../src/train/trainee.ts";
import { update } from "../src/train/update.ts";
import { environment, webgpu } from "./support/adapter.ts";
import { compare } from "./support/compare.ts";
import { dispatches } from "./support/count.ts";
import type { Timing } from "./support/time.ts";

const ROWS = 256;
const FEATURES = 16;
const HIDDEN = 256;
const RESULTS = new URL("optimizers.md", import.meta.url);

const OPTIMIZERS = {
  momentum: { ours: () => momentum(1e-4, 0.9), theirs: () => tf.train.momentum(1e-4, 0.9) },
  adam: { ours: () => adam(1e-4), theirs: () => tf.train.adam(1e-4) },
};

/** A model of dense layers; the hidden ones have a ReLU. */
function dense(hidden: number): tf.LayersModel {
  const widths = [...Array<number>(hidden).fill(HIDDEN), 1];
  return tf.sequential({
    layers: widths.map((units, i) =>
      tf.layers.dense({
        units,
        ...(i === 0 && { inputShape: [FEATURES] }),
        ...(i < hidden && { activation: "relu" as const }),
      })
    ),
  });
}

const MODELS = {
  "linear": () => dense(0),
  "3 hidden layers of 256": () => dense(3),
};

/** A new model's training step and its update alone, by gradients that stay the same. */
function work(build: () => tf.LayersModel, optimizer: tf.Optimizer) {
  const model = build();
  const loss = (pred: tf.Tensor, target: tf.Tensor) => bmcLoss(pred, target, 1);
  const trainee = traineeOf(model);
  const { variables } = trainee;
  const gradientsOfPart = gradientsOf(
    trainee,
    loss as unknown as AnyTrainOptions["loss"],
    variables,
  );
  const batch = { x: tf.randomNormal([ROWS, FEATURES]), y: tf.randomNormal([ROWS, 1]) };
  const gradients = variables.map(({ name, shape }) => ({ name, tensor: tf.ones(shape) }));
  return {
    "step": () => {
      const found = gradientsOfPart(stepParts({ batches: [batch] })[0]!);
      update([{ variables, optimizer }], found.tensors);
      const loss = found.loss.clone();
      freeGradients(found);
      return loss;
    },
    "update alone": () => {
      optimizer.applyGradients(gradients);
      return variables[0]!.clone();
    },
    dispose: () => {
      tf.dispose([batch.x, batch.y, gradients]);
      model.dispose();
      optimizer.dispose();
    },
  };
}

const gpu = await webgpu();
const format = ({ median, least, most }: Timing) =>
  `${median.toPrecision(3)} (${least.toPrecision(3)}–${most.toPrecision(3)})`;

const lines = [
  "# Optimizers: fused, tfjs's own",
  "",
  ...environment(gpu, "deno task bench:optimizers"),
  `- a step: forward, BMC, gradient, update; ${ROWS} rows, ${FEATURES} features, dense layers of tfjs`,
  "- milliseconds, median (least–most) of 7 samples of about 250 ms, fused and tfjs in turns; one read a sample",
  "",
  "| model | optimizer | backend | work | dispatches fused | dispatches tfjs | fused | tfjs | tfjs / fused |",
  "|---|---|---|---|--:|--:|--:|--:|--:|",
];
console.log(lines.join("\n"));

for (const [model, build] of Object.entries(MODELS)) {
  for (const [optimizer, { ours, theirs }] of Object.entries(OPTIMIZERS)) {
    for (const backend of ["webgpu", "cpu"]) {
      await tf.setBackend(backend);
      const both = [work(build, ours()), work(build, theirs())] as const;
      for (const part of ["step", "update alone"] as const) {
        const [fused, plain] = await compare(both[0][part], both[1][part]);
        const counts = both.map((w) =>
          backend === "webgpu" ? dispatches(gpu, () => w[part]().dispose()) : "–"
        );
        const ratio = (plain.median / fused.median).toPrecision(3);
        const times = [format(fused), format(plain), ratio];
        lines.push(`| ${[model, optimizer, backend, part, ...counts, ...times].join(" | ")} |`);
        console.log(lines.at(-1));
      }
      both.forEach((w) => w.dispose());
    }
  }
}
Deno.writeTextFileSync(RESULTS, `${lines.join("\n")}\n`);
