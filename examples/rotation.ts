/**
 * Visual regression on imbalanced labels: by how many degrees is a picture of Fashion-MNIST turned?
 *
 *     deno run --allow-read --allow-write=out examples/rotation.ts --help
 *
 * @see docs/rotation.md
 *
 * @module
 */
import { ROTATION } from "./rotation/backend.ts";
import { type Result, runCriterion } from "./rotation/benchmark.ts";
import { drawDataset } from "./rotation/data.ts";
import { readFashion } from "./rotation/fashion.ts";
import { figureRotation } from "./rotation/figure.ts";
import { HELP, type Options, parseOptions } from "./rotation/options.ts";
import { summarize } from "./rotation/summary.ts";
import { resultsTable } from "./rotation/table.ts";
import { useBackend } from "./support/backend.ts";
import { OptionError } from "./support/option_error.ts";
import { runCommand } from "./support/run_command.ts";
import { missingPermissions, renderSpec, writeSvg } from "./synthetic/figure.ts";

/**
 * Runs the benchmark. What is said along the way goes to standard error, the result to standard
 * output.
 */
async function main(options: Options): Promise<void> {
  const { seeds, criteria, epochs, out } = options;
  const missing = await missingPermissions(out);
  const command = ["deno run --allow-read", ...missing, "examples/rotation.ts", ...Deno.args]
    .join(" ");
  if (missing.length > 0 && options.outGiven) {
    throw new OptionError(`Cannot write ${out} without ${missing.join(" ")}: run ${command}`);
  }
  const start = performance.now();
  const fashion = await readFashion(options.data, options.garments);
  const { backend, adapter, reason } = await useBackend(options.backend, ROTATION);
  console.error(`Backend ${backend}: ${reason}.`);
  const results: Result[] = [];
  for (const seed of seeds) {
    const dataset = drawDataset(fashion, options, seed);
    for (const criterion of criteria) {
      console.error(`Seed ${seed}, ${criterion.name}: ${epochs} epochs`);
      results.push(await runCriterion(criterion, dataset, { epochs, seed }));
    }
  }
  const seconds = (performance.now() - start) / 1000;

  if (options.json) {
    console.log(JSON.stringify(reportOf(options, { backend, adapter, seconds }, results)));
  } else {
    console.log(`\n${resultsTable(summarize(results))}\n`);
    console.log(`${seeds.length} seed(s), ${seconds.toFixed(1)} s in all, on ${backend}.`);
  }
  if (missing.length > 0) {
    console.error(`No figure, as writing is not allowed; to get it: ${command}`);
  } else {
    const { test } = drawDataset(fashion, options, seeds[0]!);
    const { test: clean } = drawDataset(fashion, { ...options, grain: 0 }, seeds[0]!);
    const svg = await renderSpec(figureRotation(test, clean, results));
    try {
      await writeSvg(out, svg);
    } catch (error) {
      throw new OptionError(`Cannot write ${out}: ${(error as Error).message}`);
    }
    console.error(`Figure: ${out}`);
  }
}

/** The JSON object: what was run, on what, every run, and the means over the seeds. */
function reportOf(
  { garments, train, test, grain, epochs, seeds }: Options,
  run: { backend: string; adapter: string | null; seconds: number },
  results: readonly Result[],
) {
  return {
    ...{ garments, train, test, grain, epochs, seeds },
    ...run,
    criteria: summarize(results).map(({ criterion, ...summary }) => (
      { id: criterion.id, name: criterion.name, ...summary }
    )),
    runs: results.map(({ criterion, seed, mae, balancedMae, sigma, seconds, stepsPerSecond }) => (
      { id: criterion.id, seed, mae, balancedMae, sigma, seconds, stepsPerSecond }
    )),
  };
}

if (import.meta.main) await runCommand(HELP, parseOptions, main);
