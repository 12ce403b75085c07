/** Times work on a backend whose every read waits: many repetitions are enqueued, the last is read. */
import type * as tf from "@tensorflow/tfjs";

export interface Timing {
  /** Milliseconds a repetition: the median of the samples, their least and their most. */
  median: number;
  least: number;
  most: number;
  /** Repetitions a sample: the readback floor (11 ms in Deno) is spread over them. */
  repetitions: number;
}

const SAMPLES = 5;
/** Work that takes longer than SLOW_MS is sampled less often. */
const SLOW_SAMPLES = 3;
const SLOW_MS = 2000;
const SAMPLE_MS = 400;
/** Repetitions by which a sample's number of them is chosen. */
const TRIAL = 8;
/** The readback is then some 0.01 ms of a repetition; more would wait for the garbage collector. */
const MOST_REPETITIONS = 1000;

/** Runs `compute` some times and reads the last result. */
export async function repeat(compute: () => tf.Tensor, times: number): Promise<void> {
  for (let i = 1; i < times; i++) compute().dispose();
  const last = compute();
  await last.data();
  last.dispose();
}

/** Repetitions a sample, given the milliseconds that `times` repetitions and one readback take, and those `once` takes. */
export async function repetitionsOf(
  elapsed: (times: number) => Promise<number>,
  once: number,
  sampleMs = SAMPLE_MS,
): Promise<number> {
  if (once >= sampleMs) return 1;
  // By the difference of two runs, so that the readback does not pass for work.
  const work = Math.max((await elapsed(1 + TRIAL) - once) / TRIAL, sampleMs / MOST_REPETITIONS);
  return Math.ceil(sampleMs / work);
}

/** Times `compute`, whose result depends on all of its work; samples of `sampleMs` at least. */
export async function time(compute: () => tf.Tensor, sampleMs = SAMPLE_MS): Promise<Timing> {
  const elapsed = async (times: number) => {
    const start = performance.now();
    await repeat(compute, times);
    return performance.now() - start;
  };
  const first = await elapsed(1); // compiles
  const slow = first > SLOW_MS;
  const once = slow ? first : await elapsed(1);
  const repetitions = await repetitionsOf(elapsed, once, sampleMs);
  const count = slow ? SLOW_SAMPLES : SAMPLES;
  const samples: number[] = [];
  for (let i = 0; i < count; i++) samples.push(await elapsed(repetitions) / repetitions);
  samples.sort((a, b) => a - b);
  return {
    median: samples[count >> 1]!,
    least: samples[0]!,
    most: samples[count - 1]!,
    repetitions,
  };
}
