/** Times two ways to do the same work in turns, so that what else the machine does falls on both. */
import type * as tf from "@tensorflow/tfjs";
import { repeat, type Timing } from "./time.ts";

const SAMPLES = 7;
const SAMPLE_MS = 250;

/** Times `ours` and `theirs`, whose results depend on all of their work. */
export async function compare(
  ours: () => tf.Tensor,
  theirs: () => tf.Tensor,
): Promise<[Timing, Timing]> {
  const elapsed = async (compute: () => tf.Tensor, times: number) => {
    const start = performance.now();
    await repeat(compute, times);
    return performance.now() - start;
  };
  const runs: { compute: () => tf.Tensor; repetitions: number; samples: number[] }[] = [];
  for (const compute of [ours, theirs]) {
    await elapsed(compute, 20); // compiles, here and in the JavaScript engine
    const once = await elapsed(compute, 5) / 5;
    const repetitions = Math.max(1, Math.min(500, Math.round(SAMPLE_MS / once)));
    runs.push({ compute, repetitions, samples: [] });
  }
  for (let i = 0; i < SAMPLES; i++) {
    for (const { compute, repetitions, samples } of runs) {
      samples.push(await elapsed(compute, repetitions) / repetitions);
    }
  }
  return runs.map(({ repetitions, samples }) => {
    samples.sort((a, b) => a - b);
    return {
      median: samples[SAMPLES >> 1]!,
      least: samples[0]!,
      most: samples[SAMPLES - 1]!,
      repetitions,
    };
  }) as [Timing, Timing];
}
