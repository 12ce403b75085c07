/**
 * A convolution and the batch normalization of its result, as one node of tfjs's tape.
 *
 * The tape holds every gradient between two nodes until the whole gradient is there. As one node,
 * the gradient between convolution and normalization is freed at once.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type BatchNorm, batchNorm, batchNormGradients } from "../batch_norm/batch_norm.ts";
import type { BatchNormAttrs } from "../batch_norm/contract.ts";
import type { Padding, Strides } from "../conv2d/contract.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../conv2d/conv2d.ts";
import { resizedConv2d, resizedConv2dGradients } from "../conv2d/resized_conv2d.ts";
import { ownNode } from "../own_node.ts";
import type { Size } from "../resize/contract.ts";

/** What is convolved and normalized. */
export interface ConvBatchNormInputs {
  /** `[N, H, W, I]`. */
  x: tf.Tensor4D;
  /** `[K, L, I, O]`. */
  filter: tf.Tensor4D;
  /** `[O]`. */
  scale: tf.Tensor1D;
  /** `[O]`. */
  offset: tf.Tensor1D;
}

/** How to convolve: see `conv2d`; with a size as `resizedConv2d` does. */
export interface ConvolutionAttrs {
  strides: Strides;
  pad: Padding;
  /** Rows and columns to which x is resized before: strides are 1 and the padding keeps it. */
  size?: Size | undefined;
}

/** How: see also `batchNorm`. */
export interface ConvBatchNormAttrs extends BatchNormAttrs, ConvolutionAttrs {}

/** The convolution alone; differentiable in both inputs. */
export function convolved(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides, pad, size }: ConvolutionAttrs,
): tf.Tensor4D {
  return size ? resizedConv2d(x, filter, size) : conv2d(x, filter, strides, pad);
}

/** `batchNorm(convolved(x, filter))`; differentiable in all four inputs. */
export function convBatchNorm(
  inputs: ConvBatchNormInputs,
  attrs: ConvBatchNormAttrs,
): BatchNorm<tf.Tensor4D> {
  const { x, filter, scale, offset } = inputs;
  const { epsilon, relu } = attrs;
  let moments: tf.Tensor1D[] = [];
  const normalized = ownNode(
    (_, save) => {
      const inside = convolved(x, filter, attrs);
      const { normalized, mean, variance } = batchNorm(inside, scale, offset, epsilon, relu);
      save([x, filter, scale, offset, mean, variance, inside]);
      moments = [tf.keep(mean), tf.keep(variance)];
      return normalized;
    },
    (dy, saved) => gradients(dy, saved as Saved, attrs),
    { ...inputs },
  );
  // As clones they are the caller's tidy's.
  const [mean, variance] = moments.map((moment) => tf.clone(moment));
  tf.dispose(moments);
  return { normalized, mean: mean!, variance: variance! };
}

type Saved = [
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  inside: tf.Tensor4D,
];

function gradients(
  upstream: tf.Tensor4D,
  [x, filter, scale, offset, mean, variance, inside]: Saved,
  { strides, pad, size, ...own }: ConvBatchNormAttrs,
) {
  const inner = batchNormGradients(
    { x: inside, scale, offset, mean, variance, upstream },
    { ...own, fixed: false },
  );
  let between = inner.x as tf.Tensor4D;
  let parts = {
    x: () => conv2dInputGrad(x.shape, between, filter, strides, pad),
    filter: () => conv2dFilterGrad(x, between, filter.shape, strides, pad),
  };
  if (size) {
    const resized = resizedConv2dGradients(x, between, filter);
    between.dispose();
    between = resized.taps;
    parts = resized.parts;
  }
  return {
    ...parts,
    scale: () => inner.scale,
    // tfjs asks in the order of the inputs; if not for this one, the tape frees it in the end.
    offset: () => {
      between.dispose();
      return inner.offset;
    },
  };
}
