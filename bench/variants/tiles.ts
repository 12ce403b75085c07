/**
 * Which tiles and splits does this adapter want? The direct pass by variants of
 * src/kernels/log_mass/tile.ts.
 *
 *     deno run --allow-sys=cpus bench/variants/tiles.ts
 *
 * In every shape it starts from the default and varies one property after the other, keeping what
 * is faster. It takes 100 s at most, whatever the adapter: shapes that come last may see fewer
 * variants.
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import type { LogMassInputs } from "../../src/kernels/log_mass/contract.ts";
import { planOf } from "../../src/kernels/log_mass/plan.ts";
import { type Adapter, type Tile, tileOf, wideTile } from "../../src/kernels/log_mass/tile.ts";
import { directPass } from "../../src/kernels/log_mass/webgpu_direct.ts";
import { environment, webgpu } from "../support/adapter.ts";
import { digits } from "../support/format.ts";
import { roofline } from "../support/roofline.ts";

const BUDGET_MS = 100_000;
/** What a readback costs in Deno, at least. */
const READ_MS = 11;
const SAMPLE_MS = 60;
const SAMPLES = 3;
/** How far a statistic may be from the default's, relatively or, below 1, absolutely. */
const AGREEMENT = 1e-4;

const THREADS = [2 ** 16, 2 ** 18, 2 ** 20];
const SPANS = [256, 512, 1024];

/**
 * Milliseconds a run of `enqueue`, the least of some samples; the first run, which compiles, is not
 * timed.
 */
async function least(enqueue: () => tf.TensorInfo): Promise<number> {
  const elapsed = async (times: number) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) {
      const result = tf.engine().makeTensorFromTensorInfo(enqueue());
      if (i === times - 1) {
        // One number, in the queue's order behind all of the work.
        const flat = tf.tidy(() => tf.slice(tf.reshape(result, [result.size]), [0], [1]));
        await flat.data();
        flat.dispose();
      }
      result.dispose();
    }
    return performance.now() - start;
  };
  await elapsed(1);
  const once = Math.max(await elapsed(1) - READ_MS, 0.05);
  const times = Math.min(200, Math.max(1, Math.round(SAMPLE_MS / once)));
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) samples.push(await elapsed(times) / times);
  return Math.min(...samples);
}

function worst(found: Float32Array, expected: Float32Array): number {
  let worst = 0;
  expected.forEach((value, i) => {
    const error = Math.abs(found[i]! - value) / (1 + Math.abs(value));
    if (!(error <= worst)) worst = error; // NaN is the worst of all
  });
  return worst;
}

function describe({ wide, quads, columns, workgroup, threads, leastSpan }: Tile, splits: number) {
  const shape = wide ? "wide" : `quads ${quads}, columns ${columns}, workgroup ${workgroup}`;
  return `${shape}, threads ${threads}, span ${leastSpan}: splits ${splits}`;
}

/** The values of one property to try, on top of the best so far. */
type Axis = (best: Tile) => Tile[];

function axes(dim: number, adapter: Adapter): Axis[] {
  const own = tileOf({ dim: 16, noiseDim: 1 }, "points", adapter);
  return [
    () => [
      ...(dim <= 48 ? [{ ...own, quads: 1, columns: dim <= 16 ? 4 : 1 }] : []),
      ...(dim >= 7 ? [wideTile(dim, adapter.software)] : []),
    ],
    (best) => THREADS.map((threads) => ({ ...best, threads })),
    (best) => SPANS.map((leastSpan) => ({ ...best, leastSpan })),
    ...[
      (best: Tile) =>
        [1, 2, 4, 8, 16].filter((columns) => columns * dim >= 4 && columns * dim <= 64)
          .map((columns) => ({ ...best, columns })),
      (best: Tile) =>
        [1, 2, 4].filter((quads) => quads * dim <= 16).map((quads) => ({ ...best, quads })),
      (best: Tile) => [32, 64, 128, 256].map((workgroup) => ({ ...best, workgroup })),
    ].map((axis) => (best: Tile) => best.wide ? [] : axis(best)),
  ];
}

/** Times variants of one shape until `deadline`. */
async function shape(backend: WebGPUBackend, dim: number, size: number, deadline: number) {
  const normal = () => tf.randomNormal([size, dim]);
  const inputs: LogMassInputs<tf.Tensor> = {
    pred: normal(),
    target: normal(),
    noiseVar: tf.scalar(dim),
    center: normal(),
  };
  const adapter = { software: backend.device.adapterInfo.isFallbackAdapter };
  const problem = { rows: size, columns: size, dim, noiseDim: 1 };
  const tried = new Map<string, number>();
  let expected: Float32Array | undefined;
  const limit = await limitOf(backend, dim, adapter.software);
  console.log(`\nD = ${dim}, N = M = ${size}, roofline ${digits(limit)} ns a pair`);

  const run = async (tile: Tile): Promise<number> => {
    const plan = planOf(problem, tile);
    const name = describe(tile, plan.splits);
    const pass = () => directPass(backend, inputs, adapter, "joint", tile, plan);
    if (tried.has(name)) return tried.get(name)!;
    const start = performance.now();
    // A dispatch that fails leaves an older result where it would have written.
    backend.device.pushErrorScope("validation");
    const stats = tf.engine().makeTensorFromTensorInfo(pass());
    const found = await stats.data<"float32">();
    stats.dispose();
    const refused = await backend.device.popErrorScope();
    const compiled = performance.now() - start;
    const error = expected ? worst(found, expected) : 0;
    expected ??= found;
    const wrong = refused !== null || !(error <= AGREEMENT);
    const ns = wrong ? Infinity : await least(pass) * 1e6 / size ** 2;
    if (refused) console.log(`  ${refused.message.slice(0, 200)}`);
    tried.set(name, ns);
    const verdict = wrong ? "WRONG" : `${digits(ns)} ns, ${digits(ns / limit)} roofs`;
    console.log(`  ${verdict}, first ${compiled.toFixed(0)} ms, error ${digits(error)} | ${name}`);
    return ns;
  };
  let best = tileOf(problem, "points", adapter);
  let time = await run(best);
  for (const axis of axes(dim, adapter)) {
    const start = best;
    for (const tile of axis(start)) {
      if (performance.now() > deadline) break;
      const ns = await run(tile);
      if (ns < time) [best, time] = [tile, ns];
    }
  }
  const [name, ns] = [...tried].reduce((a, b) => b[1] < a[1] ? b : a);
  console.log(`  best ${digits(ns)} ns, ${digits(ns / limit)} roofs | ${name}`);
  tf.dispose(Object.values(inputs));
}

const limits = new Map<number, number>();

/** The roofline of a body of `dim` dimensions, nanoseconds a pair, where threads are many. */
async function limitOf(backend: WebGPUBackend, dim: number, software: boolean): Promise<number> {
  const start = tf.tensor1d([0.1, 0.2, 0.3, 0.4, 0.5, 1e-4]);
  const size = software ? 1024 : 65536;
  if (!limits.has(dim)) {
    limits.set(dim, await least(() => roofline(backend, start, size, dim)) * 1e6 / size ** 2);
  }
  start.dispose();
  return limits.get(dim)!;
}

const backend = await webgpu();
const software = backend.device.adapterInfo.isFallbackAdapter;
const sizes = software ? [512, 1024, 4096] : [4096, 16384, 65536];
const shapes = [1, 3, 7, 16, 24, 32, 48, 72, 216, 1024].flatMap((dim) =>
  sizes.filter((size) => size < sizes[2]! || dim <= 3).map((size) => [dim, size] as const)
);
console.log(environment(backend, "bench/variants/tiles.ts").join("\n"));
const begin = performance.now();
for (const [n, [dim, size]] of shapes.entries()) {
  const now = performance.now();
  const left = BUDGET_MS - (now - begin);
  await shape(backend, dim, size, now + left / (shapes.length - n));
}
