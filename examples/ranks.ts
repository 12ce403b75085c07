/**
 * The synthetic benchmark on several ranks, and on one: the lines are the same.
 *
 *     deno task ranks
 *     mpirun -n 4 deno run --allow-ffi --allow-env examples/ranks.ts
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Group } from "@balanced/mse";
import { mpiGroup } from "@balanced/mse/mpi";
import { alignedTable } from "./support/aligned_table.ts";
import { Flags } from "./support/flags.ts";
import { runCommand } from "./support/run_command.ts";
import { type Result, runCriterion } from "./synthetic/benchmark.ts";
import { CRITERIA } from "./synthetic/criteria.ts";
import { drawDataset } from "./synthetic/data.ts";
import { labelDistribution } from "./synthetic/distributions.ts";
import { randomFrom } from "./synthetic/random.ts";

/** Means over rows, as a loss on ranks has to be; re-weighting weighs within its batch. */
const IDS = ["mse", "bmc", "bmc-learnable", "gai"];
const SEED = 1;
const HELP = `The synthetic benchmark on the ranks that MPI has launched, and on one of them alone.

  deno task ranks [--epochs=50]
  mpirun -n 4 deno run --allow-ffi --allow-env examples/ranks.ts [--epochs=50]`;

interface Options {
  readonly epochs: number;
  readonly help: boolean;
}

function parseOptions(args: readonly string[]): Options {
  const command = { action: "run the ranks", values: ["epochs"], switches: ["help"] };
  const flags = new Flags(args, command);
  return { epochs: flags.integer("epochs", 1, 1e6) ?? 50, help: flags.has("help") };
}

/** Sums of float32 in another order differ by so little. */
const SAME = 1e-5;

async function main({ epochs }: Options): Promise<void> {
  tf.enableProdMode();
  await tf.setBackend("cpu"); // so small a model gains nothing from a GPU, and less from two
  const group = await mpiGroup();
  const together = await results(epochs, group);
  const alone = group.rank === 0 ? await results(epochs) : [];
  await group.close(); // the others wait here
  if (group.rank > 0) return;
  const { size, engine } = group;
  console.log(
    `${size} ${size === 1 ? "rank" : "ranks"}, engine ${engine}; ${epochs} epochs of 4 steps`,
  );
  const rows = together.map((result, k) => [
    result.criterion.name,
    line(result),
    line(alone[k]!),
    difference(result, alone[k]!).toExponential(1),
    result.stepsPerSecond.toFixed(0),
    alone[k]!.stepsPerSecond.toFixed(0),
  ]);
  const head = ["criterion", "line", "of one rank", "difference", "steps a second", "of one rank"];
  console.log(`\n${alignedTable([head, ...rows])}\n`);
  const worst = Math.max(...together.map((result, k) => difference(result, alone[k]!)));
  if (!(worst < SAME)) throw new Error(`The lines differ by ${worst}`);
  console.log(`The lines are those of one rank, up to ${SAME}.`);
}

async function results(epochs: number, group?: Group): Promise<Result[]> {
  const dataset = drawDataset(labelDistribution(1, "normal", "high"), randomFrom(SEED));
  const options = { epochs, seed: SEED, progress: false, ...(group && { group }) };
  const found: Result[] = [];
  for (const criterion of CRITERIA.filter(({ id }) => IDS.includes(id))) {
    found.push(await runCriterion(criterion, dataset, options));
  }
  return found;
}

function line({ weight, bias }: Result): string {
  return `${weight[0]!.toFixed(5)} x ${bias[0]! < 0 ? "-" : "+"} ${Math.abs(bias[0]!).toFixed(5)}`;
}

function difference(one: Result, other: Result): number {
  return Math.max(
    Math.abs(one.weight[0]! - other.weight[0]!),
    Math.abs(one.bias[0]! - other.bias[0]!),
  );
}

if (import.meta.main) await runCommand(HELP, parseOptions, main);
