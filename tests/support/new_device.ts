/** tfjs's WebGPU backend on a device of its own, as after a loss. */
import * as tf from "@tensorflow/tfjs";

/** Drops the webgpu backend with all its tensors, and makes one on a new device the current one. */
export async function onNewDevice(): Promise<void> {
  const factory = tf.findBackendFactory("webgpu");
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", factory, 3);
  await tf.setBackend("webgpu");
}

/** The device of the current backend. */
export function device(): GPUDevice {
  return (tf.backend() as unknown as { device: GPUDevice }).device;
}
