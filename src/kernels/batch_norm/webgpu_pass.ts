/**
 * The passes of the batch-norm kernels on WebGPU.
 *
 * Sums over the rows are taken in two levels: by chunks of rows, then over the chunks.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Purpose } from "../../webgpu/limits.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import type {
  BatchNormAttrs,
  BatchNormFixedInputs,
  BatchNormGradInputs,
  BatchNormInputs,
} from "./contract.ts";
import type { BatchNormPlan } from "./plan.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** Threads a workgroup that merges chunks, and how many of them share a channel. */
const MERGE = { THREADS: 256, LANES: 32 };

/** A kernel's inputs as the passes take them, of one shape each. */
export interface Pass<Inputs> {
  readonly backend: WebGPUBackend;
  readonly purpose: Purpose;
  readonly inputs: Inputs;
  readonly attrs: BatchNormAttrs;
  readonly plan: BatchNormPlan;
}

/** What the shaders call the cut of the rows. */
const chunked = ({ rows, channels, chunks, per }: BatchNormPlan) =>
  shader(shaders.batch_norm_chunk, { integers: { rows, channels, chunks, per } });

/** The shader that the passes over x share. */
function value({ inputs, attrs }: Pass<BatchNormFixedInputs>) {
  const { x, mean, variance, scale, offset } = inputs;
  return shader(shaders.batch_norm_value, {
    inputs: { x, mean, variance, scale, offset },
    floats: { epsilon: attrs.epsilon },
  });
}

function upstreamOf({ inputs: { upstream }, attrs }: Pass<BatchNormGradInputs>) {
  return shader(shaders.batch_norm_upstream, {
    inputs: { upstream },
    integers: { relu: attrs.relu ? 1 : 0 },
  });
}

/** Mean and variance of each channel. */
export function moments(
  { backend, purpose, inputs: { x }, plan }: Pass<BatchNormInputs>,
): [mean: tf.TensorInfo, variance: tf.TensorInfo] {
  const { rows, channels, chunks, per } = plan;
  const part = runShaders(backend, {
    purpose,
    key: "batch_norm_moments",
    shaders: [
      chunked(plan),
      shader(shaders.batch_norm_moments, { inputs: { x }, integers: { channels, chunks } }),
    ],
    shape: [2 * chunks * channels],
    threads: chunks * channels,
    workgroup: WORKGROUP,
  });
  const unwrittenVariance = backend.makeTensorInfo([channels], "float32");
  const mean = runShaders(backend, {
    purpose,
    key: "batch_norm_merge",
    shaders: [
      shader(shaders.batch_norm_merge, {
        inputs: { x, part, unwrittenVariance },
        integers: { rows, channels, chunks, per },
      }),
    ],
    constants: MERGE,
    shape: [channels],
    threads: channels * MERGE.LANES,
    workgroup: MERGE.THREADS,
  });
  backend.disposeData(part.dataId);
  return [mean, unwrittenVariance];
}

export function apply(pass: Pass<BatchNormFixedInputs>): tf.TensorInfo {
  const { rows, channels } = pass.plan;
  const size = rows * channels;
  return runShaders(pass.backend, {
    purpose: pass.purpose,
    key: "batch_norm_apply",
    shaders: [
      value(pass),
      shader(shaders.batch_norm_apply, {
        integers: { size, channels, relu: pass.attrs.relu ? 1 : 0 },
      }),
    ],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
}

/** Sums of d and of d h, `[2 C]`, and the same as gradients of scale and offset. */
export function gradientSums(
  pass: Pass<BatchNormGradInputs>,
): [sums: tf.TensorInfo, scale: tf.TensorInfo, offset: tf.TensorInfo] {
  const { backend, purpose, plan } = pass;
  const { channels, chunks } = plan;
  const part = runShaders(backend, {
    purpose,
    key: "batch_norm_sums",
    shaders: [
      value(pass),
      upstreamOf(pass),
      chunked(plan),
      shader(shaders.batch_norm_sums, { integers: { channels, chunks } }),
    ],
    shape: [2 * chunks * channels],
    threads: chunks * channels,
    workgroup: WORKGROUP,
  });
  const [unwrittenOffset, unwrittenScale] = [0, 1].map(() =>
    backend.makeTensorInfo([channels], "float32")
  ) as [tf.TensorInfo, tf.TensorInfo];
  const sums = runShaders(backend, {
    purpose,
    key: "batch_norm_add",
    shaders: [
      // In this order: the shader declares the last two again, by their numbers.
      shader(shaders.batch_norm_add, {
        inputs: { part, unwrittenOffset, unwrittenScale },
        integers: { channels, chunks },
      }),
    ],
    constants: MERGE,
    shape: [2 * channels],
    threads: 2 * channels * MERGE.LANES,
    workgroup: MERGE.THREADS,
  });
  backend.disposeData(part.dataId);
  return [sums, unwrittenScale, unwrittenOffset];
}

export function inputGradient(
  pass: Pass<BatchNormGradInputs>,
  sums: tf.TensorInfo,
  fixed: boolean,
): tf.TensorInfo {
  const { rows, channels } = pass.plan;
  const size = rows * channels;
  return runShaders(pass.backend, {
    purpose: pass.purpose,
    key: "batch_norm_input",
    shaders: [
      value(pass),
      upstreamOf(pass),
      shader(shaders.batch_norm_input, {
        inputs: { sums },
        integers: { size, channels },
        floats: { share: fixed ? 0 : 1 / rows },
      }),
    ],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
}
