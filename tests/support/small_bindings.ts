/** A WebGPU adapter that binds less than it can, for as long as a run takes. */
import * as tf from "@tensorflow/tfjs";

/** Runs with this limit in bytes; the adapter's own would cost a test as much memory. */
export async function withSmallBindings<T>(bytes: number, run: () => Promise<T>): Promise<T> {
  const { device } = tf.backend() as unknown as { device: { limits?: GPUSupportedLimits } };
  const value = new Proxy(device.limits!, {
    get: (limits, name) =>
      name === "maxStorageBufferBindingSize" ? bytes : Reflect.get(limits, name),
  });
  Object.defineProperty(device, "limits", { value, configurable: true });
  try {
    return await run();
  } finally {
    delete device.limits;
  }
}
