/**
 * Bilinear resizing of pictures, as a tfjs kernel with its gradient: tfjs's own is wrong.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { RESIZE_BILINEAR, type ResizeAttrs, type Size } from "./contract.ts";
import { resizePortable } from "./portable.ts";
import { resizeWebgpu } from "./webgpu.ts";

/**
 * Resizes pictures bilinearly, without smoothing before a reduction; linear, so differentiable any
 * number of times.
 *
 * @param x `[N, H, W, C]`.
 * @param size Rows and columns of the result.
 * @param options.alignCorners Whether corners fall on corners; otherwise, by default, pixels are
 * squares that fill the picture, and their centers are half a pixel from its edges.
 * @returns `[N, size[0], size[1], C]`.
 */
export function resizeBilinear(
  x: tf.Tensor4D,
  size: Size,
  { alignCorners = false }: { alignCorners?: boolean } = {},
): tf.Tensor4D {
  const [, height, width] = x.shape;
  if (height * width === 0) {
    throw new RangeError(
      `Cannot resize pictures as they must have pixels: current shape is [${x.shape}]`,
    );
  }
  return run(x, { from: [height, width], to: size, alignCorners, adjoint: false });
}

/**
 * The transpose of resizing to the size of `dy`, not aligned: a gradient of the source from one of
 * the result; linear, so differentiable any number of times.
 *
 * @param dy `[N, H, W, C]`.
 * @param size Rows and columns of the source.
 * @returns `[N, size[0], size[1], C]`.
 */
export function resizeBilinearAdjoint(dy: tf.Tensor4D, size: Size): tf.Tensor4D {
  const [, height, width] = dy.shape;
  return run(dy, { from: size, to: [height, width], alignCorners: false, adjoint: true });
}

function run(x: tf.Tensor4D, attrs: ResizeAttrs): tf.Tensor4D {
  const backendName = tf.getBackend();
  if (tf.getKernel(RESIZE_BILINEAR, backendName) === undefined) {
    register(backendName, resizePortable);
  }
  return tf.engine().runKernel<tf.Tensor4D>(
    RESIZE_BILINEAR,
    { x },
    attrs as unknown as tf.NamedAttrMap,
  );
}

function register(backendName: string, kernelFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName: RESIZE_BILINEAR, backendName, kernelFunc });
}

register("webgpu", resizeWebgpu);

tf.registerGradient({
  kernelName: RESIZE_BILINEAR,
  gradFunc: (dy, _, attrs) => {
    const own = attrs as unknown as ResizeAttrs;
    return { x: () => run(dy as tf.Tensor4D, { ...own, adjoint: !own.adjoint }) };
  },
});
