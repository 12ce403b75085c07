/**
 * Draws docs/noise.svg: the test error of Balanced MSE against the sigma that it is given.
 *
 *     deno run --allow-read --allow-write=docs scripts/noise_figure.ts [epochs]
 *
 * On the 1-D synthetic benchmark (normal, high imbalance); 6 minutes on one core at its 2,000 epochs, which docs/noise.svg
 * shows. Prints the numbers as a table, with the fitted slope (the true one is 1) and what a learned sigma came to.
 */
import { bmcLoss, LabelNoise } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Loss } from "../examples/support/objective.ts";
import { type Result, runCriterion } from "../examples/synthetic/benchmark.ts";
import { CRITERIA, type Criterion } from "../examples/synthetic/criteria.ts";
import { drawDataset, NOISE_SIGMA } from "../examples/synthetic/data.ts";
import { labelDistribution } from "../examples/synthetic/distributions.ts";
import { renderSpec } from "../examples/synthetic/figure.ts";
import { figureNoise, median, type NoisePoint } from "../examples/synthetic/figure_noise.ts";
import { EPOCHS } from "../examples/synthetic/options.ts";
import { randomFrom } from "../examples/synthetic/random.ts";

const SEEDS = [0, 1, 2];
/** Sigmas to hold, and bad ones to start learning from, in units of the true one. */
const HELD = [0.1, 0.18, 0.32, 0.56, 1, 1.8, 3.2, 5.6, 10];
const STARTS = [0.1, 10];
const [MSE, BMC, LEARNABLE] = ["mse", "bmc", "bmc-learnable"].map((wanted) =>
  CRITERIA.find(({ id }) => id === wanted)!
) as [Criterion, Criterion, Criterion];

function held(sigma: number): Criterion {
  const loss: Loss = (pred, target) => bmcLoss(pred, target, (sigma * NOISE_SIGMA) ** 2);
  return { ...BMC, name: `BMC, sigma ${sigma}`, prepare: () => ({ loss }) };
}

function learned(sigma: number): Criterion {
  const prepare = () => {
    const noise = new LabelNoise({ sigma: sigma * NOISE_SIGMA });
    const loss: Loss = (pred, target) => bmcLoss(pred, target, noise.variance());
    return { noise, loss };
  };
  return { ...LEARNABLE, name: `BMC learnable from ${sigma}`, prepare };
}

/** Trains a criterion once a seed and prints a line about it. */
async function runSeeds(criterion: Criterion, epochs: number): Promise<number[]> {
  const results: Result[] = [];
  for (const seed of SEEDS) {
    const dataset = drawDataset(labelDistribution(1, "normal", "high"), randomFrom(seed));
    results.push(await runCriterion(criterion, dataset, { epochs, seed, progress: false }));
  }
  const testMses = results.map(({ testMse }) => testMse);
  const sigmas = results.flatMap(({ sigma }) => sigma ?? []);
  const cells = [
    criterion.name.padEnd(22),
    median(testMses).toPrecision(3).padStart(7),
    testMses.map((mse) => mse.toPrecision(3)).join(", ").padEnd(24),
    median(results.map(({ weight }) => weight[0]!)).toFixed(3).padStart(6),
    ...sigmas.length > 0 ? [median(sigmas).toFixed(3)] : [],
  ];
  console.log(cells.join("  "));
  return testMses;
}

tf.enableProdMode();
await tf.setBackend("cpu");
const epochs = Number(Deno.args[0] ?? EPOCHS[1]);
console.log("criterion               median  test MSE, seeds 0, 1, 2    slope  learned sigma");
const points: NoisePoint[] = [];
for (const criterion of [MSE, LEARNABLE]) {
  points.push({ criterion, testMses: await runSeeds(criterion, epochs) });
}
for (const sigma of STARTS) await runSeeds(learned(sigma), epochs);
for (const sigma of HELD) {
  points.push({ criterion: BMC, sigma, testMses: await runSeeds(held(sigma), epochs) });
}
await Deno.writeTextFile(
  new URL("../docs/noise.svg", import.meta.url),
  await renderSpec(figureNoise(points)),
);
