/** tfjs's WebGPU backend on another device. */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

type Factory = ReturnType<typeof tf.findBackendFactory>;

async function replaceBackend(factory: Factory): Promise<void> {
  tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", factory, 3);
  await tf.setBackend("webgpu");
}

/**
 * Drops the webgpu backend with all its tensors, and makes one on a new device the current one: as
 * after a loss.
 */
export async function onNewDevice(): Promise<void> {
  await replaceBackend(tf.findBackendFactory("webgpu"));
}

/**
 * Runs on a device of WebGPU's default limits, whatever the adapter has: 128 MiB a binding, 256 MiB
 * a buffer.
 */
export async function withDefaultLimits(run: () => Promise<void>): Promise<void> {
  const factory = tf.findBackendFactory("webgpu");
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  await replaceBackend(() => new WebGPUBackend(device, adapter!.info));
  try {
    await run();
  } finally {
    await replaceBackend(factory);
  }
}

/** Loses the device at the end of an epoch: now, or after some turns of the event loop. */
export const lose = (at: number, turns: number) => (epoch: number): void => {
  if (epoch !== at) return;
  if (turns === 0) device().destroy();
  else setTimeout(() => device().destroy(), turns);
};

/** The device of the current backend. */
export function device(): GPUDevice {
  return (tf.backend() as unknown as { device: GPUDevice }).device;
}
