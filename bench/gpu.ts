/**
 * What does a real GPU give? The direct method by dimensions beside the card's own limit, where the linear method wins, what a
 * small step costs.
 *
 * Writes bench/gpu.md; `bash bench/gpu/prepare.sh gpu` carries it to a machine with a GPU. Some 90 s.
 */
import * as tf from "@tensorflow/tfjs";
import { environment, webgpu } from "./support/adapter.ts";
import { dispatches } from "./support/count.ts";
import { digits, format } from "./support/format.ts";
import { roofline } from "./support/roofline.ts";
import { time, type Timing } from "./support/time.ts";
import { bmcBy, lossAndGradient } from "./support/work.ts";

/** Milliseconds a sample: short, since minutes on a GPU are few. */
const SAMPLE_MS = 120;
const RESULTS = new URL("gpu.md", import.meta.url);

const backend = await webgpu();
const software = backend.device.adapterInfo.isFallbackAdapter === true;
/** A software adapter only shows that the bench runs. */
const cut = software ? 64 : 1;

/** Dimensions, and rows and columns that fill a GPU. */
const DIMS = [
  [1, 65536],
  [2, 65536],
  [3, 65536],
  [7, 32768],
  [16, 16384],
  [24, 16384],
  [72, 16384],
  [216, 8192],
] as const;
const SIZES = [256, 1024, 4096, 16384, 32768, 65536, 131072, 262144, 1048576, 4194304, 16777216];
const MOST_DIRECT = 262144;
const FEW = [[256, 1], [256, 3], [1024, 16], [4096, 3], [4096, 16], [16384, 3], [
  16384,
  16,
]] as const;

const lines: string[] = [];
function write(...more: string[]): void {
  lines.push(...more);
  console.log(more.join("\n"));
}

const normal = (rows: number, dim: number) => tf.randomNormal([rows, dim]) as tf.Tensor2D;

/** Loss and gradient of pred, by a method, of rows that are drawn for it. */
async function timed(method: "direct" | "linear", rows: number, dim: number): Promise<Timing> {
  const [pred, target] = [normal(rows, dim), normal(rows, dim)];
  const timing = await time(lossAndGradient(bmcBy(method, 1), pred, target), SAMPLE_MS);
  tf.dispose([pred, target]);
  return timing;
}

write(
  "# On a real GPU",
  "",
  ...environment(backend, "bash bench/gpu/prepare.sh gpu, there bash .gpu/run.sh bench gpu"),
  "- bmcLoss, loss and gradient of pred; predictions and labels normal with deviation 1, noise variance 1; median",
  `  (least–most) of 5 samples of ${SAMPLE_MS} ms, repetitions enqueued and read once`,
  "",
  "## The direct method by dimensions",
  "",
  "Roofline: what the card takes for the arithmetic of a pair alone, in the same run: difference, square, one sum and one",
  "accumulation a dimension, exp2 and mass, no memory. The host's part of a call is in the first, not in the second.",
  "",
  "| D | N = M | ms | ns a pair | roofline, ns a pair | pass / roofline |",
  "|--:|--:|--:|--:|--:|--:|",
);
const start = tf.tensor1d([0.1, 0.2, 0.3, 0.4, 0.5, 1e-4]);
for (const [dim, whole] of DIMS) {
  const size = whole / cut;
  const pass = await timed("direct", size, dim);
  const limit = await time(() => roofline(backend, start, size, dim), SAMPLE_MS);
  const [ns, least] = [pass, limit].map(({ median }) => median * 1e6 / size ** 2) as [
    number,
    number,
  ];
  const cells = [
    dim,
    size,
    format(pass),
    ns.toPrecision(3),
    least.toPrecision(3),
    digits(ns / least),
  ];
  write(`| ${cells.join(" | ")} |`);
}

write(
  "",
  "## Where the linear method wins, ms",
  "",
  "One dimension. The choice by itself is `auto`'s.",
  "",
  "| N = M | direct | linear | direct / linear |",
  "|--:|--:|--:|--:|",
);
for (const size of SIZES) {
  if (size > 16777216 / cut) break;
  const direct = size <= MOST_DIRECT / cut ? await timed("direct", size, 1) : undefined;
  const linear = size >= 4096 ? await timed("linear", size, 1) : undefined;
  const cells = [
    size,
    direct ? format(direct) : "–",
    linear ? format(linear) : "–",
    direct && linear ? digits(direct.median / linear.median) : "–",
  ];
  write(`| ${cells.join(" | ")} |`);
}

write(
  "",
  "## Small steps and several dimensions, ms",
  "",
  "Dispatches: those of loss and gradient. A dispatch costs the host some 0.1 ms, whatever it computes.",
  "",
  "| N = M | D | direct | dispatches |",
  "|--:|--:|--:|--:|",
);
for (const [rows, dim] of FEW) {
  const [pred, target] = [normal(rows, dim), normal(rows, dim)];
  const work = lossAndGradient(bmcBy("direct", 1), pred, target);
  work().dispose();
  const count = dispatches(backend, () => work().dispose());
  const timing = await time(work, SAMPLE_MS);
  write(`| ${[rows, dim, format(timing), count].join(" | ")} |`);
  tf.dispose([pred, target]);
}
write("");
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
