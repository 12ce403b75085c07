/**
 * The batch-norm kernels in tfjs operations: for `cpu`, `webgl`, `wasm`, `node` and others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  type BatchNormAttrs,
  type BatchNormFixedInputs,
  type BatchNormGradAttrs,
  type BatchNormGradInputs,
  type BatchNormInputs,
  batchNormSize,
} from "./contract.ts";

/** See {@linkcode BatchNormInputs}. */
export const batchNormPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { x, scale, offset } = inputs as unknown as BatchNormInputs<tf.Tensor>;
  return tf.tidy(() => {
    const meanOf = (values: tf.Tensor) => tf.mean(values, axesOf(x));
    // Far from zero a mean is rounded by what counts beside the deviation: first in its sum, then
    // as a float32. Differences are taken before their squares: a difference of squares cancels.
    const rough = meanOf(x);
    const mean = tf.add(rough, meanOf(tf.sub(x, rough)));
    const difference = tf.sub(x, mean);
    const variance = meanOf(tf.square(tf.sub(difference, meanOf(difference))));
    const all = { x, scale, offset, mean, variance };
    return [normalize(all, attrs as unknown as BatchNormAttrs), mean, variance];
  });
};

/** See {@linkcode BatchNormFixedInputs}. */
export const batchNormFixedPortable: tf.KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => normalize(inputs as unknown as Tensors, attrs as unknown as BatchNormAttrs));

type Tensors = BatchNormFixedInputs<tf.Tensor>;

/** All axes but that of the channels. */
const axesOf = ({ rank }: tf.Tensor) => Array.from({ length: rank - 1 }, (_, axis) => axis);

/** x in units of the deviation, from the mean. */
function standardize({ x, mean }: Tensors, inverse: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sub(x, mean), inverse);
}

function inverseDeviation({ variance }: Tensors, { epsilon }: BatchNormAttrs): tf.Tensor {
  return tf.rsqrt(tf.add(variance, epsilon));
}

function normalize(tensors: Tensors, attrs: BatchNormAttrs): tf.Tensor {
  const h = standardize(tensors, inverseDeviation(tensors, attrs));
  const y = tf.add(tf.mul(h, tensors.scale), tensors.offset);
  return attrs.relu ? tf.relu(y) : y;
}

/** See {@linkcode BatchNormGradInputs}. */
export const batchNormGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as BatchNormGradInputs<tf.Tensor>;
  const gradAttrs = attrs as unknown as BatchNormGradAttrs;
  const { x, scale, offset, upstream } = tensors;
  const { rows } = batchNormSize(x);
  return tf.tidy(() => {
    const inverse = inverseDeviation(tensors, gradAttrs);
    const h = standardize(tensors, inverse);
    const d = gradAttrs.relu
      ? tf.mul(upstream, tf.step(tf.add(tf.mul(h, scale), offset)))
      : upstream;
    const s = tf.sum(d, axesOf(x));
    const t = tf.sum(tf.mul(d, h), axesOf(x));
    const own = gradAttrs.fixed ? d : tf.sub(d, tf.div(tf.add(s, tf.mul(h, t)), rows));
    return [tf.mul(own, tf.mul(scale, inverse)), t, s];
  });
};
