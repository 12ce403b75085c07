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

/** The same for what waits in between, with the adapter's other limits as they are. */
export async function whileBindingLimit(bytes: number, run: () => Promise<void>): Promise<void> {
  const { device } = tf.backend() as unknown as { device: { limits?: GPUSupportedLimits } };
  const limits = device.limits!;
  const value = new Proxy(limits, {
    get: (_, name) =>
      name === "maxStorageBufferBindingSize" ? bytes : limits[name as keyof GPUSupportedLimits],
  });
  Object.defineProperty(device, "limits", { value, configurable: true });
  try {
    await run();
  } finally {
    delete device.limits;
  }
}
