/**
 * How do time and memory grow with the batch? Ours by every method, tfjs composed and PyTorch, from 256 to 1,048,576.
 *
 * Writes bench/growth.md and, from the same numbers, bench/growth.svg.
 */
import * as tf from "@tensorflow/tfjs";
import { renderSpec } from "../examples/synthetic/figure.ts";
import type { PeerResult } from "./peers/batch.ts";
import { runProgram } from "./peers/program.ts";
import { environment, peakBytes, webgpu } from "./support/adapter.ts";
import { composedBmc } from "./support/composed.ts";
import { digits, format } from "./support/format.ts";
import { type Curve, figureGrowth, type Point } from "./support/figure_growth.ts";
import {
  AGREEMENT,
  agrees,
  batchOf,
  type Loss,
  measure,
  normalBatch,
  type Values,
  valuesOf,
} from "./support/measure.ts";
import { roofline } from "./support/roofline.ts";
import { repeat, time } from "./support/time.ts";
import { bmcBy, lossAndGradient } from "./support/work.ts";

const SIZES = Array.from({ length: 13 }, (_, k) => 256 << k);
const NOISE_VAR = 1;
/** PyTorch's share of the peak, 5 matrices of N x N, in a heap that keeps what is freed. */
const TORCH_MATRICES = 16;
const ROOFLINE_SIZE = 16384;
/** A size at which a call is likely to take longer is not tried: it is called four times. */
const MOST_MS = 5000;
const PATIENCE_MS = 120_000;
/** Resident memory below this hides in what a process holds anyway. */
const LEAST_RESIDENT = 16 * 2 ** 20;
const PYTHON = "/usr/bin/python3";
const RESULTS = new URL("growth.md", import.meta.url);
const FIGURE = new URL("growth.svg", import.meta.url);

const backend = await webgpu();
const limit = backend.device.limits.maxStorageBufferBindingSize;
const binding = `${limit / 2 ** 20} MiB a binding`;

/** What our linear method gives, by size. */
type Own = Map<number, Values>;

/** Times a loss at one size after the other, until that takes too long. */
async function grow(name: "webgpu" | "cpu", loss: Loss, sizes = SIZES): Promise<PeerResult[]> {
  await tf.setBackend(name);
  const results: PeerResult[] = [];
  const first = normalBatch(sizes[0]!);
  await repeat(lossAndGradient(loss, first.pred, first.target), 50); // compiles, also in the JavaScript engine
  tf.dispose([first.pred, first.target]);
  for (const size of sizes) {
    const [last, before] = [results.at(-1), results.at(-2)];
    if (last && before && last.median ** 2 / before.median > MOST_MS) break;
    const batch = normalBatch(size);
    const result = await measure(loss, batch);
    if (name === "webgpu") {
      const work = lossAndGradient(loss, batch.pred, batch.target);
      result.bytes = await peakBytes(backend, () => repeat(work, 1));
    }
    tf.dispose([batch.pred, batch.target]);
    results.push(result);
    console.log(name, size, format(result), result.bytes ?? "");
  }
  return results;
}

/** Adds the bytes that a program tells of the sizes, as far as they can be told. */
async function addBytes(results: PeerResult[], program: string, args: string[]): Promise<void> {
  const { lines, reason } = await runProgram(program, args, { patienceMs: PATIENCE_MS });
  if (lines.length === 0) console.warn(`No memory by ${args.join(" ")}: ${reason}`);
  for (const { size, bytes } of lines as unknown as { size: number; bytes: number }[]) {
    const result = results.find((result) => result.size === size);
    if (result && bytes >= LEAST_RESIDENT) result.bytes = bytes;
  }
}

async function cpu(): Promise<PeerResult[]> {
  const results = await grow("cpu", bmcBy("auto", NOISE_VAR));
  const args = ["run", "--allow-all", "bench/support/cpu_memory.ts"];
  for (const { size } of results) await addBytes(results, Deno.execPath(), [...args, `${size}`]);
  return results;
}

/** PyTorch at the sizes that fit into the memory there is, and what it is or why it is not. */
async function torch(): Promise<{ results: PeerResult[]; about: string }> {
  const { available } = Deno.systemMemoryInfo();
  const sizes = SIZES.filter((size) => 4 * TORCH_MATRICES * size ** 2 <= available).map(String);
  const program = ["bench/peers/bmc_torch.py", ...sizes];
  const { lines: [header, ...lines], reason } = await runProgram(PYTHON, program, {
    patienceMs: PATIENCE_MS,
  });
  if (header === undefined) return { results: [], about: `did not run: ${reason}` };
  const results = lines as unknown as PeerResult[];
  await addBytes(results, PYTHON, [...program, "--memory"]);
  return { results, about: `${header.version}, ${header.threads} threads` };
}

/** Milliseconds a pair at the adapter's own limit. */
async function rooflinePair(): Promise<number> {
  await tf.setBackend("webgpu");
  const start = tf.tensor1d([0.1, 0.2, 0.3, 0.4, 1e-4, 0.5]);
  const { median } = await time(() => roofline(backend, start, ROOFLINE_SIZE, 1));
  start.dispose();
  return median / ROOFLINE_SIZE ** 2;
}

const linear = await grow("webgpu", bmcBy("linear", NOISE_VAR));
const direct = await grow("webgpu", bmcBy("direct", NOISE_VAR));
const pair = await rooflinePair();
const composed = await grow(
  "webgpu",
  (pred, target) => composedBmc(pred, target, NOISE_VAR),
  SIZES.filter((size) => 4 * size ** 2 <= limit),
);
const onCpu = await cpu();
const peer = await torch();

const wrong: string[] = [];
/** A curve without what differs from our linear method on the same batch: that is no result. */
function curve(name: string, color: string, results: PeerResult[], own: Own, more = {}): Curve {
  const points = results.filter((result) => agrees(result, own.get(result.size)!));
  wrong.push(...results.filter((r) => !points.includes(r)).map(({ size }) => `${name} at ${size}`));
  return { name, color, points, ...more };
}

await tf.setBackend("webgpu");
const own: Own = new Map(linear.map((result) => [result.size, result]));
const ownOfPeers: Own = new Map();
for (const { size } of peer.results) {
  const batch = batchOf(size);
  ownOfPeers.set(size, await valuesOf(bmcBy("linear", NOISE_VAR), batch));
  tf.dispose([batch.pred, batch.target]);
}
const curves = [
  curve("webgpu linear", "#0072B2", linear, own),
  curve("webgpu direct", "#0072B2", direct, own, { dash: [7, 4] }),
  curve("cpu", "#009E73", onCpu, own),
  curve("tfjs composed", "#D55E00", composed, own, { end: binding }),
  curve("PyTorch", "#CC79A7", peer.results, ownOfPeers),
].filter(({ points }) => points.length > 0);
const roof: Curve = {
  name: "roofline of all pairs",
  color: "#000000",
  dash: [2, 3],
  bound: true,
  points: SIZES.map((size) => ({ size, median: pair * size ** 2 })),
};

/** A table of the curves, a row a size. */
function table(columns: Curve[], text: (point: Point) => string): string[] {
  return [
    `| N | ${columns.map(({ name }) => name).join(" | ")} |`,
    `|--:|${columns.map(() => "--:|").join("")}`,
    ...SIZES.map((size) => {
      const points = columns.map(({ points }) => points.find((point) => point.size === size));
      return `| ${[size, ...points.map((point) => point ? text(point) : "–")].join(" | ")} |`;
    }),
  ];
}

const about = environment(backend, "deno task bench:growth");
const torchVersion = `PyTorch ${peer.about}`;
const { size: most, median } = linear.at(-1)!;
const lines = [
  "# Growth of time and memory",
  "",
  "![Time and memory against N, the table below as a picture](growth.svg)",
  "",
  ...about,
  `- ${torchVersion}`,
  "- BMC, loss and gradient of pred, one dimension, N = M, noise variance 1; labels and predictions normal with",
  "  deviation 1 (PyTorch: the formulas of peers/batch.ts; all pairs cost the same whatever the values are); cpu chooses",
  "  its method by itself, webgpu is told it",
  `- a curve ends where the next call is likely to take more than ${
    MOST_MS / 1000
  } s; that of tfjs composed where its N x N`,
  `  intermediates exceed the adapter's ${binding}; PyTorch's where its matrices might not fit into memory`,
  `- every result is within ${AGREEMENT} of webgpu linear's on the same batch, in loss and gradient` +
  (wrong.length > 0 ? `; left out as wrong: ${wrong.join(", ")}` : ""),
  `- roofline: the loop body alone, without memory, ${
    (pair * 1e6).toFixed(3)
  } ns a pair at N = ${ROOFLINE_SIZE}, times N x N`,
  "",
  "Milliseconds a call: the median of 5 samples (3 above 2 s), repetitions enqueued and read once.",
  "",
  ...table([...curves, roof], ({ median }) => digits(median)),
  "",
  "The most MiB in use at once, beyond the inputs. webgpu: GPU bytes. cpu and PyTorch: resident memory of a process of its",
  `own; –: below ${LEAST_RESIDENT / 2 ** 20} MiB, which hides in what a process holds anyway.`,
  "",
  ...table(curves, ({ bytes }) => bytes === undefined ? "–" : digits(bytes / 2 ** 20)),
  "",
];
console.log(lines.join("\n"));
Deno.writeTextFileSync(RESULTS, lines.join("\n"));

const spec = figureGrowth([...curves, roof], {
  title: `One dimension in linear time: ${most.toLocaleString("en")} labels in ` +
    `${(median / 1000).toPrecision(2)} s on webgpu`,
  subtitle: [
    "Balanced MSE (BMC) of N predictions and N labels, loss and gradient; memory: GPU bytes; of cpu and PyTorch, resident bytes",
    [
      ...about.map((line) => line.slice(2).replaceAll("`", "")),
      ...(peer.results.length > 0 ? [torchVersion] : []),
    ].join("; "),
  ],
});
Deno.writeTextFileSync(FIGURE, await renderSpec(spec));
