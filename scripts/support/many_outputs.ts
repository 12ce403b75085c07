/**
 * Many labels a row: what joint and single priors do to a linear model, as the outputs grow.
 *
 * Labels are normal of variance 1, each seen through noise of variance 0.37 by an input of its own. MSE
 * comes to a validation error of 1 / (1 + 1 / 0.37) = 0.27 and shrinks predictions to 0.73 of the truth;
 * a loss that undoes the labels' prior comes to 0.37 and a slope of 1.
 */
import { bmcLoss, cosine, fitLabelMixture, gaiLoss, mseLoss, predict } from "@balanced/mse";
import { type Tensor, train } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Loss } from "../../examples/support/objective.ts";
import { median } from "../../examples/synthetic/figure_noise.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

const [ROWS, BATCH, EPOCHS, VARIANCE] = [2048, 64, 15, 0.37];

const LOSSES: Record<string, (labels: Tensor) => Loss | Promise<Loss>> = {
  "MSE": () => mseLoss,
  "BMC, joint": () => (pred, target) => bmcLoss(pred, target, VARIANCE),
  "BMC, each": () => (pred, target) => bmcLoss(pred, target, VARIANCE, { dimensions: "each" }),
  "GAI, 1 component": async (labels) => {
    const mixture = await fitLabelMixture(labels, { components: 1 });
    return (pred, target) => gaiLoss(pred, target, VARIANCE, mixture);
  },
};

/** Prints the table; medians over three seeds. */
export async function manyOutputs(): Promise<void> {
  console.log(`${"".padEnd(48)}validation MSE a dimension   slope`);
  for (const dim of [6, 24, 60]) {
    for (const [name, lossOf] of Object.entries(LOSSES)) {
      const fits: { readonly error: number; readonly slope: number }[] = [];
      for (const seed of [0, 1, 2]) fits.push(await fit(dim, lossOf, seed));
      const error = median(fits.map((of) => of.error)).toFixed(2).padStart(26);
      const slope = median(fits.map((of) => of.slope)).toFixed(2).padStart(8);
      console.log(`${`${dim} outputs: ${name}`.padEnd(48)}${error}${slope}`);
    }
  }
}

/** Labels `[rows, dim]`, and inputs that are the labels with noise. */
function rows(dim: number, seed: number): { x: Tensor; y: Tensor } {
  const random = randomFrom(seed);
  const table = () =>
    tf.tensor2d(Float32Array.from({ length: ROWS * dim }, () => random.normal()), [ROWS, dim]);
  return tf.tidy(() => {
    const y = table();
    return { x: tf.add(y, tf.mul(table(), Math.sqrt(VARIANCE))), y };
  });
}

/** A linear model after 480 steps of Adam; its slope is that of predictions over labels. */
async function fit(dim: number, lossOf: (typeof LOSSES)[string], seed: number) {
  const [data, held] = [rows(dim, 2 * seed), rows(dim, 2 * seed + 1)];
  const kernelInitializer = tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: dim, inputShape: [dim], kernelInitializer })],
  });
  const options = { model, loss: await lossOf(data.y), data, batchSize: BATCH, seed };
  await train({ ...options, epochs: EPOCHS, optimizer: tf.train.adam(0.02), schedule: cosine() });
  const pred = await predict(model, held.x) as Tensor;
  const [error, slope] = tf.tidy(() => [
    tf.mean(tf.squaredDifference(pred, held.y)),
    tf.div(tf.mean(tf.mul(pred, held.y)), tf.mean(tf.square(held.y))),
  ]) as [Tensor, Tensor];
  const result = { error: (await error.data())[0]!, slope: (await slope.data())[0]! };
  tf.dispose([error, slope, pred, data, held]);
  model.dispose();
  return result;
}
