/**
 * The tutorial's comparison on real tables: plain L1, three ways of re-weighting and Balanced MSE.
 *
 *     deno run --allow-read --allow-write=out examples/housing.ts --help
 *
 * `docs/tutorial.md` explains it step by step.
 *
 * @module
 */
import { useBackend } from "./housing/backend.ts";
import { compareWay, type Plan, planFor, type Result } from "./housing/compare.ts";
import { costText, secondsOf } from "./housing/cost.ts";
import { loadDataset } from "./housing/datasets.ts";
import { renderFigure, round, writeFigure } from "./housing/figure.ts";
import { HELP, type Options, parseOptions } from "./housing/options.ts";
import type { Split } from "./housing/split.ts";
import { scoresTable } from "./housing/table.ts";
import { waysFor } from "./housing/ways.ts";
import { OptionError } from "./support/option_error.ts";
import { runCommand } from "./support/run_command.ts";
import { missingPermissions } from "./synthetic/figure.ts";

/**
 * Runs the comparison. What is said along the way goes to standard error, the result to standard
 * output.
 */
async function main(options: Options): Promise<void> {
  const { out } = options;
  const missing = await missingPermissions(out);
  const flags = new Set(["--allow-read", ...missing]);
  const command = ["deno run", ...flags, "examples/housing.ts", ...Deno.args].join(" ");
  if (missing.length > 0 && options.outGiven) {
    throw new OptionError(`Cannot write ${out} without ${missing.join(" ")}: run ${command}`);
  }
  const dataset = await loadDataset(options.source, options.changes);
  const ways = waysFor(options.ways, dataset.sigma);
  const seeds = Array.from({ length: options.seeds }, (_, k) => options.seed + k);
  const start = performance.now();
  const plan = await planFor(dataset, { ...options, seeds });
  sayPlan(plan);
  const { backend, adapter } = await useBackend(options.backend);
  const seconds = await secondsOf(plan, ways);
  console.error(`On ${adapter ?? backend}: ${costText(plan, ways.length, seconds)}`);
  const results: Result[] = [];
  for (const way of ways) results.push(await compareWay(way, plan, console.error));
  const took = (performance.now() - start) / 1000;

  console.log(
    options.json
      ? JSON.stringify({
        ...summary(plan),
        ...{ backend, adapter, seconds: took, ways: results.map(brief) },
      })
      : `\n${tableOf(plan, results)}\n\n${took.toFixed(1)} s in all, on ${backend}.`,
  );
  if (missing.length > 0) {
    console.error(`No figure, as writing is not allowed; to get it: ${command}`);
    return;
  }
  try {
    await writeFigure(out, await renderFigure(results, { ...dataset, per: plan.shots.per }));
  } catch (error) {
    throw new OptionError(`Cannot write ${out}: ${(error as Error).message}`);
  }
  console.error(`Figure: ${out}`);
}

/** Says what was read, drawn and left out. */
function sayPlan({ dataset, cut, splits, testRows }: Plan): void {
  const { name, table: { y, features, notes }, binWidth, perBin } = dataset;
  const [{ train, test, constant }] = splits as [Split];
  const bins = binWidth === undefined
    ? `${cut.rows.length} bins, of equal count where labels crowd, of equal width where rare`
    : `${cut.rows.length} bins ${binWidth} wide, those of few rows joined`;
  console.error(
    `${name}: ${y.length} rows, ${features.length} features; ${train.y.length} for training, ` +
      `${test.y.length} each for validation and test, ${perBin} from each of ${bins}.`,
  );
  const { many, medium, few } = testRows;
  console.error(`Test rows by shot: many ${many}, medium ${medium}, few ${few}.`);
  const left = y.length - train.y.length - 2 * test.y.length;
  if (left > 0) console.error(`Left out by --quick: ${left} rows for training.`);
  for (const note of notes) console.error(note);
  if (constant.length > 0) console.error(`Of no use, as constant: ${constant.join(", ")}.`);
}

/** The plan as JSON. */
function summary({ dataset, cut, splits, seeds, shots, testRows, epochs }: Plan) {
  const { name, target, unit, table, binWidth, perBin, sigma } = dataset;
  const [{ train, test }] = splits as [Split];
  return {
    ...{ data: name, target, unit, rows: table.y.length, features: table.features },
    ...{ trainRows: train.y.length, testRows: test.y.length, testRowsByShot: testRows },
    ...{ binWidth, edges: cut.shots.edges, perBin },
    ...{ manyAbove: shots.many, fewBelow: shots.few, labelsPer: shots.per },
    ...{ sigma, seeds, epochs },
  };
}

/** A way as JSON. */
function brief({ id, name, scores, sigmas }: Result) {
  return { id, name, scores, sigmas };
}

function tableOf({ dataset: { target, unit }, seeds, shots }: Plan, results: Result[]): string {
  const bin = shots.per === undefined ? "a bin" : `in a range of ${round(shots.per)}`;
  const over = `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}`;
  return `Errors of ${target}${unit ? ` (${unit})` : ""}, mean ± deviation over ${over}.\n` +
    `many: more than ${shots.many} training labels ${bin}; few: fewer than ${shots.few}.\n\n` +
    scoresTable(results);
}

if (import.meta.main) await runCommand(HELP, parseOptions, main);
