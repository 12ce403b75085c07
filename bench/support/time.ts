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
const SAMPLE_MS = 400;

/** Runs `compute` some times and reads the last result. */
export async function repeat(compute: () => tf.Tensor, times: number): Promise<void> {
  for (let i = 1; i < times; i++) compute().dispose();
  const last = compute();
  await last.data();
  last.dispose();
}

/** Times `compute`, whose result depends on all of its work. */
export async function time(compute: () => tf.Tensor): Promise<Timing> {
  const elapsed = async (times: number) => {
    const start = performance.now();
    await repeat(compute, times);
    return performance.now() - start;
  };
  await elapsed(2); // compiles
  const once = await elapsed(1);
  const repetitions = Math.max(1, Math.min(500, Math.round(SAMPLE_MS / once)));
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) samples.push(await elapsed(repetitions) / repetitions);
  samples.sort((a, b) => a - b);
  return {
    median: samples[SAMPLES >> 1]!,
    least: samples[0]!,
    most: samples[SAMPLES - 1]!,
    repetitions,
  };
}
