/**
 * What GPUs report, for users who ask.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { markAsked, settle, unasked } from "./device_reports.ts";

/**
 * What the GPU reported since this was last asked: shaders that do not compile, tensors beyond the
 * adapter's limits, memory that is not there, a device that was lost. In tfjs's own operations,
 * too.
 *
 * WebGPU throws no errors: after one, results are zeros or stale numbers. What this module reads
 * back (`train`, metrics, `LabelNoise.sigma`, checkpoints) rejects by itself; ask here about a loss
 * that you read by `data()`. The first error of a process is printed, too. What has been told here
 * makes no later read reject, but those of a `train` that it happened in.
 *
 * @returns The GPU's words, the first error first, each of them once: at most 100 a device. Empty
 * if all went well, and on backends other than webgpu. It waits until the GPU has done its work, 11
 * ms at least in Deno: ask once an epoch, not once a step.
 *
 * @example Whether a loss is to be trusted
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, gpuErrors } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const [loss] = await bmcLoss(tf.tensor1d([0, 1]), tf.tensor1d([0, 2]), 1).data();
 * assertEquals(await gpuErrors(), [], `not to be trusted: ${loss}`);
 * ```
 */
export async function gpuErrors(): Promise<string[]> {
  await Promise.all(Object.values(tf.engine().registry).map(settle));
  const texts = unasked();
  markAsked();
  return texts;
}
