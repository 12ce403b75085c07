/**
 * What to do about pictures that a device cannot bind.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkSize, type Purpose } from "./limits.ts";

/**
 * The purpose of work on a batch; throws where one of the tensors exceeds what the device binds,
 * and tells the micro-batch that fits.
 */
export function batchPurpose(
  backend: unknown,
  action: string,
  tensors: Readonly<Record<string, Pick<tf.TensorInfo, "shape">>>,
): Purpose {
  const limits = (backend as { device?: GPUDevice }).device?.limits;
  if (limits === undefined) return { action, advice: "use smaller batches" };
  const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const each = Object.values(tensors).map(({ shape }) => 4 * tf.util.sizeFromShape(shape.slice(1)));
  const fits = Math.floor(bytes / Math.max(...each));
  const advice = fits > 0 ? `use micro-batches of at most ${fits}` : "use smaller pictures";
  for (const [name, tensor] of Object.entries(tensors)) {
    checkSize(backend, name, tensor, { action, advice });
  }
  return { action, advice };
}
