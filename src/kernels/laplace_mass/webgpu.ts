/**
 * The Laplace-mass kernel on WebGPU: a pass over every pair of row and column or over sorted
 * columns, a reduction, and one dispatch for the gradient of the predictions.
 *
 * What is stored is the statistics, linear in N.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { reductionFactor } from "../log_mass/contract.ts";
import type { Adapter } from "../log_mass/tile.ts";
import { MOST_KEYS } from "../radix_sort/webgpu.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import {
  LAPLACE_MASS_PURPOSE,
  type LaplaceMassAttrs,
  type LaplaceMassGradAttrs,
  type LaplaceMassGradInputs,
  type LaplaceMassInputs,
  type LaplaceMassSize,
  laplaceMassSize,
} from "./contract.ts";
import { laplaceMassGradPortable, reduceLosses } from "./portable.ts";
import { linearPass } from "./webgpu_linear.ts";
import { laplacePlan, passOver } from "./webgpu_pass.ts";

/** Threads a workgroup of the shaders that do little a thread. */
const WORKGROUP = 64;

/** See {@linkcode LaplaceMassInputs}. */
export const laplaceMassWebgpu: tf.KernelFunc = (params) => {
  const backend = params.backend as WebGPUBackend;
  const inputs = params.inputs as unknown as LaplaceMassInputs;
  const attrs = params.attrs as unknown as LaplaceMassAttrs;
  const adapter = { software: backend.device.adapterInfo.isFallbackAdapter };
  const stats = statsOf(backend, inputs, attrs, adapter);
  return [reduceLossesWebgpu(backend, stats, inputs, attrs), stats];
};

/** The statistics, by the method that the attributes and sizes want. */
function statsOf(
  backend: WebGPUBackend,
  inputs: LaplaceMassInputs,
  attrs: LaplaceMassAttrs,
  adapter: Adapter,
): tf.Tensor {
  const size = laplaceMassSize(inputs);
  if (isLinear(size, attrs, adapter)) return linearPass(backend, inputs, attrs);
  const info = passOver(backend, inputs, attrs, laplacePlan(size, adapter.software));
  return tf.engine().makeTensorFromTensorInfo(info);
}

/**
 * Pairs from which sorted columns are the faster way. On the software adapter those of some 2,000
 * rows and columns. That of a GPU is an estimate, measured on none: a quarter of the log mass's
 * (log_mass/webgpu.ts), as a pair costs four times as much and dispatches are as many.
 */
export const linearPairs = ({ software }: Adapter): number => 2 ** (software ? 22 : 31);

/** Fewer columns are no matter of the method. */
const LINEAR_COLUMNS = 2 ** 10;

/**
 * Whether the columns are sorted; only shapes count. More than the sort takes stay direct.
 */
export function isLinear(
  { rows, columns }: LaplaceMassSize,
  { method = "auto" }: Pick<LaplaceMassAttrs, "method">,
  adapter: Adapter,
): boolean {
  if (columns > MOST_KEYS) return false;
  return method === "linear" ||
    method === "auto" && columns >= LINEAR_COLUMNS && rows * columns >= linearPairs(adapter);
}

/** See `reduceLosses` in portable.ts, of which this is the fused form. */
function reduceLossesWebgpu(
  backend: WebGPUBackend,
  stats: tf.Tensor,
  { pred, scale }: LaplaceMassInputs,
  attrs: LaplaceMassAttrs,
): tf.Tensor {
  const rows = pred.shape[0]!;
  if (attrs.reduction === "none") return reduceLosses(stats, rows, attrs);
  const sum = runShaders(backend, {
    purpose: LAPLACE_MASS_PURPOSE,
    key: "log_mass_reduce log_mass_scale",
    shaders: [
      // The losses have their scale already.
      shader(shaders.log_mass_scale, {
        inputs: { noiseVar: scale },
        integers: { noiseDim: 1, restoreScale: 0 },
      }),
      shader(shaders.log_mass_reduce, {
        inputs: { stats },
        integers: { rows: stats.shape[1]!, statistic: 0 },
        floats: { factor: reductionFactor(attrs.reduction, rows) },
      }),
    ],
    shape: [1],
    threads: 1,
    workgroup: 256,
  });
  return tf.engine().makeTensorFromTensorInfo({ ...sum, shape: [] });
}

/** See {@linkcode LaplaceMassGradInputs}. */
export const laplaceMassGradWebgpu: tf.KernelFunc = (params) => {
  const { upstream, stats, pred, scale } = params.inputs as unknown as LaplaceMassGradInputs;
  const { reduction, restoreScale, of } = params.attrs as unknown as LaplaceMassGradAttrs;
  if (of === "scale") return laplaceMassGradPortable(params);
  const count = stats.shape[1]!;
  return runShaders(params.backend as WebGPUBackend, {
    purpose: LAPLACE_MASS_PURPOSE,
    key: "laplace_mass_grad",
    shaders: [
      shader(shaders.laplace_mass_grad, {
        inputs: { upstream, stats, scale },
        integers: {
          count,
          dim: pred.shape[1] ?? 1,
          scaleDim: scale.shape[0] ?? 1,
          restoreScale: restoreScale ? 1 : 0,
          upstreamRows: upstream.shape.length,
        },
        floats: { factor: reductionFactor(reduction, pred.shape[0]!) },
      }),
    ],
    shape: pred.shape,
    threads: count,
    workgroup: WORKGROUP,
  });
};
