/**
 * What do ranks gain, what does an exchange cost, and what do local steps lose?
 *
 * Two ranks of this machine by each MPI that is installed. Writes bench/ranks.md; with --quick it
 * takes tiny settings and writes nothing.
 */
import * as tf from "@tensorflow/tfjs";
import { cpus } from "node:os";
import { type Engine, engines, INSTALL } from "../scripts/support/mpi.ts";
import { localSteps, type Sharing } from "./ranks/local_steps.ts";

const QUICK = Deno.args.includes("--quick");
const [STEPS, BATCH, MOST] = QUICK ? [2, 4, 1e3] : [9, 64, 2.5e7];
const RANK = new URL("ranks/rank.ts", import.meta.url).pathname;
const RESULTS = new URL("ranks.md", import.meta.url);

async function run<T>(engine: Engine, ranks: number, args: string[]): Promise<T> {
  const [command, ...flags] = engine.launch(ranks);
  const program = ["run", "-q", "--allow-ffi", "--allow-env", RANK, ...args];
  const { success, stdout, stderr } = await new Deno.Command(command!, {
    args: [...flags, Deno.execPath(), ...program],
    // A software adapter takes all cores in each process: one thread a rank.
    env: { LP_NUM_THREADS: "1", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  const line = text.decode(stdout).split("\n").find((line) => line.startsWith("{"));
  return JSON.parse(line!) as T;
}

function say(...lines: string[]): void {
  for (const line of lines) {
    console.log(line);
    all.push(line);
  }
}

const found = await engines();
if (found.length === 0) throw new Error(`Cannot bench as there must be an MPI: run ${INSTALL}`);
const all: string[] = [];
say(
  "# Ranks",
  "",
  `- ${cpus().length} cores (${cpus()[0]?.model}), ${Deno.build.os} ${Deno.build.arch}`,
  `- Deno ${Deno.version.deno}, tfjs ${tf.version.tfjs}; ${
    found.map(({ name }) => name).join(", ")
  }`,
  `- ${new Date().toISOString().slice(0, 10)}, by \`deno task bench:ranks\``,
  "",
  "## Speed-up of two ranks",
  "",
  "A convolutional network, 64 pictures of 32 x 32 a step, all ranks together; milliseconds a step, median; readbacks a",
  "step. On webgpu a software adapter with one thread a rank.",
  "",
  "| engine | backend | weights | one rank | two ranks | speed-up | readbacks |",
  "|---|---|--:|--:|--:|--:|--:|",
);
for (const engine of found) {
  for (const backend of QUICK ? ["cpu"] : ["cpu", "webgpu"]) {
    type Steps = { ms: number; reads: number; weights: number };
    const args = ["train", backend, `${STEPS}`, `${BATCH}`];
    const [one, two] = [await run<Steps>(engine, 1, args), await run<Steps>(engine, 2, args)];
    const cells = [one.weights, one.ms.toFixed(0), two.ms.toFixed(0), (one.ms / two.ms).toFixed(2)];
    say(`| ${engine.name} | ${backend} | ${cells.join(" | ")} | ${two.reads} |`);
  }
}
say(
  "",
  "## A sum over two ranks",
  "",
  "`allReduceSum` with its agreement, by shared memory; milliseconds, median.",
  "",
  `| floats | ${found.map(({ name }) => name).join(" | ")} |`,
  `|--:|${found.map(() => "--:|").join("")}`,
);
const sums: Record<string, number>[] = [];
for (const engine of found) sums.push(await run(engine, 2, ["exchange", `${MOST}`]));
for (const size of Object.keys(sums[0]!)) {
  say(`| ${size} | ${sums.map((times) => times[size]!.toPrecision(2)).join(" | ")} |`);
}
say(
  "",
  "## Local steps",
  "",
  "The synthetic benchmark (one dimension, highly imbalanced normal labels, 32 rows a step, 12 epochs of 32 steps of BMC): mean",
  "squared error on uniform labels, mean of two seeds; no timing. `reference`: the prior is the training set's labels.",
  "",
  "| ranks | reference | shared steps | every 1 | 4 | 16 | 32 |",
  "|--:|---|--:|--:|--:|--:|--:|",
);
await tf.setBackend("cpu");
tf.enableProdMode();
for (const reference of [false, true]) {
  for (const ranks of QUICK ? [2] : [2, 4, 8]) {
    const sharings: Sharing[] = [undefined, ...QUICK ? [] : [1, 4, 16, 32]].map((every) => ({
      ...{ ranks, reference },
      ...(every !== undefined && { every }),
    }));
    const errors: string[] = [];
    for (const sharing of sharings) errors.push((await localSteps(sharing)).toPrecision(4));
    say(`| ${ranks} | ${reference ? "yes" : "no"} | ${errors.join(" | ")} |`);
  }
}
if (!QUICK) await Deno.writeTextFile(RESULTS, all.join("\n") + "\n");
