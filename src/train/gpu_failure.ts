/**
 * What a run fails of where the GPU is the cause.
 *
 * @module
 */
import { failureOf, type ReadMark } from "../webgpu/read.ts";
import type { BestWeights } from "./best_weights.ts";

/**
 * The error that ended a run, or what the GPU reported during it: then the weights go back to the
 * best ones, as what has not been read since may be wrong.
 *
 * @param mark Where the reports of the run's GPU began.
 * @param checkpoint The path of the newest whole one.
 */
export async function gpuFailure(
  error: unknown,
  mark: ReadMark,
  best: BestWeights,
  checkpoint: string | undefined,
): Promise<unknown> {
  const left = checkpoint ? `the last whole checkpoint is ${checkpoint}` : "there is no checkpoint";
  const failure = await failureOf(error, mark, "Cannot train on", left);
  if (failure !== error) best.restore();
  return failure;
}
