/**
 * A convolution and the batch normalization of its result, as one node of tfjs's tape.
 *
 * The tape holds every gradient between two nodes until the whole gradient is there. As one node,
 * the gradient between convolution and normalization is freed at once.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type BatchNorm, batchNorm, batchNormGradients } from "../batch_norm/batch_norm.ts";
import type { BatchNormAttrs } from "../batch_norm/contract.ts";
import type { Padding, Strides } from "../conv2d/contract.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../conv2d/conv2d.ts";

/** The kernel's name in tfjs's registry. */
export const CONV_BATCH_NORM = "BalancedMseConvBatchNorm";

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
  const backendName = tf.getBackend();
  if (tf.getKernel(CONV_BATCH_NORM, backendName) === undefined) register(backendName);
  return tf.tidy(() => {
    const [normalized, mean, variance] = tf.engine().runKernel<tf.Tensor[]>(
      CONV_BATCH_NORM,
      inputs as unknown as tf.NamedTensorMap,
      attrs as unknown as tf.NamedAttrMap,
    ) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    return { normalized, mean, variance };
  });
}

function register(backendName: string): void {
  tf.registerKernel({
    kernelName: CONV_BATCH_NORM,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, filter, scale, offset } = inputs as unknown as ConvBatchNormInputs;
      const { strides, pad, epsilon, relu } = attrs as unknown as ConvBatchNormAttrs;
      const convolved = conv2d(x, filter, strides, pad);
      const { normalized, mean, variance } = batchNorm(convolved, scale, offset, epsilon, relu);
      return [normalized, mean, variance, convolved];
    },
  });
}

tf.registerGradient({
  kernelName: CONV_BATCH_NORM,
  inputsToSave: ["x", "filter", "scale", "offset"],
  outputsToSave: [false, true, true, true],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter, scale, offset, mean, variance, convolved] = saved as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor4D,
    ];
    const { strides, pad, ...own } = attrs as unknown as ConvBatchNormAttrs;
    const upstream = (dy as tf.Tensor[])[0]!;
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
  },
});
