/**
 * The resize kernel in tfjs operations, two matrix products: for `cpu`, `webgl`, `wasm`, `node` and
 * others. What is not finite spoils its channel of its picture: products multiply it by 0, too.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Axis, axisOf, type ResizeAttrs, type ResizeInputs } from "./contract.ts";

/** See {@linkcode ResizeInputs}. */
export const resizePortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { x } = inputs as unknown as ResizeInputs<tf.Tensor4D>;
  const { from, to, alignCorners, adjoint } = attrs as unknown as ResizeAttrs;
  const [count, height, width, channels] = x.shape;
  const [newHeight, newWidth] = adjoint ? from : to;
  return tf.tidy(() => {
    const [down, right] = ([0, 1] as const).map((axis) =>
      weights(axisOf(from[axis], to[axis], alignCorners))
    ) as [tf.Tensor3D, tf.Tensor3D];
    // tfjs's product of no pictures is one of NaN.
    if (x.size === 0) return tf.zeros([count, newHeight, newWidth, channels]);
    const lines = tf.reshape(x, [count, height, width * channels]);
    const rows = tf.matMul(down, lines, adjoint);
    const pixels = tf.reshape(rows, [count * newHeight, width, channels]);
    const columns = tf.matMul(right, pixels, adjoint);
    return tf.reshape(columns, [count, newHeight, newWidth, channels]);
  });
};

/** The weights of an axis, `[1, to, from]`. */
function weights({ from, to, slope, shift, unit }: Axis): tf.Tensor3D {
  const values = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = Math.min(Math.max(slope * i + shift, 0), (from - 1) * unit);
    const first = Math.floor(place / unit);
    const share = (place - first * unit) / unit;
    values[i * from + first] = 1 - share;
    if (share > 0) values[i * from + first + 1] = share;
  }
  return tf.tensor3d(values, [1, to, from]);
}
