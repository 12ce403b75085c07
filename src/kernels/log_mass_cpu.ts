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

/** |a_i - b_j|^2 of two rows. */
function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dim: number,
): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) {
    const e = b[j * dim + d]! - a[i * dim + d]!;
    sum += e * e;
  }
  return sum;
}

/** The statistics of every row for a point prior; formulas in log_mass_points.wgsl. */
function pointStats(cpu: CpuBackend, tensors: LogMassInputs, s: number, emit: EmitRow): void {
  const { rows, columns, dim, pred, target, center, logWeight } = operands(cpu, tensors);
  const k = -0.5 / s;
  const exponents = new Float64Array(columns); // the logits without their weights
  const shift = new Float64Array(dim);

  for (let i = 0; i < rows; i++) {
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      const q = k * squaredDistance(pred, i, center, j, dim);
      exponents[j] = q;
      const logit = logWeight === undefined ? q : q + logWeight[j]!;
      // By `!(<=)`, so that a NaN becomes the peak and spoils the row.
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    let score = 0;
    shift.fill(0);
    for (let j = 0; j < columns; j++) {
      const q = exponents[j]!;
      const distance = (logWeight === undefined ? q : q + logWeight[j]!) - peak;
      if (distance < -NEGLIGIBLE && q > -Infinity) continue; // -Infinity: an infinite label
      const w = Math.exp(distance);
      mass += w;
      score += w * q;
      for (let d = 0; d < dim; d++) shift[d]! += w * (center[j * dim + d]! - pred[i * dim + d]!);
    }
    const own = k * squaredDistance(pred, i, target, i, dim);
    for (let d = 0; d < dim; d++) {
      shift[d] = shift[d]! / mass - (target[i * dim + d]! - pred[i * dim + d]!);
    }
    const logMass = peak - own + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), -(score / mass - own) / s, shift);
  }
}

/** The statistics of every row for columns with variances; formulas in log_mass_spread.wgsl. */
function spreadStats(cpu: CpuBackend, tensors: LogMassInputs, s: number, emit: EmitRow): void {
  const { rows, columns, dim, pred, target, center, logWeight, variance } = operands(cpu, tensors);
  const k = -0.5 / s;
  const shrink = Float64Array.from(variance!, (v) => s / (v + s));
  const bias = new Float64Array(columns); // of a logit, and of its derivative by s: all but e
  const slope = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    bias[j] = logWeight?.[j] ?? 0;
    for (let at = j * dim; at < (j + 1) * dim; at++) {
      bias[j]! += 0.5 * Math.log(shrink[at]!);
      slope[j]! += variance![at]! / (variance![at]! + s);
    }
  }
  const logits = new Float64Array(columns);
  const shift = new Float64Array(dim);

  for (let i = 0; i < rows; i++) {
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      let logit = bias[j]!;
      for (let d = 0; d < dim; d++) {
        const e = center[j * dim + d]! - pred[i * dim + d]!;
        logit += k * shrink[j * dim + d]! * e * e;
      }
      logits[j] = logit;
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    let score = 0; // sum of w 2 s d q / d s
    shift.fill(0);
    for (let j = 0; j < columns; j++) {
      const w = Math.exp(logits[j]! - peak);
      mass += w;
      let change = slope[j]!;
      for (let d = 0; d < dim; d++) {
        const label = shrink[j * dim + d]! * (center[j * dim + d]! - pred[i * dim + d]!);
        shift[d]! += w * label;
        change += label * label / s;
      }
      score += w * change;
    }
    const residual = squaredDistance(pred, i, target, i, dim);
    for (let d = 0; d < dim; d++) {
      shift[d] = shift[d]! / mass - (target[i * dim + d]! - pred[i * dim + d]!);
    }
    const logMass = peak - k * residual + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), (score / mass - residual / s) * (0.5 / s), shift);
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
  return cpu.makeTensorInfo(tensors.pred.shape, "float32", gradient);
};
