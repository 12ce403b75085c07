/** Whether a batch of pictures fits what the device binds at once, before it is trained. */
import type { LayersModel } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { OptionError } from "./option_error.ts";

/** The most bytes of a tensor; Infinity where nothing is bound. */
export function mostBytes(): number {
  const { device } = tf.backend() as { device?: GPUDevice };
  if (device === undefined) return Infinity;
  return Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
}

/**
 * Throws where a layer's output exceeds what may be bound.
 *
 * @param flag The flag of the batch.
 * @throws {OptionError} It says which layer, and which batch fits.
 */
export function checkBatch(
  model: LayersModel,
  batch: number,
  flag: string,
  most: number = mostBytes(),
): void {
  let [greatest, name] = [0, ""];
  for (const layer of leaves(model)) {
    const bytes = 4 * tf.util.sizeFromShape((layer.outputShape as number[]).slice(1));
    const isInput = layer.getClassName() === "InputLayer";
    const what = isInput ? "a batch itself" : `the output of ${layer.name}`;
    if (bytes > greatest) [greatest, name] = [bytes, what];
  }
  if (batch * greatest <= most) return;
  const fits = Math.floor(most / greatest);
  const advice = fits > 0 ? `at most ${fits}` : "for smaller pictures: not one fits";
  throw new OptionError(
    `Cannot train as --${flag} must be ${advice}, since ${name} takes ` +
      `${greatest} bytes a picture and the adapter binds ${most} at once: ` +
      `current value is ${batch}`,
  );
}

/** The layers that are no models of layers themselves. */
function leaves(model: LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) => layer instanceof tf.LayersModel ? leaves(layer) : [layer]);
}
