/**
 * Convolution of pictures, as tfjs kernels of our own: for the sake of its gradients.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  attrsOf,
  CONV2D,
  CONV2D_FILTER_GRAD,
  CONV2D_INPUT_GRAD,
  type Conv2dAttrs,
  type Conv2dFilterGradAttrs,
  type Conv2dFilterGradInputs,
  type Conv2dInputGradAttrs,
  type Conv2dInputGradInputs,
  type Conv2dInputs,
  type Padding,
  type Shape4D,
  type Strides,
} from "./contract.ts";
import { conv2dFilterGradPortable, conv2dInputGradPortable, conv2dPortable } from "./portable.ts";
import { conv2dFilterGradWebgpu, conv2dInputGradWebgpu, conv2dWebgpu } from "./webgpu.ts";

/**
 * Convolves pictures with a filter, like `tf.conv2d` without dilation; differentiable in both,
 * once. The same bits in every run, gradients included.
 *
 * @param x `[N, H, W, I]`.
 * @param filter `[K, L, I, O]`.
 * @param strides By rows and columns, or one number for both.
 * @param pad A number, the same on all sides; "same", "valid", or rows and columns.
 * @returns `[N, A, B, O]`.
 */
export function conv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: Strides,
  pad: Padding,
): tf.Tensor4D {
  return run(CONV2D, { x, filter }, attrsOf(x.shape, filter.shape, strides, pad));
}

/** The gradient of a convolution in x, of that shape. */
export function conv2dInputGrad(
  inputShape: Shape4D,
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: Strides,
  pad: Padding,
): tf.Tensor4D {
  const attrs = attrsOf(inputShape, filter.shape, strides, pad);
  return run(CONV2D_INPUT_GRAD, { dy, filter }, { ...attrs, inputShape });
}

/** The gradient of a convolution in its filter, of that shape. */
export function conv2dFilterGrad(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: Shape4D,
  strides: Strides,
  pad: Padding,
): tf.Tensor4D {
  const attrs = attrsOf(x.shape, filterShape, strides, pad);
  return run(CONV2D_FILTER_GRAD, { x, dy }, { ...attrs, filterShape });
}

type Inputs = Conv2dInputs | Conv2dInputGradInputs | Conv2dFilterGradInputs;
type Attrs = Conv2dAttrs | Conv2dInputGradAttrs | Conv2dFilterGradAttrs;

function run(kernel: string, inputs: Inputs, attrs: Attrs): tf.Tensor4D {
  const backendName = tf.getBackend();
  if (tf.getKernel(CONV2D, backendName) === undefined) {
    register(
      backendName,
      conv2dPortable,
      conv2dInputGradPortable,
      conv2dFilterGradPortable,
    );
  }
  return tf.engine().runKernel<tf.Tensor4D>(
    kernel,
    inputs as unknown as tf.NamedTensorMap,
    attrs as unknown as tf.NamedAttrMap,
  );
}

function register(backendName: string, ...functions: tf.KernelFunc[]): void {
  [CONV2D, CONV2D_INPUT_GRAD, CONV2D_FILTER_GRAD].forEach((kernelName, k) =>
    tf.registerKernel({ kernelName, backendName, kernelFunc: functions[k]! })
  );
}

/**
 * SwiftShader, Chromium's software adapter, takes 10 GB and many minutes to compile a product whose
 * workgroups share tiles: tfjs's operations serve there.
 */
function unlessSwiftShader(own: tf.KernelFunc, portable: tf.KernelFunc): tf.KernelFunc {
  return (params) => {
    const { architecture, description } = (params.backend as WebGPUBackend).device.adapterInfo;
    return /swiftshader/i.test(`${architecture} ${description}`) ? portable(params) : own(params);
  };
}

register(
  "webgpu",
  unlessSwiftShader(conv2dWebgpu, conv2dPortable),
  unlessSwiftShader(conv2dInputGradWebgpu, conv2dInputGradPortable),
  unlessSwiftShader(conv2dFilterGradWebgpu, conv2dFilterGradPortable),
);

tf.registerGradient({
  kernelName: CONV2D,
  inputsToSave: ["x", "filter"],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const { strides, pad } = attrs as unknown as Conv2dAttrs;
    const upstream = dy as tf.Tensor4D;
    return {
      x: () => conv2dInputGrad(x.shape, upstream, filter, strides, pad),
      filter: () => conv2dFilterGrad(x, upstream, filter.shape, strides, pad),
    };
  },
});

function refuse(): tf.Tensor {
  throw new Error("Cannot differentiate a convolution a second time: only once");
}

// Without these a second derivative would be a silent zero: see log_mass.ts.
for (const kernelName of [CONV2D_INPUT_GRAD, CONV2D_FILTER_GRAD]) {
  tf.registerGradient({
    kernelName,
    gradFunc: () => ({ x: refuse, filter: refuse, dy: refuse }),
  });
}
