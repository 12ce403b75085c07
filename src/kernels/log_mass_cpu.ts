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
  const { rows, dim, noiseDim } = logMassSize(tensors);
  const noiseVar = cpu.data.get(tensors.noiseVar.dataId).values;
  const noise = Float64Array.from({ length: dim }, (_, d) => {
    const s = noiseVar[Math.min(d, noiseDim - 1)]!;
    return s > 0 ? s : NaN;
  });

  const stats = new Float32Array((1 + noiseDim + dim) * rows);
  const value = new Float32Array(reduction === "none" ? rows : 1);
  const scale = restoreScale ? scaleOfLoss(noiseVar) : 1;
  let sum = 0;
  const rowStats = tensors.variance === undefined ? pointStats : spreadStats;
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

/** Takes a row's statistics; the scores come by dimension, whether the noise does or not. */
type EmitRow = (i: number, logMass: number, noiseScore: Float64Array, shift: Float64Array) => void;

/** The numbers of the inputs, and the sizes. */
function operands(cpu: CpuBackend, tensors: LogMassInputs) {
  const values = (info: tf.TensorInfo) => cpu.data.get(info.dataId).values;
  const { pred, target, center, logWeight, variance } = tensors;
  return {
    ...logMassSize(tensors),
    pred: values(pred),
    target: values(target),
    center: values(center),
    logWeight: logWeight && values(logWeight),
    variance: variance && values(variance),
  };
}

/** `-sum_d (a_id - b_jd)^2 / (2 s_d)`, with `metric_d = -1 / (2 s_d)`. */
function exponentOf(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  metric: Float64Array,
): number {
  const dim = metric.length;
  let sum = 0;
  for (let d = 0; d < dim; d++) {
    const e = b[j * dim + d]! - a[i * dim + d]!;
    sum += metric[d]! * e * e;
  }
  return sum;
}

/** The statistics of every row for a point prior; formulas in log_mass_points.wgsl. */
function pointStats(
  cpu: CpuBackend,
  tensors: LogMassInputs,
  noise: Float64Array,
  emit: EmitRow,
): void {
  const { rows, columns, dim, pred, target, center, logWeight } = operands(cpu, tensors);
  const metric = noise.map((s) => -0.5 / s);
  const exponents = new Float64Array(columns); // the logits without their weights
  const shift = new Float64Array(dim);
  const score = new Float64Array(dim); // sum of w e^2

  for (let i = 0; i < rows; i++) {
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      const q = exponentOf(pred, i, center, j, metric);
      exponents[j] = q;
      const logit = logWeight === undefined ? q : q + logWeight[j]!;
      // By `!(<=)`, so that a NaN becomes the peak and spoils the row.
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    shift.fill(0);
    score.fill(0);
    for (let j = 0; j < columns; j++) {
      const q = exponents[j]!;
      const distance = (logWeight === undefined ? q : q + logWeight[j]!) - peak;
      if (distance < -NEGLIGIBLE && q > -Infinity) continue; // -Infinity: an infinite label
      const w = Math.exp(distance);
      mass += w;
      for (let d = 0; d < dim; d++) {
        const e = center[j * dim + d]! - pred[i * dim + d]!;
        shift[d]! += w * e;
        score[d]! += w * e * e;
      }
    }
    for (let d = 0; d < dim; d++) {
      const residual = target[i * dim + d]! - pred[i * dim + d]!;
      shift[d] = shift[d]! / mass - residual;
      score[d] = (score[d]! / mass - residual * residual) / (2 * noise[d]! * noise[d]!);
    }
    const logMass = peak - exponentOf(pred, i, target, i, metric) + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), score, shift);
  }
}

/** The statistics of every row for columns with variances; formulas in log_mass_spread.wgsl. */
function spreadStats(
  cpu: CpuBackend,
  tensors: LogMassInputs,
  noise: Float64Array,
  emit: EmitRow,
): void {
  const { rows, columns, dim, pred, target, center, logWeight, variance } = operands(cpu, tensors);
  const metric = noise.map((s) => -0.5 / s);
  const shrink = Float64Array.from(variance!, (v, at) => noise[at % dim]! / (v + noise[at % dim]!));
  const bias = Float64Array.from({ length: columns }, (_, j) => logWeight?.[j] ?? 0);
  shrink.forEach((r, at) => bias[Math.floor(at / dim)]! += 0.5 * Math.log(r));
  const logits = new Float64Array(columns);
  const shift = new Float64Array(dim);
  const score = new Float64Array(dim); // sum of w 2 s d q / d s

  for (let i = 0; i < rows; i++) {
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      let logit = bias[j]!;
      for (let d = 0; d < dim; d++) {
        const e = center[j * dim + d]! - pred[i * dim + d]!;
        logit += metric[d]! * shrink[j * dim + d]! * e * e;
      }
      logits[j] = logit;
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    shift.fill(0);
    score.fill(0);
    for (let j = 0; j < columns; j++) {
      const w = Math.exp(logits[j]! - peak);
      mass += w;
      for (let d = 0; d < dim; d++) {
        const at = j * dim + d;
        const s = noise[d]!;
        const label = shrink[at]! * (center[at]! - pred[i * dim + d]!);
        shift[d]! += w * label;
        score[d]! += w * (variance![at]! / (variance![at]! + s) + label * label / s);
      }
    }
    for (let d = 0; d < dim; d++) {
      const s = noise[d]!;
      const residual = target[i * dim + d]! - pred[i * dim + d]!;
      shift[d] = shift[d]! / mass - residual;
      score[d] = (score[d]! / mass - residual * residual / s) / (2 * s);
    }
    const logMass = peak - exponentOf(pred, i, target, i, metric) + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), score, shift);
  }
}

/** An infinite label has weight 0 and would vanish from the log mass alone: NaN then. */
function finiteOrNaN(logMass: number, shift: Float64Array): number {
  return shift.every(Number.isFinite) ? logMass : NaN;
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const tensors = inputs as unknown as LogMassGradInputs;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  const rows = tensors.stats.shape[1]!;
  const stats = cpu.data.get(tensors.stats.dataId).values;
  const upstream = cpu.data.get(tensors.upstream.dataId).values;
  const noiseVar = cpu.data.get(tensors.noiseVar.dataId).values;
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
