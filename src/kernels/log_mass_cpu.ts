/**
 * The log-mass kernel on tfjs's cpu backend: plain loops over typed arrays, sums in float64.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import {
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  logMassSize,
  reductionFactor,
} from "./log_mass_kernel.ts";

/** What the kernel uses of tfjs's cpu backend. */
interface CpuBackend extends tf.KernelBackend {
  data: { get(dataId: tf.DataId): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

/**
 * Columns this many nats below the row's heaviest are passed over: each adds less than exp(-50) =
 * 2e-22 of the mass, below float32's 6e-8 even for 1e12 of them.
 */
const NEGLIGIBLE = 50;

/** See {@linkcode LogMassInputs}. */
export const logMassCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LogMassInputs;
  const { reduction, restoreScale } = attrs as unknown as LogMassAttrs;
  const { rows, dim } = logMassSize(tensors);
  const s = cpu.data.get(tensors.noiseVar.dataId).values[0]!;

  const stats = new Float32Array((dim + 2) * rows);
  const value = new Float32Array(reduction === "none" ? rows : 1);
  const scale = restoreScale ? 2 * s : 1;
  let sum = 0;
  const rowStats = tensors.variance === undefined ? pointStats : spreadStats;
  rowStats(cpu, tensors, s > 0 ? s : NaN, (i, logMass, noiseScore, shift) => {
    stats[i] = logMass;
    stats[rows + i] = noiseScore;
    for (let d = 0; d < dim; d++) stats[(d + 2) * rows + i] = shift[d]!;
    if (reduction === "none") value[i] = scale * logMass;
    else sum += logMass;
  });
  if (reduction !== "none") value[0] = sum * scale * reductionFactor(reduction, rows);
  return [
    cpu.makeTensorInfo(reduction === "none" ? [rows] : [], "float32", value),
    cpu.makeTensorInfo([dim + 2, rows], "float32", stats),
  ];
};

type EmitRow = (i: number, logMass: number, noiseScore: number, shift: Float64Array) => void;

/** The statistics of every row for a point prior; formulas in log_mass_points.wgsl. */
function pointStats(cpu: CpuBackend, tensors: LogMassInputs, s: number, emit: EmitRow): void {
  const { rows, columns, dim } = logMassSize(tensors);
  const values = (info: tf.TensorInfo) => cpu.data.get(info.dataId).values;
  const [pred, target, center] = [tensors.pred, tensors.target, tensors.center].map(values);
  const logWeight = tensors.logWeight && values(tensors.logWeight);
  const k = 0.5 / s;
  const exponent = new Float64Array(columns); // the logit without its weight
  const shift = new Float64Array(dim);

  for (let i = 0; i < rows; i++) {
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      let q = 0;
      for (let d = 0; d < dim; d++) {
        const t = target![i * dim + d]!;
        const e = center![j * dim + d]! - t;
        q += e * (2 * (pred![i * dim + d]! - t) - e);
      }
      q *= k;
      exponent[j] = q;
      const logit = logWeight === undefined ? q : q + logWeight[j]!;
      // A NaN becomes the peak and stays it.
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    let score = 0;
    shift.fill(0);
    for (let j = 0; j < columns; j++) {
      const q = exponent[j]!;
      const distance = (logWeight === undefined ? q : q + logWeight[j]!) - peak;
      if (distance < -NEGLIGIBLE && Number.isFinite(q)) continue;
      const w = Math.exp(distance);
      mass += w;
      score += w * q;
      for (let d = 0; d < dim; d++) {
        shift[d]! += w * (center![j * dim + d]! - target![i * dim + d]!);
      }
    }
    for (let d = 0; d < dim; d++) shift[d]! /= mass;
    emit(i, finiteOr(peak + Math.log(mass), shift), -score / (mass * s), shift);
  }
}

/** The statistics of every row for columns with variances; formulas in log_mass_spread.wgsl. */
function spreadStats(cpu: CpuBackend, tensors: LogMassInputs, s: number, emit: EmitRow): void {
  const { rows, columns, dim } = logMassSize(tensors);
  const values = (info: tf.TensorInfo) => cpu.data.get(info.dataId).values;
  const [pred, target, center] = [tensors.pred, tensors.target, tensors.center].map(values);
  const logWeight = tensors.logWeight && values(tensors.logWeight);
  const spread = Float64Array.from(values(tensors.variance!));
  const shrink = spread.map((v) => s / (v + s));
  const halfLog = shrink.map((r) => 0.5 * Math.log(r));
  const logits = new Float64Array(columns);
  const scores = new Float64Array(columns);
  const shift = new Float64Array(dim);

  for (let i = 0; i < rows; i++) {
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      let logit = logWeight === undefined ? 0 : logWeight[j]!;
      let slope = 0;
      for (let d = 0; d < dim; d++) {
        const at = j * dim + d;
        const t = target![i * dim + d]!;
        const g = pred![i * dim + d]! - t;
        const e = center![at]! - t;
        const r = shrink[at]!;
        const rest = spread[at]! / (spread[at]! + s); // 1 - r without cancellation
        logit += halfLog[at]! + (0.5 / s) * (rest * g * g + r * e * (2 * g - e));
        const residual = r * (e - g);
        slope += rest + (residual - g) * (residual + g) / s;
      }
      logits[j] = logit;
      scores[j] = (0.5 / s) * slope;
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    let score = 0;
    shift.fill(0);
    for (let j = 0; j < columns; j++) {
      const w = Math.exp(logits[j]! - peak);
      mass += w;
      score += w * scores[j]!;
      for (let d = 0; d < dim; d++) {
        const at = j * dim + d;
        const t = target![i * dim + d]!;
        const v = spread[at]!;
        const mean = (s * (center![at]! - t) + v * (pred![i * dim + d]! - t)) / (v + s);
        shift[d]! += w * mean;
      }
    }
    for (let d = 0; d < dim; d++) shift[d]! /= mass;
    emit(i, finiteOr(peak + Math.log(mass), shift), score / mass, shift);
  }
}

/** An infinite label has weight 0 and would vanish from the log mass alone: NaN then. */
function finiteOr(logMass: number, shift: Float64Array): number {
  return shift.every(Number.isFinite) ? logMass : NaN;
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LogMassGradInputs;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  const [height, rows] = tensors.stats.shape as [number, number];
  const stats = cpu.data.get(tensors.stats.dataId).values;
  const upstream = cpu.data.get(tensors.upstream.dataId).values;
  const s = cpu.data.get(tensors.noiseVar.dataId).values[0]!;
  const factor = reductionFactor(reduction, rows);
  const step = reduction === "none" ? 1 : 0; // one upstream value a row, or one for all

  if (of === "noiseVar") {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += upstream[i * step]! * stats[rows + i]!;
    const scale = factor * (restoreScale ? 2 * s : 1);
    return cpu.makeTensorInfo([], "float32", Float32Array.of(sum * scale));
  }
  const dim = height - 2;
  const scale = factor * (restoreScale ? 2 : 1 / s);
  const gradient = new Float32Array(rows * dim);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < dim; d++) {
      gradient[i * dim + d] = scale * upstream[i * step]! * stats[(d + 2) * rows + i]!;
    }
  }
  return cpu.makeTensorInfo([rows, dim], "float32", gradient);
};
