/**
 * What to do about pictures that a device cannot bind.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Purpose } from "./limits.ts";

/** The purpose of work on a batch, whose advice is the micro-batch that fits the device. */
export function batchPurpose(
  backend: unknown,
  action: string,
  tensors: readonly Pick<tf.TensorInfo, "shape">[],
): Purpose {
  const limits = (backend as { device?: GPUDevice }).device?.limits;
  if (limits === undefined) return { action, advice: "use smaller batches" };
  const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const each = tensors.map(({ shape }) => 4 * tf.util.sizeFromShape(shape.slice(1)));
  const fits = Math.floor(bytes / Math.max(...each));
  const advice = fits > 0 ? `use micro-batches of at most ${fits}` : "use smaller pictures";
  return { action, advice };
}
