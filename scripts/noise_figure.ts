/**
 * Draws docs/noise.svg: the test error of Balanced MSE against the sigma that it is given, on the 1-D synthetic
 * benchmark (normal, high imbalance); prints the figures behind it. 5 minutes on 2 cpu cores:
 *
 *     deno run --allow-read --allow-write=docs scripts/noise_figure.ts
 */
import { bmcLoss, LabelNoise } from "@balanced/mse";
import { useBackend } from "../examples/synthetic/backend.ts";
import { runCriterion } from "../examples/synthetic/benchmark.ts";
import { CRITERIA, type Criterion } from "../examples/synthetic/criteria.ts";
import { drawDataset, NOISE_SIGMA } from "../examples/synthetic/data.ts";
import { labelDistribution } from "../examples/synthetic/distributions.ts";
import { renderSpec } from "../examples/synthetic/figure.ts";
import { figureNoise, median, type NoiseRun } from "../examples/synthetic/figure_noise.ts";
import { EPOCHS } from "../examples/synthetic/options.ts";
import { randomFrom } from "../examples/synthetic/random.ts";

const SEEDS = [0, 1, 2];
/** Sigmas that are held, and that a learnable one starts from, in units of the true one. */
const HELD = [0.1, 0.18, 0.32, 0.56, 1, 1.8, 3.2, 5.6, 10];
const STARTS = [0.1, 1.5, 10];
const EPOCHS_RUN = Number(Deno.args[0] ?? EPOCHS[1]);
const OUT = new URL("../docs/noise.svg", import.meta.url);

function known(id: string): Criterion {
  return CRITERIA.find((criterion) => criterion.id === id)!;
}

/** The benchmark's own criteria, but for the sigma. */
const held = (sigma: number): Criterion => ({
  ...known("bmc"),
  prepare: () => ({ loss: (pred, target) => bmcLoss(pred, target, sigma ** 2) }),
});
const learned = (sigma: number): Criterion => ({
  ...known("bmc-learnable"),
  prepare: () => {
    const noise = new LabelNoise({ sigma });
    return { noise, loss: (pred, target) => bmcLoss(pred, target, noise.variance()) };
  },
});

await useBackend("cpu");
const jobs = [
  { criterion: known("mse"), start: NaN },
  ...STARTS.map((start) => ({ criterion: learned(start * NOISE_SIGMA), start })),
  ...HELD.map((start) => ({ criterion: held(start * NOISE_SIGMA), start })),
];
const runs: NoiseRun[] = [];
console.log("criterion      sigma  test MSE: median (seeds)               slope  learned sigma");
for (const { criterion, start } of jobs) {
  const results = [];
  for (const seed of SEEDS) {
    const dataset = drawDataset(labelDistribution(1, "normal", "high"), randomFrom(seed));
    const options = { epochs: EPOCHS_RUN, seed, progress: false };
    results.push(await runCriterion(criterion, dataset, options));
  }
  runs.push(...results.map(({ testMse }) => ({ id: criterion.id, sigma: start, testMse })));
  const errors = results.map(({ testMse }) => testMse);
  console.log(
    criterion.name.padEnd(13),
    (Number.isNaN(start) ? "" : String(start)).padStart(6),
    ` ${median(errors).toPrecision(3)} (${errors.map((e) => e.toPrecision(3)).join(", ")})`
      .padEnd(38),
    median(results.map(({ weight }) => weight[0]!)).toFixed(3),
    ` ${results[0]!.sigma === undefined ? "" : median(results.map((r) => r.sigma!)).toFixed(3)}`,
  );
}
if (Deno.args[1]) Deno.writeTextFileSync(Deno.args[1], JSON.stringify(runs));
await Deno.writeTextFile(OUT, await renderSpec(figureNoise(runs)));
