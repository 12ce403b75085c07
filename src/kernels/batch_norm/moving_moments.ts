/**
 * The running statistics of batch normalization, as a tfjs kernel.
 *
 * With m what a step keeps of the old and R the rows of a batch, both statistics at once:
 *
 *     mean'     = m mean     + (1 - m) batchMean
 *     variance' = m variance + (1 - m) batchVariance R / (R - 1)     (unbiased; R = 1: as it is)
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** The kernel's name in tfjs's registry. */
export const MOVING_MOMENTS = "BalancedMseMovingMoments";

/** Attributes of {@linkcode MOVING_MOMENTS}. */
export interface MovingMomentsAttrs {
  /** What a step keeps of the old, 0..1. */
  momentum: number;
  /** The rows that the batch's moments are of. */
  rows: number;
}

/** Inputs of {@linkcode MOVING_MOMENTS}, all `[C]`; the outputs are the new mean and variance. */
export interface MovingMomentsInputs<T = tf.TensorInfo> {
  mean: T;
  variance: T;
  batchMean: T;
  /** Biased. */
  batchVariance: T;
}

/** Threads a workgroup. */
const WORKGROUP = 64;

/** The running mean and variance after a batch. */
export function movingMoments(
  inputs: MovingMomentsInputs<tf.Tensor>,
  attrs: MovingMomentsAttrs,
): [mean: tf.Tensor1D, variance: tf.Tensor1D] {
  const backendName = tf.getBackend();
  if (tf.getKernel(MOVING_MOMENTS, backendName) === undefined) {
    register(backendName, movingMomentsPortable);
  }
  return tf.engine().runKernel<tf.Tensor[]>(
    MOVING_MOMENTS,
    inputs as unknown as tf.NamedTensorMap,
    attrs as unknown as tf.NamedAttrMap,
  ) as [tf.Tensor1D, tf.Tensor1D];
}

function register(backendName: string, kernelFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName: MOVING_MOMENTS, backendName, kernelFunc });
}

/** What the batch's mean and its variance weigh. */
function shares({ momentum, rows }: MovingMomentsAttrs) {
  return { mean: 1 - momentum, variance: (1 - momentum) * rows / Math.max(1, rows - 1) };
}

const movingMomentsPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { mean, variance, batchMean, batchVariance } = inputs as unknown as MovingMomentsInputs<
    tf.Tensor
  >;
  const own = attrs as unknown as MovingMomentsAttrs;
  const share = shares(own);
  const mix = (old: tf.Tensor, batch: tf.Tensor, share: number) =>
    tf.add(tf.mul(old, own.momentum), tf.mul(batch, share));
  return tf.tidy(() => [
    mix(mean, batchMean, share.mean),
    mix(variance, batchVariance, share.variance),
  ]);
};

const movingMomentsWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const { mean, variance, batchMean, batchVariance } = inputs as unknown as MovingMomentsInputs;
  const own = attrs as unknown as MovingMomentsAttrs;
  const share = shares(own);
  const [size] = mean.shape as [number];
  const unwrittenVariance = webgpu.makeTensorInfo([size], "float32");
  const newMean = runShaders(webgpu, {
    purpose: { action: "update running statistics", advice: "use fewer channels" },
    key: "moving_moments",
    shaders: [
      // In this order: the shader declares the last one again, by its number.
      shader(shaders.moving_moments, {
        inputs: { mean, variance, batchMean, batchVariance, unwrittenVariance },
        integers: { size },
        floats: { keep: own.momentum, meanShare: share.mean, varianceShare: share.variance },
      }),
    ],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
  return [newMean, unwrittenVariance];
};

register("webgpu", movingMomentsWebgpu);
