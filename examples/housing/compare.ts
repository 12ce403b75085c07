/** The comparison itself: every way on every seed's split, scored. */
import type { ImbalanceReport } from "@balanced/mse";
import { randomFrom } from "../synthetic/random.ts";
import { type Cut, cutLabels } from "./bins.ts";
import type { Dataset } from "./datasets.ts";
import { BATCH_SIZE, runWay } from "./experiment.ts";
import {
  pooledReport,
  type Run,
  type Scores,
  scoresOf,
  type Shots,
  shotsOf,
  testRowsOf,
} from "./scores.ts";
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
  readonly cut: Cut;
  readonly seeds: readonly number[];
  readonly splits: readonly Split[];
  readonly shots: Shots;
  /** Rows of a test set by shot; the same for each seed. */
  readonly testRows: Readonly<Record<"many" | "medium" | "few", number>>;
  readonly epochs: number;
}

/**
 * Cuts the labels and draws a split for each seed; epochs are given, or come to about so many
 * steps. A quick plan trains on no more rows than these steps take.
 */
export async function planFor(
  dataset: Dataset,
  { seeds, epochs, steps, quick = false }: {
    seeds: readonly number[];
    epochs?: number | undefined;
    steps: number;
    quick?: boolean;
  },
): Promise<Plan> {
  const cut = await cutLabels(dataset);
  const mostRows = quick ? steps * BATCH_SIZE : Infinity;
  const splits = seeds.map((seed) => drawSplit(dataset, cut.rows, randomFrom(seed), mostRows));
  const [{ train: { y } }] = splits as [Split];
  const shots = await shotsOf(y, cut);
  return {
    ...{ dataset, cut, seeds, splits, shots },
    testRows: await testRowsOf(splits[0]!, shots),
    epochs: epochs ?? Math.max(1, Math.round(steps / Math.ceil(y.length / BATCH_SIZE))),
  };
}

/** Trains and scores a way on all splits; `say` hears of each run. */
export async function compareWay(
  way: Way,
  { dataset: { sigma }, cut, seeds, splits, shots, epochs }: Plan,
  say: (line: string) => void = () => {},
): Promise<Result> {
  const runs: Run[] = [];
  const sigmas: number[] = [];
  const name = way.held ? `Balanced MSE, ${sigma}` : way.name;
  for (const [k, split] of splits.entries()) {
    const start = performance.now();
    const seed = seeds[k]!;
    const outcome = await runWay(way, split, { epochs, seed, bins: cut.weights, sigma });
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
