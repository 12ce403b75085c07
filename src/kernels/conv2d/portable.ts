/**
 * The convolution kernels in tfjs operations: for `cpu`, `webgl`, `wasm`, `node` and others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type {
  Conv2dAttrs,
  Conv2dFilterGradAttrs,
  Conv2dFilterGradInputs,
  Conv2dInputGradAttrs,
  Conv2dInputGradInputs,
  Conv2dInputs,
} from "./contract.ts";

/** See {@linkcode Conv2dInputs}. */
export const conv2dPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { x, filter } = inputs as unknown as Conv2dInputs<tf.Tensor4D>;
  const { strides, pad } = attrs as unknown as Conv2dAttrs;
  return tf.tidy(() => tf.conv2d(x, filter, strides, pad));
};

/** See {@linkcode Conv2dInputGradInputs}. */
export const conv2dInputGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { dy, filter } = inputs as unknown as Conv2dInputGradInputs<tf.Tensor4D>;
  const { strides, pad, inputShape } = attrs as unknown as Conv2dInputGradAttrs;
  return tf.engine().runKernel(
    tf.Conv2DBackpropInput,
    { dy, filter },
    { strides, pad, inputShape, dataFormat: "NHWC", dimRoundingMode: "floor" },
  );
};

/**
 * See {@linkcode Conv2dFilterGradInputs}. A matrix product a tap of the filter: tfjs's own kernel
 * is slower, and missing on `wasm`.
 */
export const conv2dFilterGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { x, dy } = inputs as unknown as Conv2dFilterGradInputs<tf.Tensor4D>;
  const { strides: [down, right], pad, filterShape } = attrs as unknown as Conv2dFilterGradAttrs;
  const [height, width, channels, filters] = filterShape;
  const [count, rows, columns] = dy.shape;
  return tf.tidy(() => {
    const padded = tf.pad(x, pad);
    const upstream = tf.reshape(dy, [-1, filters]) as tf.Tensor2D;
    const taps = Array.from({ length: height * width }, (_, tap) => {
      const [k, l] = [Math.floor(tap / width), tap % width];
      const end = [count, k + (rows - 1) * down + 1, l + (columns - 1) * right + 1, channels];
      const seen = tf.stridedSlice(padded, [0, k, l, 0], end, [1, down, right, 1]);
      return tf.matMul(tf.reshape(seen, [-1, channels]) as tf.Tensor2D, upstream, true);
    });
    return tf.reshape(tf.stack(taps), filterShape);
  });
};
