/**
 * The log-mass kernel on WebGPU: a pass, direct or linear, and a reduction, and one dispatch for
 * the gradient.
 *
 * What is stored is the statistics, linear in N.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  hasLinearMethod,
  LOG_MASS_PURPOSE,
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  logMassSize,
  reductionFactor,
} from "./contract.ts";
import type { Adapter } from "./tile.ts";
import { longSum } from "../long_sum.ts";
import { logMassPortable, noiseGradient, scaledRows } from "./portable.ts";
import { directPass } from "./webgpu_direct.ts";
import { linearPass } from "./webgpu_linear.ts";
import { MOST_KEYS } from "../radix_sort/webgpu.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** Threads a workgroup of the shaders that do little a thread. */
const WORKGROUP = 64;

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
  if (inputs.rotation || logMassSize(inputs).dim > MAX_DIM) return logMassPortable(params);
  const adapter = { software: webgpu.device.adapterInfo.isFallbackAdapter };
  const info = isLinear(inputs, attrs, adapter)
    ? linearPass(webgpu, inputs, adapter)
    : directPass(webgpu, inputs, adapter);
  const stats = tf.engine().makeTensorFromTensorInfo(info);
  return [reduceStatWebgpu(webgpu, stats, 0, inputs.noiseVar, attrs), stats];
};

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
  { method = "auto" }: Pick<LogMassAttrs, "method">,
  adapter: Adapter,
): boolean {
  const { rows, columns } = logMassSize(inputs);
  if (!hasLinearMethod(inputs) || Math.max(rows, columns) > MOST_KEYS) return false;
  return method === "linear" ||
    method === "auto" && columns >= LINEAR_COLUMNS && rows * columns >= linearPairs(adapter);
}

/** What the loss is multiplied by, for shaders that scale. */
function scaleShader(noiseVar: tf.TensorInfo, restoreScale: boolean): Shader {
  return shader(shaders.log_mass_scale, {
    inputs: { noiseVar },
    integers: { noiseDim: noiseVar.shape[0] ?? 1, restoreScale: restoreScale ? 1 : 0 },
  });
}

/** See `reduceStat` in portable.ts, of which this is the fused form. */
function reduceStatWebgpu(
  backend: WebGPUBackend,
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.TensorInfo,
  { reduction, restoreScale }: LogMassAttrs,
): tf.Tensor {
  if (reduction === "none") {
    return scaledRows(stats, statistic, noiseVar as tf.Tensor, restoreScale);
  }
  const rows = stats.shape[1]!;
  const sum = runShaders(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: "log_mass_reduce",
    shaders: [
      scaleShader(noiseVar, restoreScale),
      shader(shaders.log_mass_reduce, {
        inputs: { stats },
        integers: { rows, statistic },
        floats: { factor: reductionFactor(reduction, rows) },
      }),
    ],
    shape: [1],
    threads: 1,
    workgroup: 256,
  });
  return tf.engine().makeTensorFromTensorInfo({ ...sum, shape: [] });
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { upstream, stats, pred, noiseVar } = inputs as unknown as LogMassGradInputs<tf.Tensor>;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  const [rows, noiseDim] = [stats.shape[1]!, noiseVar.shape[0] ?? 1];
  if (of === "noiseVar") {
    if (noiseDim > 1) return noiseGradient(upstream, stats, noiseVar, { reduction, restoreScale });
    return tf.tidy(() => {
      const sum = reduceStatWebgpu(backend as WebGPUBackend, stats, 1, noiseVar, {
        reduction,
        restoreScale,
      });
      const product = tf.mul(upstream, sum);
      return tf.reshape(reduction === "none" ? longSum(product) : product, noiseVar.shape);
    });
  }
  const dim = stats.shape[0]! - 1 - noiseDim;
  return runShaders(backend as WebGPUBackend, {
    purpose: LOG_MASS_PURPOSE,
    key: "log_mass_grad",
    shaders: [
      scaleShader(noiseVar, restoreScale),
      shader(shaders.log_mass_grad, {
        inputs: { upstream, stats, noiseVar },
        integers: {
          rows,
          dim,
          noiseDim,
          restoreScale: restoreScale ? 1 : 0,
          upstreamRows: upstream.shape.length,
        },
        floats: { factor: reductionFactor(reduction, rows) },
      }),
    ],
    shape: pred.shape,
    threads: rows * dim,
    workgroup: WORKGROUP,
  });
};
