/**
 * The synthetic benchmark of the paper: what MSE, re-weighting and Balanced MSE learn from
 * imbalanced labels.
 *
 *     deno run --allow-write=out examples/synthetic.ts --help
 *
 * @see Ren et al., Balanced MSE for Imbalanced Visual Regression, CVPR 2022, section 4.1.
 *
 * @module
 */
import { useBackend } from "./support/backend.ts";
import { OptionError } from "./support/option_error.ts";
import { runCommand } from "./support/run_command.ts";
import { SYNTHETIC } from "./synthetic/backend.ts";
import { type Result, runCriterion } from "./synthetic/benchmark.ts";
import { drawDataset } from "./synthetic/data.ts";
import { labelDistribution } from "./synthetic/distributions.ts";
import { missingPermissions, writeFigure } from "./synthetic/figure.ts";
import { HELP, type Options, parseOptions, QUICK_EPOCHS } from "./synthetic/options.ts";
import { randomFrom } from "./synthetic/random.ts";
import { resultsTable } from "./synthetic/table.ts";

/**
 * Runs the benchmark. What is said along the way goes to standard error, the result to standard
 * output.
 */
async function main(options: Options): Promise<void> {
  const { dim, dist, imbalance, seed, epochs, out } = options;
  const missing = await missingPermissions(out);
  const command = ["deno run", ...missing, "examples/synthetic.ts", ...Deno.args].join(" ");
  if (missing.length > 0 && options.outGiven) {
    throw new OptionError(`Cannot write ${out} without ${missing.join(" ")}: run ${command}`);
  }
  const start = performance.now();
  const { backend, adapter, reason } = await useBackend(options.backend, SYNTHETIC);
  console.error(`Backend ${backend}: ${reason}.`);
  if (epochs < QUICK_EPOCHS) {
    console.error(
      `Do not judge by ${epochs} epochs: the lines are still on their way (--quick takes ` +
        `${QUICK_EPOCHS}).`,
    );
  }
  const dataset = drawDataset(labelDistribution(dim, dist, imbalance), randomFrom(seed));
  const results: Result[] = [];
  for (const criterion of options.criteria) {
    console.error(`${criterion.name}: ${epochs} epochs`);
    results.push(await runCriterion(criterion, dataset, options));
  }
  const seconds = (performance.now() - start) / 1000;

  if (options.json) {
    const criteria = results.map(({ criterion: { name }, testMse, seconds }) => (
      { name, testMse, seconds }
    ));
    const report = { dim, dist, imbalance, seed, backend, adapter, epochs, seconds, criteria };
    console.log(JSON.stringify(report));
  } else {
    console.log(`\n${resultsTable(results)}\n\n${seconds.toFixed(1)} s in all, on ${backend}.`);
  }
  if (missing.length > 0) {
    console.error(`No figure, as writing is not allowed; to get it: ${command}`);
  } else {
    try {
      await writeFigure(out, dataset, results);
    } catch (error) {
      throw new OptionError(`Cannot write ${out}: ${(error as Error).message}`);
    }
    console.error(`Figure: ${out}`);
  }
}

if (import.meta.main) await runCommand(HELP, parseOptions, main);
