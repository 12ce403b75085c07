/**
 * The Laplace-mass kernel on tfjs's cpu backend: exact in a time of (N + M) log M, sums in float64.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { type CpuBackend, valuesOf } from "../log_mass/cpu_rows.ts";
import { reductionFactor } from "../log_mass/contract.ts";
import { ColumnSum, farther } from "./column_sum.ts";
import {
  type LaplaceMassAttrs,
  type LaplaceMassGradAttrs,
  type LaplaceMassGradInputs,
  type LaplaceMassInputs,
  laplaceMassSize,
} from "./contract.ts";
import { SortedColumns } from "./sorted_columns.ts";

/** See {@linkcode LaplaceMassInputs}. */
export const laplaceMassCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LaplaceMassInputs;
  const { reduction, restoreScale, ownLabel } = attrs as unknown as LaplaceMassAttrs;
  const { rows, columns, dim, scaleDim } = laplaceMassSize(tensors);
  const [pred, target] = [valuesOf(cpu, tensors.pred), valuesOf(cpu, tensors.target)];
  const [center, scale] = [valuesOf(cpu, tensors.center), valuesOf(cpu, tensors.scale)];
  const logWeight = tensors.logWeight && valuesOf(cpu, tensors.logWeight);

  const size = rows * dim;
  const stats = new Float32Array(3 * size).fill(NaN);
  const losses = new Float64Array(rows);
  const sum = new ColumnSum();
  for (let d = 0; d < dim; d++) {
    const b = scale[Math.min(d, scaleDim - 1)]!;
    const own = dim === 1 ? center : center.filter((_, k) => k % dim === d);
    if (!(b > 0 && own.length === columns && own.every(Number.isFinite))) {
      losses.fill(NaN);
      continue;
    }
    const sorted = new SortedColumns(own, logWeight, b);
    for (let i = 0; i < rows; i++) {
      const at = i * dim + d;
      const [p, t] = [pred[at]!, target[at]!];
      sorted.seenFrom(p, Math.sign(p - t), sum);
      const shift = farther(p, t, sum.center);
      let mass = shift + b * (sum.logWeight + Math.log(sum.mass));
      let share = 1; // of the prior beside the own label
      if (ownLabel) {
        share = 1 / (1 + Math.exp(-mass / b));
        mass = Math.max(mass, 0) + b * Math.log1p(Math.exp(-Math.abs(mass) / b));
      }
      const isSound = Number.isFinite(p) && Number.isFinite(mass);
      const loss = isSound ? restoreScale ? mass : mass / b : NaN;
      losses[i]! += loss;
      stats[at] = loss;
      if (!isSound) continue;
      stats[size + at] = share * sum.value / sum.mass;
      stats[2 * size + at] = share * (sum.gap / sum.mass - shift);
    }
  }
  const value = reduction === "none"
    ? Float32Array.from(losses)
    : Float32Array.of(losses.reduce((a, b) => a + b, 0) * reductionFactor(reduction, rows));
  return [
    cpu.makeTensorInfo(reduction === "none" ? [rows] : [], "float32", value),
    cpu.makeTensorInfo([3, size], "float32", stats),
  ];
};

/** See {@linkcode LaplaceMassGradInputs}. */
export const laplaceMassGradCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LaplaceMassGradInputs;
  const { reduction, restoreScale, of } = attrs as unknown as LaplaceMassGradAttrs;
  const stats = valuesOf(cpu, tensors.stats);
  const upstream = valuesOf(cpu, tensors.upstream);
  const scale = valuesOf(cpu, tensors.scale);
  const rows = tensors.pred.shape[0]!;
  const size = tensors.stats.shape[1]!;
  const dim = size / rows;
  const factor = reductionFactor(reduction, rows);
  const step = reduction === "none" ? 1 : 0; // one upstream value a row, or one for all

  /** The derivative of an element by one of both, the incoming gradient included. */
  const derivative = (statistic: number, at: number) =>
    factor * upstream[Math.floor(at / dim) * step]! * stats[statistic * size + at]!;

  if (of === "scale") {
    const gradient = new Float64Array(scale.length);
    for (let at = 0; at < size; at++) {
      const n = scale.length === 1 ? 0 : at % dim;
      gradient[n]! += derivative(2, at);
    }
    const byScale = gradient.map((sum, n) =>
      restoreScale ? sum / scale[n]! : sum / scale[n]! / scale[n]!
    );
    return cpu.makeTensorInfo(tensors.scale.shape, "float32", Float32Array.from(byScale));
  }
  const gradient = new Float32Array(size);
  for (let at = 0; at < size; at++) {
    const b = restoreScale ? 1 : scale[scale.length === 1 ? 0 : at % dim]!;
    gradient[at] = derivative(1, at) / b;
  }
  return cpu.makeTensorInfo(tensors.pred.shape, "float32", gradient);
};
