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

/** How: see `conv2d` and `batchNorm`. */
export interface ConvBatchNormAttrs extends BatchNormAttrs {
  strides: Strides;
  pad: Padding;
}

/** `batchNorm(conv2d(x, filter))`; differentiable in all four inputs. */
export function convBatchNorm(
  inputs: ConvBatchNormInputs,
  attrs: ConvBatchNormAttrs,
): BatchNorm<tf.Tensor4D> {
  const { x, filter, scale, offset } = inputs;
  const { strides, pad, epsilon, relu } = attrs;
  let moments: tf.Tensor1D[] = [];
  const normalized = ownNode(
    (_, save) => {
      const convolved = conv2d(x, filter, strides, pad);
      const { normalized, mean, variance } = batchNorm(convolved, scale, offset, epsilon, relu);
      save([x, filter, scale, offset, mean, variance, convolved]);
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
  convolved: tf.Tensor4D,
];

function gradients(
  upstream: tf.Tensor4D,
  [x, filter, scale, offset, mean, variance, convolved]: Saved,
  { strides, pad, ...own }: ConvBatchNormAttrs,
) {
  const inner = batchNormGradients(
    { x: convolved, scale, offset, mean, variance, upstream },
    { ...own, fixed: false },
  );
  const between = inner.x as tf.Tensor4D;
  return {
    x: () => conv2dInputGrad(x.shape, between, filter, strides, pad),
    filter: () => conv2dFilterGrad(x, between, filter.shape, strides, pad),
    scale: () => inner.scale,
    // tfjs asks in the order of the inputs; if not for this one, the tape frees it in the end.
    offset: () => {
      between.dispose();
      return inner.offset;
    },
  };
}

/**
 * A node of the tape, as `tf.customGrad` makes it, but whose gradients are computed where they are
 * needed. The tape knows one output: of each that a registered kernel has and no loss depends on,
 * the statistics here and what is saved between, tfjs makes zeros of its size as the gradient.
 */
function ownNode(
  forwardFunc: (backend: unknown, save: tf.GradSaveFunc) => tf.Tensor4D,
  backwardsFunc: (
    dy: tf.Tensor4D,
    saved: tf.Tensor[],
  ) => Readonly<Record<string, () => tf.Tensor>>,
  inputs: Readonly<Record<string, tf.Tensor>>,
): tf.Tensor4D {
  const engine = tf.engine() as unknown as {
    runKernelFunc(node: object): tf.Tensor4D;
  };
  return engine.runKernelFunc({ forwardFunc, backwardsFunc, inputs });
}
