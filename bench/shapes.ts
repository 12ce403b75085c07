/**
 * How close is the direct method to the adapter's limit, in which shapes? Dimensions, few rows or columns, long work.
 *
 * Writes bench/shapes.md.
 */
import * as tf from "@tensorflow/tfjs";
import { balancedMse, bmcLoss } from "../mod.ts";
import { environment, webgpu } from "./support/adapter.ts";
import { dispatched, submits } from "./support/count.ts";
import { digits, format } from "./support/format.ts";
import { longestGap } from "./support/gap.ts";
import { roofline } from "./support/roofline.ts";
import { time, type Timing } from "./support/time.ts";
import { bmcBy, lossAndGradient } from "./support/work.ts";

/** Dimensions, and rows and columns that take some 0.1 s. */
const DIMS = [[1, 16384], [2, 16384], [3, 16384], [7, 8192], [16, 4096], [72, 2048]] as const;
/** Rows and columns in one dimension: the square first. */
const SHAPES = [[2048, 2048], [64, 65536], [65536, 64], [1024, 1048576]] as const;
const LONG = { size: 262144, dim: 3 };
const RESULTS = new URL("shapes.md", import.meta.url);

type Loss = (pred: tf.Tensor, noiseVar: tf.Tensor) => tf.Tensor;

/** The gradient of noise, which a GPU has, in its queue's order, once it has the loss and the gradient of pred. */
function lossAndGradients(loss: Loss, pred: tf.Tensor, noiseVar: tf.Tensor): () => tf.Tensor {
  const gradients = tf.grads(loss as (...args: tf.Tensor[]) => tf.Tensor);
  return () => tf.tidy(() => gradients([pred, noiseVar])[1]!);
}

/** Nanoseconds a pair. */
function perPair({ median, least, most }: Timing, pairs: number) {
  const scale = 1e6 / pairs;
  return { median: median * scale, least: least * scale, most: most * scale };
}

/** Appends to the results, and shows it. */
function write(...more: string[]): void {
  lines.push(...more);
  console.log(more.join("\n"));
}

const backend = await webgpu();
const lines: string[] = [];
const noiseVar = tf.scalar(1);
write(
  "# The direct method by shape",
  "",
  ...environment(backend, "deno task bench:shapes"),
  "- predictions and labels normal with deviation 1, noise variance 1; median (least–most) of 5 samples (3 above 2 s),",
  "  repetitions enqueued and read once",
  "",
  "## Dimensions",
  "",
  "bmcLoss, loss and gradients of pred and noise, beside the roofline of its loop body in the same run: difference,",
  "square, one sum and one accumulation a dimension, exp2 and mass, no memory. A pair takes 2 D + 1 multiply-adds: a square",
  "and an accumulation a dimension, and the mass.",
  "",
  "| D | N = M | ns a pair | roofline, ns a pair | pass / roofline | ns a multiply-add | times that of D = 1 |",
  "|--:|--:|--:|--:|--:|--:|--:|",
);
const start = tf.tensor1d([0.1, 0.2, 0.3, 0.4, 0.5, 1e-4]);
let first: number | undefined;
for (const [dim, size] of DIMS) {
  const [pred, target] = [tf.randomNormal([size, dim]), tf.randomNormal([size, dim])];
  const loss: Loss = (p, s) => bmcLoss(p, target, s, { method: "direct" });
  const pairs = size ** 2;
  const pass = perPair(await time(lossAndGradients(loss, pred, noiseVar)), pairs);
  const limit = perPair(await time(() => roofline(backend, start, size, dim)), pairs);
  const perMultiplyAdd = pass.median / (2 * dim + 1);
  first ??= perMultiplyAdd;
  const cells = [
    dim,
    size,
    format(pass),
    format(limit),
    digits(pass.median / limit.median),
    digits(perMultiplyAdd),
    digits(perMultiplyAdd / first),
  ];
  write(`| ${cells.join(" | ")} |`);
  tf.dispose([pred, target]);
}

write(
  "",
  "## Few rows, few columns",
  "",
  "balancedMse with a prior of M labels, D = 1, loss and gradients of pred and noise: no more than the pass, its reduction and",
  "its gradients, where bmcLoss with a reference sample would also add each row's own label.",
  "",
  "| rows | columns | milliseconds | ns a pair | times that of the square |",
  "|--:|--:|--:|--:|--:|",
);
let square: number | undefined;
for (const [rows, columns] of SHAPES) {
  const [pred, target] = [tf.randomNormal([rows]), tf.randomNormal([rows])];
  const center = tf.randomNormal([columns]);
  const loss: Loss = (p, s) => balancedMse(p, target, s, { center }, { method: "direct" });
  const timing = await time(lossAndGradients(loss, pred, noiseVar));
  const pair = perPair(timing, rows * columns);
  square ??= pair.median;
  const cells = [rows, columns, format(timing), format(pair), digits(pair.median / square)];
  write(`| ${cells.join(" | ")} |`);
  tf.dispose([pred, target, center]);
}

const { size, dim } = LONG;
write(
  "",
  "## Long work",
  "",
  `bmcLoss, N = M = ${size}, D = ${dim}, loss and gradient of pred, one run. Dispatches: of them those of the pass, which do`,
  "the work. Enqueuing: until the call returns, without the result; of it what submits take, where the driver waits for",
  "the submit before. Gap: the longest between two ticks of a timer of 5 ms, from the call to the result.",
  "",
  "| seconds | dispatches | of the pass | ms a dispatch of the pass | enqueuing, ms | in submits, ms | longest submit, ms | longest gap, ms |",
  "|--:|--:|--:|--:|--:|--:|--:|--:|",
);
const normal = (rows: number) => tf.randomNormal([rows, dim]) as tf.Tensor2D;
const direct = bmcBy("direct", 1);
await time(lossAndGradient(direct, normal(4096), normal(4096))); // compiles
const work = lossAndGradient(direct, normal(size), normal(size));
let keys: string[] = [];
let waits: number[] = [];
let [enqueuing, elapsed] = [0, 0];
const gap = await longestGap(async () => {
  const begin = performance.now();
  let gradient: tf.Tensor | undefined;
  const call = () => gradient = work();
  keys = dispatched(backend, () => waits = submits(backend, call));
  enqueuing = performance.now() - begin;
  await gradient!.data();
  elapsed = performance.now() - begin;
});
const ofPass = keys.filter((key) => key.startsWith("log_mass_points")).length;
const cells = [
  digits(elapsed / 1000),
  keys.length,
  ofPass,
  digits(elapsed / ofPass),
  digits(enqueuing),
  digits(waits.reduce((sum, wait) => sum + wait)),
  digits(Math.max(...waits)),
  digits(gap),
];
write(`| ${cells.join(" | ")} |`, "");
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
