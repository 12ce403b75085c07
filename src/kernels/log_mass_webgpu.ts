/**
 * The log-mass kernel on WebGPU: a fused pass and a reduction, and one dispatch for the gradient.
 *
 * What is stored is the statistics, linear in N.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { MOST_LABELS } from "./label_tree_webgpu.ts";
import {
  hasLinearMethod,
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  logMassSize,
  reductionFactor,
} from "./log_mass_kernel.ts";
import { type Adapter, type Plan, planOf, type Tile, tileOf } from "./log_mass_plan.ts";
import { logMassPortable, noiseGradient, scaledRows } from "./log_mass_portable.ts";
import { linearPass } from "./log_mass_webgpu_linear.ts";
import { SHADERS } from "./shaders.gen.ts";
import { unroll } from "./unroll.ts";
import { dispatch } from "./webgpu_dispatch.ts";

/** Threads a workgroup of the shaders that do little a thread. */
const WORKGROUP = 64;

function sizes(dim: number, noiseDim: number): string {
  return `const DIM = ${dim}u;\nconst NOISE_DIM = ${noiseDim}u;`;
}

/**
 * The most dimensions of the fused pass. A thread holds up to three vec4 a dimension, and WGSL allows 8 KiB of private
 * variables; compilers take seconds for the unrolled loops (lavapipe 8 s for 128).
 */
const MAX_DIM = 128;

/** See {@linkcode LogMassInputs}. */
export const logMassWebgpu: tf.KernelFunc = (params) => {
  const webgpu = params.backend as WebGPUBackend;
  const inputs = params.inputs as unknown as LogMassInputs;
  const attrs = params.attrs as unknown as LogMassAttrs;
  const size = logMassSize(inputs);
  if (size.dim > MAX_DIM) return logMassPortable(params);
  const adapter = { software: webgpu.device.adapterInfo.isFallbackAdapter };
  if (isLinear(inputs, attrs, adapter)) {
    const stats = tf.engine().makeTensorFromTensorInfo(linearPass(webgpu, inputs));
    return [reduceStatWebgpu(webgpu, stats, 0, inputs.noiseVar, attrs), stats];
  }
  const tile = tileOf(size.dim, adapter);
  const plan = planOf(size, tile, adapter);
  const parts = directPass(webgpu, inputs, tile, plan);
  const stats = tf.engine().makeTensorFromTensorInfo(
    plan.splits === 1 ? parts : mergeParts(webgpu, parts, plan.splits),
  );
  return [reduceStatWebgpu(webgpu, stats, 0, inputs.noiseVar, attrs), stats];
};

/**
 * Pairs from which the linear method is the faster one. On the software adapter 8,192 rows and columns (bench/linear.md); a
 * GPU takes pairs by the trillion a second but pays for some 40 dispatches, by estimate: it was not measured.
 */
const linearPairs = ({ software }: Adapter) => 2 ** (software ? 26 : 34);

/** Fewer columns are no matter of the method. */
const LINEAR_COLUMNS = 2 ** 12;

function isLinear(
  inputs: LogMassInputs,
  { method = "auto" }: LogMassAttrs,
  adapter: Adapter,
): boolean {
  const { rows, columns } = logMassSize(inputs);
  if (!hasLinearMethod(inputs) || columns > MOST_LABELS) return false;
  return method === "linear" ||
    method === "auto" && columns >= LINEAR_COLUMNS && rows * columns >= linearPairs(adapter);
}

/** The statistics of every split, `[splits (1 + P + D), N]`. */
function directPass(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  tile: Tile,
  { span, splits, blocks }: Plan,
): tf.TensorInfo {
  const { pred, target, noiseVar, center, logWeight, variance } = inputs;
  const size = logMassSize(inputs);
  const { rows, columns, dim, noiseDim } = size;
  const pass = variance === undefined ? "log_mass_points" : "log_mass_spread";
  const weight = logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const quads = variance === undefined ? tile.quads : 1;
  const shape = [splits * (1 + noiseDim + dim), rows];
  let output: tf.TensorInfo | undefined;
  for (const { start, end } of blocks) {
    const threads = Math.ceil((end - start) / (4 * quads));
    output = dispatch(backend, {
      key: `${pass} ${weight} ${dim} ${noiseDim}`,
      code: () => passCode([SHADERS[weight], SHADERS[pass]], size, { ...tile, quads }),
      inputs: {
        pred,
        expected: target,
        noiseVar,
        ...(variance === undefined && { center: wholeVector(center) }),
        centerValue: center,
        ...(logWeight && { logWeight }),
        ...(variance && { variance }),
      },
      vectors: ["center"],
      shape,
      threads: threads * splits,
      workgroup: tile.workgroup,
      integers: {
        rows,
        columns,
        start,
        end,
        threads,
        span,
        // At least two steps are scanned. All, where weights leave logits without an upper bound.
        stride: logWeight ? 1 : Math.max(1, Math.min(16, Math.floor(span / (2 * tile.columns)))),
        ownLabel: center.dataId === target.dataId && logWeight === undefined ? 1 : 0,
      },
    }, output);
    if (blocks.length > 1) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }
  return output!;
}

/** A binding of `vec4` wants 16 bytes: the values of `info`, and zeros behind fewer. */
function wholeVector(info: tf.TensorInfo): tf.TensorInfo {
  const size = tf.util.sizeFromShape(info.shape);
  if (size >= 4) return info;
  return tf.pad(tf.reshape(info as tf.Tensor, [size]), [[0, 4 - size]]);
}

/** Dimensions times noises up to which loops over them are unrolled: beyond, compilers take too long. */
const MOST_UNROLLED = 16;

/** The code of a pass: the sizes that it is made for, how rows are read and written, its own parts. */
function passCode(
  parts: string[],
  { dim, noiseDim }: { dim: number; noiseDim: number },
  { quads, columns }: Tile,
): string {
  const short = { QUADS: quads, COLUMNS: columns };
  const long = { DIM: dim, NOISE_DIM: noiseDim, COLUMN_VECTORS: columns * dim / 4 };
  const constants = {
    ...short,
    ...long,
    ORIGINS: dim * quads,
    SCORES: noiseDim * quads,
    COLUMN_VALUES: columns * dim,
  };
  const unrolled = dim * noiseDim <= MOST_UNROLLED ? { ...short, ...long } : short;
  return [
    ...Object.entries(constants).map(([name, value]) => `const ${name} = ${value}u;`),
    ...[SHADERS.log_mass_rows, ...parts].map((part) => unroll(part, unrolled)),
  ].join("\n");
}

/** The statistics of a prior from those of its parts. */
function mergeParts(backend: WebGPUBackend, parts: tf.TensorInfo, splits: number): tf.TensorInfo {
  const rows = parts.shape[1]!;
  const stats = parts.shape[0]! / splits;
  const merged = dispatch(backend, {
    key: "log_mass_merge",
    code: () => SHADERS.log_mass_merge,
    inputs: { part: parts },
    shape: [stats, rows],
    threads: rows,
    workgroup: WORKGROUP,
    integers: { rows, stats, parts: splits },
  });
  backend.disposeData(parts.dataId);
  return merged;
}

/** See `reduceStat` in log_mass_portable.ts, of which this is the fused form. */
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
  const noiseDim = noiseVar.shape[0] ?? 1;
  const sum = dispatch(backend, {
    key: `log_mass_reduce ${noiseDim}`,
    code: () => [sizes(1, noiseDim), SHADERS.log_mass_scale, SHADERS.log_mass_reduce].join("\n"),
    inputs: { stats, noiseVar },
    shape: [1],
    threads: 1,
    workgroup: 256,
    integers: { rows, statistic, restoreScale: restoreScale ? 1 : 0 },
    floats: { factor: reductionFactor(reduction, rows) },
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
      return tf.reshape(tf.sum(tf.mul(upstream, sum)), noiseVar.shape);
    });
  }
  const dim = stats.shape[0]! - 1 - noiseDim;
  return dispatch(backend as WebGPUBackend, {
    key: `log_mass_grad ${dim} ${noiseDim}`,
    code: () => [sizes(dim, noiseDim), SHADERS.log_mass_scale, SHADERS.log_mass_grad].join("\n"),
    inputs: { upstream, stats, noiseVar },
    shape: pred.shape,
    threads: rows * dim,
    workgroup: WORKGROUP,
    integers: {
      rows,
      restoreScale: restoreScale ? 1 : 0,
      upstreamRows: upstream.shape.length,
    },
    floats: { factor: reductionFactor(reduction, rows) },
  });
};
