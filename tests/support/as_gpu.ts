/** A software adapter that passes for a GPU, so that work is cut as for one. */
import * as tf from "@tensorflow/tfjs";

/** Runs as on a GPU. */
export async function asGpu<T>(run: () => Promise<T>): Promise<T> {
  const { device } = tf.backend() as unknown as { device: { adapterInfo?: unknown } };
  const value = { ...device.adapterInfo as object, isFallbackAdapter: false };
  Object.defineProperty(device, "adapterInfo", { value, configurable: true });
  try {
    return await run();
  } finally {
    delete device.adapterInfo;
  }
}
