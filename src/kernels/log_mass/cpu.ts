/**
 * The log-mass kernel on tfjs's cpu backend: plain loops over typed arrays, sums in float64.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { linearStats } from "./cpu_linear.ts";
import { pointStats } from "./cpu_points.ts";
import { type CpuBackend, valuesOf } from "./cpu_rows.ts";
import { logMassPortable } from "./portable.ts";
import { spreadStats } from "./cpu_spread.ts";
import {
  hasLinearMethod,
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  logMassSize,
  reductionFactor,
} from "./contract.ts";

/**
 * Columns from which the linear method is the faster one: some 2,500 ns a row against 8 ns a pair.
 */
const LINEAR_FROM = 512;

/** See {@linkcode LogMassInputs}. */
export const logMassCpu: tf.KernelFunc = (params) => {
  const { inputs, backend, attrs } = params;
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LogMassInputs;
  if (tensors.rotation) return logMassPortable(params);
  const { reduction, restoreScale, method = "auto" } = attrs as unknown as LogMassAttrs;
  const { rows, columns, dim, noiseDim } = logMassSize(tensors);
  const noiseVar = valuesOf(cpu, tensors.noiseVar);
  const noise = Float64Array.from({ length: dim }, (_, d) => {
    const s = noiseVar[Math.min(d, noiseDim - 1)]!;
    return s > 0 ? s : NaN;
  });

  const stats = new Float32Array((1 + noiseDim + dim) * rows);
  const value = new Float32Array(reduction === "none" ? rows : 1);
  const scale = restoreScale ? scaleOfLoss(noiseVar) : 1;
  let sum = 0;
  const linear = hasLinearMethod(tensors) &&
    (method === "linear" || method === "auto" && columns >= LINEAR_FROM);
  const rowStats = linear ? linearStats : tensors.variance === undefined ? pointStats : spreadStats;
  rowStats(cpu, tensors, noise, (i, logMass, noiseScore, shift) => {
    stats[i] = logMass;
    for (let d = 0; d < dim; d++) {
      stats[(1 + Math.min(d, noiseDim - 1)) * rows + i]! += noiseScore[d]!;
      stats[(1 + noiseDim + d) * rows + i] = shift[d]!;
    }
    if (reduction === "none") value[i] = scale * logMass;
    else sum += logMass;
  });
  if (reduction !== "none") value[0] = sum * scale * reductionFactor(reduction, rows);
  return [
    cpu.makeTensorInfo(reduction === "none" ? [rows] : [], "float32", value),
    cpu.makeTensorInfo([1 + noiseDim + dim, rows], "float32", stats),
  ];
};

/** `2 noiseVar`, by its mean over the dimensions. */
function scaleOfLoss(noiseVar: Float32Array): number {
  return 2 * noiseVar.reduce((sum, s) => sum + s, 0) / noiseVar.length;
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LogMassGradInputs;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  const rows = tensors.stats.shape[1]!;
  const stats = valuesOf(cpu, tensors.stats);
  const upstream = valuesOf(cpu, tensors.upstream);
  const noiseVar = valuesOf(cpu, tensors.noiseVar);
  const noiseDim = noiseVar.length;
  const factor = reductionFactor(reduction, rows) * (restoreScale ? scaleOfLoss(noiseVar) : 1);
  const step = reduction === "none" ? 1 : 0; // one upstream value a row, or one for all

  if (of === "noiseVar") {
    const gradient = Float32Array.from(noiseVar, (_, n) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += upstream[i * step]! * stats[(1 + n) * rows + i]!;
      return sum * factor;
    });
    return cpu.makeTensorInfo(tensors.noiseVar.shape, "float32", gradient);
  }
  const dim = tensors.stats.shape[0]! - 1 - noiseDim;
  const gradient = new Float32Array(rows * dim);
  for (let d = 0; d < dim; d++) {
    const scale = factor / noiseVar[Math.min(d, noiseDim - 1)]!;
    const shift = (1 + noiseDim + d) * rows;
    for (let i = 0; i < rows; i++) {
      gradient[i * dim + d] = scale * upstream[i * step]! * stats[shift + i]!;
    }
  }
  return cpu.makeTensorInfo(tensors.pred.shape, "float32", gradient);
};
