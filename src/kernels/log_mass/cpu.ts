/**
 * The log-mass kernel on tfjs's cpu backend: plain loops over typed arrays, sums in float64.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { linearStats } from "./cpu_linear.ts";
import { pointStats } from "./cpu_points.ts";
import { type CpuBackend, cpuProblem, noisePlaces, valuesOf } from "./cpu_rows.ts";
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
  const kernelAttrs = attrs as unknown as LogMassAttrs;
  const { reduction, method = "auto", dimensions } = kernelAttrs;
  const { rows, columns, dim, noiseDim, problems } = logMassSize(tensors, dimensions);

  const size = rows * problems;
  const stats = new Float32Array((1 + noiseDim + dim) * size);
  const value = new Float32Array(reduction === "none" ? size : 1);
  const scaleOf = scaleOfLoss(valuesOf(cpu, tensors.noiseVar), tensors, kernelAttrs);
  let sum = 0;
  const linear = hasLinearMethod(tensors, dimensions) &&
    (method === "linear" || method === "auto" && columns >= LINEAR_FROM);
  const rowStats = linear ? linearStats : tensors.variance === undefined ? pointStats : spreadStats;
  for (let k = 0; k < problems; k++) {
    const problem = cpuProblem(cpu, tensors, dimensions === "each" ? k : undefined);
    rowStats(problem, (i, logMass, noiseScore, shift) => {
      const at = i * problems + k;
      stats[at] = logMass;
      for (let d = 0; d < dim; d++) {
        stats[(1 + Math.min(d, noiseDim - 1)) * size + at]! += noiseScore[d]!;
        stats[(1 + noiseDim + d) * size + at] = shift[d]!;
      }
      const scaled = scaleOf(i, k) * logMass;
      if (reduction === "none") value[at] = scaled;
      else sum += scaled;
    });
  }
  if (reduction !== "none") value[0] = sum * reductionFactor(reduction, rows);
  const shape = reduction !== "none" ? [] : dimensions === "each" ? [rows, problems] : [rows];
  return [
    cpu.makeTensorInfo(shape, "float32", value),
    cpu.makeTensorInfo([1 + noiseDim + dim, size], "float32", stats),
  ];
};

/** What a row's loss, or that of a dimension k for itself, is multiplied by. */
function scaleOfLoss(
  noises: Float32Array,
  { noiseVar }: Pick<LogMassInputs, "noiseVar">,
  { restoreScale, dimensions }: LogMassAttrs,
): (i: number, k: number) => number {
  if (!restoreScale) return () => 1;
  const place = noisePlaces(noiseVar);
  if (dimensions === "each") return (i, k) => 2 * noises[place(i, k)]!;
  const width = noiseVar.shape.at(-1) ?? 1;
  return (i) => {
    let sum = 0;
    for (let n = 0; n < width; n++) sum += noises[place(i, n)]!;
    return 2 * sum / width;
  };
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LogMassGradInputs;
  const gradAttrs = attrs as unknown as LogMassGradAttrs;
  const { reduction, of, dimensions } = gradAttrs;
  const { pred, noiseVar } = tensors;
  const [rows, width] = [pred.shape[0]!, pred.shape[1] ?? 1];
  const each = dimensions === "each";
  const size = tensors.stats.shape[1]!;
  const noiseDim = each ? 1 : noiseVar.shape.at(-1) ?? 1;
  const stats = valuesOf(cpu, tensors.stats);
  const upstream = valuesOf(cpu, tensors.upstream);
  const noises = valuesOf(cpu, noiseVar);
  const place = noisePlaces(noiseVar);
  const scaleOf = scaleOfLoss(noises, tensors, gradAttrs);
  const factor = reductionFactor(reduction, rows);
  // Where row i, or its dimension d for itself, lies among the statistics.
  const at = each ? (i: number, d: number) => i * width + d : (i: number) => i;
  // One upstream value a row or dimension, or one for all.
  const incoming = (i: number, d: number) =>
    factor * scaleOf(i, d) * upstream[reduction === "none" ? at(i, d) : 0]!;

  if (of === "noiseVar") {
    const gradient = new Float64Array(noises.length);
    for (let i = 0; i < rows; i++) {
      for (let d = 0; d < (each ? width : noiseDim); d++) {
        const score = stats[(each ? 1 : 1 + d) * size + at(i, d)]!;
        gradient[place(i, d)]! += incoming(i, d) * score;
      }
    }
    return cpu.makeTensorInfo(noiseVar.shape, "float32", Float32Array.from(gradient));
  }
  const gradient = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < width; d++) {
      const shift = stats[(1 + noiseDim + (each ? 0 : d)) * size + at(i, d)]!;
      gradient[i * width + d] = incoming(i, d) / noises[place(i, d)]! * shift;
    }
  }
  return cpu.makeTensorInfo(pred.shape, "float32", gradient);
};
