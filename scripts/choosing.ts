/**
 * Prints the tables of docs/choosing.md: what losses learn from small, sorted, re-sampled, zero-inflated batches.
 *
 *     deno run --allow-read scripts/choosing.ts [batches] [neighbors] [resampled] [zeros] [outputs]
 *
 * A line is fitted to training data of the 1-D synthetic benchmark (normal, high imbalance) and scored on uniform
 * labels; medians over three seeds. The true slope is 1, the true prediction at 0 is 0. Many outputs have a table
 * of their own: see support/many_outputs.ts. Without names all parts run.
 */
import {
  bmcLoss,
  bniLoss,
  fitLabelMixture,
  gaiLoss,
  labelHistogram,
  LabelNoise,
  labelWeights,
  mseLoss,
  referenceSample,
} from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Loss } from "../examples/support/objective.ts";
import { drawDataset, NOISE_SIGMA, ROWS } from "../examples/synthetic/data.ts";
import { labelDistribution } from "../examples/synthetic/distributions.ts";
import { type Random, randomFrom } from "../examples/synthetic/random.ts";
import { manyOutputs } from "./support/many_outputs.ts";
import { type Draw, fitLine, lineRow, type Rows } from "./support/line_fit.ts";

const VARIANCE = NOISE_SIGMA ** 2;
const BATCH = 64;
const bmc: Loss = (pred, target) => bmcLoss(pred, target, VARIANCE);

/** Trains once a seed and prints a line. */
async function row(name: string, run: (seed: number) => ReturnType<typeof fitLine>): Promise<void> {
  const lines = [];
  for (const seed of [0, 1, 2]) lines.push(await run(seed));
  console.log(lineRow(name, lines));
}

const normalRows = (seed: number) =>
  drawDataset(labelDistribution(1, "normal", "high"), randomFrom(seed)).train;
const anyRows = (size: number): Draw => (random) =>
  Array.from({ length: size }, () => Math.floor(random.uniform(0, ROWS)));

/** BMC with 256 of these labels as the prior. */
async function withReference(labels: ArrayLike<number>): Promise<Loss> {
  const sample = await referenceSample(Float64Array.from(labels), 256, { stratified: true });
  const reference = tf.tensor1d(sample as number[]);
  return (pred, target) => bmcLoss(pred, target, VARIANCE, { reference });
}

const LOSSES: Record<string, (labels: Float32Array) => Loss | Promise<Loss>> = {
  "MSE": () => mseLoss,
  "BMC": () => bmc,
  "BMC, reference of 256": withReference,
  "BNI, bins of 0.25": async (labels) => {
    const { centers, weights } = await labelHistogram(labels, { binWidth: 0.25 });
    const bins = { centers: tf.tensor1d(centers), weights: tf.tensor1d(weights) };
    return (pred, target) => bniLoss(pred, target, VARIANCE, bins);
  },
  "GAI, 1 component": async (labels) => {
    const mixture = await fitLabelMixture(labels, { components: 1 });
    return (pred, target) => gaiLoss(pred, target, VARIANCE, mixture);
  },
};

async function batchSizes(): Promise<void> {
  for (const size of [1, 2, 8, BATCH]) {
    for (const [name, lossOf] of Object.entries(LOSSES)) {
      await row(`batch of ${size}: ${name}`, async (seed) => {
        const rows = normalRows(seed);
        return fitLine(rows, anyRows(size), await lossOf(rows.y), seed);
      });
    }
  }
}

/** Batches of neighbors in the order of the labels, as the pixels of an image may be. */
async function correlated(): Promise<void> {
  const batch: Draw = (random) => {
    const start = Math.floor(random.uniform(0, ROWS));
    return Array.from({ length: BATCH }, (_, k) => (start + k) % ROWS);
  };
  for (const [name, lossOf] of Object.entries(LOSSES)) {
    await row(`batch of ${BATCH} neighbors: ${name}`, async (seed) => {
      const { x, y } = normalRows(seed);
      const order = Array.from(y.keys()).sort((a, b) => y[a]! - y[b]!);
      const sorted = { x: order.map((i) => x[i]!), y: Float32Array.from(order, (i) => y[i]!) };
      return fitLine(sorted, batch, await lossOf(sorted.y), seed);
    });
  }
}

/** Rows drawn by weights of one over their bin's count. */
async function resampled(): Promise<void> {
  for (const name of ["MSE", "BMC", "BMC, reference before", "BMC, reference after"]) {
    await row(`re-sampled: ${name}`, async (seed) => {
      const rows = normalRows(seed);
      const options = { binWidth: 0.25, scheme: "inverse", clip: false } as const;
      const sums = (await labelWeights(rows.y, options)).map(((sum) => (w) => sum += w)(0));
      const one = (random: Random) => {
        const at = random.uniform(0, sums.at(-1)!);
        return sums.findIndex((sum) => sum > at);
      };
      const draw: Draw = (random) => Array.from({ length: BATCH }, () => one(random));
      const random = randomFrom(seed);
      const drawn = Array.from({ length: ROWS }, () => rows.y[one(random)]!);
      const loss = name === "MSE" ? mseLoss : name === "BMC" ? bmc : undefined;
      const labels = name.endsWith("before") ? rows.y : drawn;
      return fitLine(rows, draw, loss ?? await withReference(labels), seed);
    });
  }
}

/** Half of the labels are 0, the others exponential of mean 2; `zeros` says what inputs the former have. */
function zeroRows(seed: number, zeros: typeof ZEROS[number]): Rows {
  const random = randomFrom(seed);
  const positive = () => 2 * labelDistribution(1, "exponential", "low").draw(random)[0]!;
  const y = Array.from({ length: ROWS }, (_, i) => i % 2 ? 0 : positive());
  const x = y.map((label) => {
    const seen = label === 0 && zeros === "unseen" ? positive() : label;
    return seen - (label === 0 && zeros === "exact" ? 0.1 : NOISE_SIGMA) * random.normal();
  });
  return { x, y };
}

/** Around 0 as noisy as others are; nearly without noise; like those of a positive label. */
const ZEROS = ["noisy", "exact", "unseen"] as const;

async function zeroInflated(): Promise<void> {
  for (const zeros of ZEROS) {
    const prefix = `zeros ${zeros}:`;
    const run = (loss: Loss, noise?: LabelNoise) => (seed: number) =>
      fitLine(zeroRows(seed, zeros), anyRows(BATCH), loss, seed, noise);
    const learned = (positive: boolean) => (seed: number) => {
      const noise = new LabelNoise({ sigma: 1.5 });
      const loss: Loss = (pred, target) =>
        bmcLoss(pred, target, noise.variance(), positive ? { mask: tf.greater(target, 0) } : {});
      return run(loss, noise)(seed);
    };
    await row(`${prefix} MSE`, run(mseLoss));
    await row(`${prefix} BMC`, run(bmc));
    await row(`${prefix} BMC learnable`, learned(false));
    await row(`${prefix} BMC learnable, zeros masked`, learned(true));
  }
}

const LINES = {
  batches: batchSizes,
  neighbors: correlated,
  resampled,
  zeros: zeroInflated,
};

tf.enableProdMode();
await tf.setBackend("cpu");
const asked = (name: string) => Deno.args.length === 0 || Deno.args.includes(name);
const lines = Object.entries(LINES).filter(([name]) => asked(name));
if (lines.length > 0) console.log(`${"".padEnd(48)}test MSE   slope    at 0  sigma`);
for (const [, part] of lines) await part();
if (asked("outputs")) await manyOutputs();
