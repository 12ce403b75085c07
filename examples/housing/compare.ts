/** The comparison itself: every way on every seed's split, scored. */
import type { ImbalanceReport } from "@balanced/mse";
import { randomFrom } from "../synthetic/random.ts";
import type { Dataset } from "./datasets.ts";
import { BATCH_SIZE, runWay } from "./experiment.ts";
import { pooledReport, type Run, type Scores, scoresOf, type Shots, shotsOf } from "./scores.ts";
import { drawSplit, type Split } from "./split.ts";
import type { Way } from "./ways.ts";

/** What a way came to. */
export interface Result {
  readonly id: string;
  readonly name: string;
  /** Mean and deviation over the seeds. */
  readonly scores: Scores;
  /** The test rows of all seeds together, for the figure. */
  readonly report: ImbalanceReport;
  /** The noise's sigma at the end of each seed, where it was learned. */
  readonly sigmas?: readonly number[];
}

/** What is compared, and for how long. */
export interface Plan {
  readonly dataset: Dataset;
  readonly seeds: readonly number[];
  readonly splits: readonly Split[];
  readonly shots: Shots;
  readonly epochs: number;
}

/** Draws a split for each seed; epochs are given, or come to about so many steps. */
export function planFor(
  dataset: Dataset,
  { seeds, epochs, steps }: {
    seeds: readonly number[];
    epochs?: number | undefined;
    steps: number;
  },
): Plan {
  const splits = seeds.map((seed) => drawSplit(dataset, randomFrom(seed)));
  const labels = splits[0]!.train.y;
  return {
    dataset,
    seeds,
    splits,
    shots: shotsOf(labels, dataset.binWidth),
    epochs: epochs ?? Math.max(1, Math.round(steps / Math.ceil(labels.length / BATCH_SIZE))),
  };
}

/** Trains and scores a way on all splits; `say` hears of each run. */
export async function compareWay(
  way: Way,
  { dataset: { binWidth, sigma }, seeds, splits, shots, epochs }: Plan,
  say: (line: string) => void = () => {},
): Promise<Result> {
  const runs: Run[] = [];
  const sigmas: number[] = [];
  const name = way.held ? `Balanced MSE, ${sigma}` : way.name;
  for (const [k, split] of splits.entries()) {
    const start = performance.now();
    const seed = seeds[k]!;
    const outcome = await runWay(way, split, { epochs, seed, binWidth, sigma });
    runs.push({ split, predictions: outcome.predictions });
    const learned = outcome.sigma === undefined ? "" : `, sigma ${outcome.sigma.toPrecision(3)}`;
    if (outcome.sigma !== undefined) sigmas.push(outcome.sigma);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`${name}, seed ${seed}: best epoch ${outcome.bestEpoch + 1}${learned} (${seconds} s)`);
  }
  return {
    id: way.id,
    name,
    scores: await scoresOf(runs, shots),
    report: await pooledReport(runs, shots),
    ...(sigmas.length > 0 && { sigmas }),
  };
}
