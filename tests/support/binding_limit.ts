/** A WebGPU adapter that takes smaller bindings than it does. */
import * as tf from "@tensorflow/tfjs";

/** Runs with this limit in bytes; the adapter's own, 128 MiB and more, would cost a test as much memory. */
export function withBindingLimit(bytes: number, run: () => void): void {
  const { device } = tf.backend() as unknown as { device: { limits?: GPUSupportedLimits } };
  const name = "maxStorageBufferBindingSize";
  const value = new Proxy(device.limits!, {
    get: (limits, key) => key === name ? bytes : Reflect.get(limits, key, limits),
  });
  Object.defineProperty(device, "limits", { value, configurable: true });
  try {
    run();
  } finally {
    delete device.limits;
  }
}
