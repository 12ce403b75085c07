/**
 * What is too large for one binding is refused before anything runs: a pass that fails takes all of
 * its submit with it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Purpose } from "./dispatch.ts";

/**
 * Throws where the current backend has a device that cannot bind a tensor of one of the shapes, by
 * name; tfjs's own kernels would end without a word, with what an earlier call left.
 */
export function checkBindable(
  { action, advice }: Purpose,
  shapes: Record<string, readonly number[]>,
): void {
  const { device } = tf.backend() as { device?: Pick<GPUDevice, "limits"> };
  const limit = device?.limits?.maxStorageBufferBindingSize;
  if (limit === undefined) return;
  for (const [name, shape] of Object.entries(shapes)) {
    const bytes = 4 * tf.util.sizeFromShape([...shape]);
    if (bytes > limit) {
      throw new RangeError(
        `Cannot ${action} as ${name} [${shape}] exceeds the adapter's ` +
          `maxStorageBufferBindingSize of ${limit} bytes, ${advice}: current value is ${bytes}`,
      );
    }
  }
}
