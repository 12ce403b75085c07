/**
 * Batch normalization with an optional ReLU, as tfjs kernels with one registered gradient each.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  BATCH_NORM,
  BATCH_NORM_FIXED,
  BATCH_NORM_GRAD,
  type BatchNormAttrs,
  type BatchNormFixedInputs,
  type BatchNormGradAttrs,
  type BatchNormGradInputs,
  type BatchNormInputs,
} from "./contract.ts";
import { batchNormFixedPortable, batchNormGradPortable, batchNormPortable } from "./portable.ts";
import { batchNormFixedWebgpu, batchNormGradWebgpu, batchNormWebgpu } from "./webgpu.ts";

/** A batch in units of its own deviation, and its moments, `[C]`. */
export interface BatchNorm<T extends tf.Tensor> {
  /** In the shape of the input. */
  readonly normalized: T;
  readonly mean: tf.Tensor1D;
  /** The sum of squares over the number of rows: biased. */
  readonly variance: tf.Tensor1D;
}

/**
 * Normalizes a batch by its own moments over all axes but the last; differentiable in x, scale and
 * offset. The moments are results, through which no gradient flows.
 *
 * @param x `[..., C]`.
 * @param scale `[C]`.
 * @param offset `[C]`.
 * @param epsilon What is added to the variance, above 0.
 * @param relu Whether what is below 0 becomes 0.
 */
export function batchNorm<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
  relu: boolean,
): BatchNorm<T> {
  const inputs: BatchNormInputs<tf.Tensor> = { x, scale, offset };
  const [normalized, mean, variance] = run<tf.Tensor[]>(BATCH_NORM, inputs, { epsilon, relu });
  return {
    normalized: normalized as T,
    mean: mean as tf.Tensor1D,
    variance: variance as tf.Tensor1D,
  };
}

/**
 * Normalizes by statistics that are given, those of an inference; differentiable in x, scale and
 * offset.
 */
export function batchNormFixed<T extends tf.Tensor>(
  x: T,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
  relu: boolean,
): T {
  const inputs: BatchNormFixedInputs<tf.Tensor> = { x, mean, variance, scale, offset };
  return run<T>(BATCH_NORM_FIXED, inputs, { epsilon, relu });
}

function run<Result extends tf.Tensor | tf.Tensor[]>(
  kernel: string,
  inputs: BatchNormInputs<tf.Tensor>,
  attrs: BatchNormAttrs,
): Result {
  const backendName = tf.getBackend();
  if (tf.getKernel(BATCH_NORM, backendName) === undefined) {
    register(backendName, batchNormPortable, batchNormFixedPortable, batchNormGradPortable);
  }
  return tf.engine().runKernel<Result>(
    kernel,
    inputs as unknown as tf.NamedTensorMap,
    attrs as unknown as tf.NamedAttrMap,
  );
}

function register(backendName: string, ...functions: tf.KernelFunc[]): void {
  [BATCH_NORM, BATCH_NORM_FIXED, BATCH_NORM_GRAD].forEach((kernelName, k) =>
    tf.registerKernel({ kernelName, backendName, kernelFunc: functions[k]! })
  );
}

register("webgpu", batchNormWebgpu, batchNormFixedWebgpu, batchNormGradWebgpu);

/** The gradients of x, scale and offset, computed at once: they share the walk over x. */
export function batchNormGradients(
  inputs: BatchNormGradInputs<tf.Tensor>,
  attrs: BatchNormGradAttrs,
): { x: tf.Tensor; scale: tf.Tensor; offset: tf.Tensor } {
  const [x, scale, offset] = run<tf.Tensor[]>(BATCH_NORM_GRAD, inputs, attrs);
  return { x: x!, scale: scale!, offset: offset! };
}

/** What tfjs's tape asks for. */
function gradients(
  inputs: BatchNormGradInputs<tf.Tensor>,
  attrs: unknown,
  fixed: boolean,
) {
  const { x, scale, offset } = batchNormGradients(inputs, { ...attrs as BatchNormAttrs, fixed });
  return { x: () => x, scale: () => scale, offset: () => offset };
}

function refuse(action: string): () => tf.Tensor {
  return () => {
    throw new Error(
      `Cannot differentiate batch normalization ${action}: only x, scale and offset, ` +
        "and only once",
    );
  };
}

tf.registerGradient({
  kernelName: BATCH_NORM,
  inputsToSave: ["x", "scale", "offset"],
  outputsToSave: [false, true, true],
  gradFunc: (dy, saved, attrs) => {
    const [x, scale, offset, mean, variance] = saved as Five;
    const upstream = (dy as tf.Tensor[])[0]!;
    return gradients({ x, scale, offset, mean, variance, upstream }, attrs, false);
  },
});

type Five = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

tf.registerGradient({
  kernelName: BATCH_NORM_FIXED,
  inputsToSave: ["x", "scale", "offset", "mean", "variance"],
  gradFunc: (dy, saved, attrs) => {
    const [x, scale, offset, mean, variance] = saved as Five;
    const upstream = dy as tf.Tensor;
    return {
      ...gradients({ x, scale, offset, mean, variance, upstream }, attrs, true),
      mean: refuse("in the fixed mean"),
      variance: refuse("in the fixed variance"),
    };
  },
});

// Without this a second derivative would be a silent zero: see log_mass.ts.
tf.registerGradient({
  kernelName: BATCH_NORM_GRAD,
  gradFunc: () => {
    const again = refuse("a second time");
    const names = ["x", "scale", "offset", "mean", "variance", "upstream"];
    return Object.fromEntries(names.map((name) => [name, again]));
  },
});
