/**
 * The log-mass kernel on WebGPU: a pass, direct or linear, and a reduction, and one dispatch for
 * the gradient (webgpu_grad.ts).
 *
 * What is stored is the statistics, linear in N.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { hasLinearMethod, type LogMassAttrs, type LogMassInputs, logMassSize } from "./contract.ts";
import { type Adapter, tileOf } from "./tile.ts";
import { logMassPortable } from "./portable.ts";
import { directPass } from "./webgpu_direct.ts";
import { linearPass, linearPasses } from "./webgpu_linear.ts";
import { passOf } from "./webgpu_pass.ts";
import { reduceStatWebgpu } from "./webgpu_reduce.ts";
import { MOST_KEYS } from "../radix_sort/webgpu.ts";

/**
 * The most dimensions of the fused pass: a thread's iterations of loops (plan.ts) suffice for a few
 * steps.
 */
const MAX_DIM = 4096;

/** See {@linkcode LogMassInputs}. */
export const logMassWebgpu: tf.KernelFunc = (params) => {
  const webgpu = params.backend as WebGPUBackend;
  const inputs = params.inputs as unknown as LogMassInputs;
  const attrs = params.attrs as unknown as LogMassAttrs;
  const adapter = { software: webgpu.device.adapterInfo.isFallbackAdapter };
  if (!isFused(inputs, attrs, adapter)) return logMassPortable(params);
  const stats = statsOf(webgpu, inputs, attrs, adapter);
  return [reduceStatWebgpu(webgpu, stats, 0, inputs, attrs), stats];
};

/** The statistics, by the method that the attributes and sizes want. */
function statsOf(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  attrs: LogMassAttrs,
  adapter: Adapter,
): tf.Tensor {
  const { dimensions = "joint" } = attrs;
  const linear = isLinear(inputs, attrs, adapter);
  if (linear && dimensions === "each") return linearPasses(backend, inputs, adapter);
  return tf.engine().makeTensorFromTensorInfo(
    linear
      ? linearPass(backend, inputs, adapter)
      : directPass(backend, inputs, adapter, dimensions),
  );
}

/** Whether our shaders do it. */
function isFused(inputs: LogMassInputs, { dimensions }: LogMassAttrs, adapter: Adapter): boolean {
  const size = logMassSize(inputs, dimensions);
  if (inputs.rotation || size.dim > MAX_DIM) return false;
  // A workgroup of the wide shader has one metric of columns for all of its rows.
  return !size.noiseByRow || !tileOf(size, passOf(inputs), adapter).wide ||
    (inputs.variance === undefined && size.noiseDim === 1);
}

/**
 * Pairs from which the linear method is the faster one. On the software adapter those of some 6,000
 * rows and columns (bench/linear.md), on a GPU of some 90,000 (bench/gpu.md): there the sorts and
 * the tree are some 30 dispatches, which cost the host 2 ms.
 */
export const linearPairs = ({ software }: Adapter): number => 2 ** (software ? 25 : 33);

/** Fewer columns are no matter of the method. */
const LINEAR_COLUMNS = 2 ** 12;

/**
 * Whether the linear method is taken; only shapes count. More keys than the sort takes stay direct.
 */
export function isLinear(
  inputs: LogMassInputs,
  { method = "auto", dimensions }: Pick<LogMassAttrs, "method" | "dimensions">,
  adapter: Adapter,
): boolean {
  const { rows, columns, noiseByRow } = logMassSize(inputs, dimensions);
  // Neighbors share a walk of the tree, and with it the noise.
  if (!hasLinearMethod(inputs, dimensions) || noiseByRow) return false;
  if (Math.max(rows, columns) > MOST_KEYS) return false;
  return method === "linear" ||
    method === "auto" && columns >= LINEAR_COLUMNS && rows * columns >= linearPairs(adapter);
}
