/**
 * What the cpu kernel's passes share.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { hasNoiseByRow, type LogMassInputs, logMassSize } from "./contract.ts";

/** What the kernel uses of tfjs's cpu backend. */
export interface CpuBackend extends tf.KernelBackend {
  data: { get(dataId: tf.DataId): { values: Float32Array | Int32Array | Uint8Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

/**
 * The numbers of a float32 tensor. `tf.cast` of int32 or bool leaves their array under it, whose
 * bits are no float32 numbers: a sort would go wrong.
 */
export function valuesOf(cpu: CpuBackend, { dataId }: tf.TensorInfo): Float32Array {
  const { values } = cpu.data.get(dataId);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** Takes a row's statistics; the scores come by dimension, whether the noise does or not. */
export type EmitRow = (
  i: number,
  logMass: number,
  noiseScore: Float64Array,
  shift: Float64Array,
) => void;

/** What a pass of the cpu kernel is over: all dimensions, or one that is for itself. */
export interface CpuProblem {
  readonly rows: number;
  readonly columns: number;
  readonly dim: number;
  readonly pred: Float32Array;
  readonly target: Float32Array;
  readonly center: Float32Array;
  readonly logWeight: Float32Array | undefined;
  readonly variance: Float32Array | undefined;
  /** The noise of a row by dimension, NaN where it is not above 0; overwritten by the next call. */
  readonly noise: (i: number) => Float64Array;
}

/** The problem of all dimensions, or that of one. */
export function cpuProblem(
  cpu: CpuBackend,
  tensors: LogMassInputs,
  dimension?: number,
): CpuProblem {
  const { rows, columns, dim } = logMassSize(tensors, dimension === undefined ? "joint" : "each");
  const { noiseVar, logWeight, variance } = tensors;
  const of = (info: tf.TensorInfo) => {
    const values = valuesOf(cpu, info);
    const width = info.shape[1] ?? 1;
    return dimension === undefined || width === 1
      ? values
      : Float32Array.from({ length: info.shape[0]! }, (_, i) => values[i * width + dimension]!);
  };
  const place = noisePlaces(noiseVar);
  const noises = valuesOf(cpu, noiseVar);
  const noise = new Float64Array(dim);
  const fill = (i: number) => {
    for (let d = 0; d < dim; d++) {
      const s = noises[place(i, dimension ?? d)]!;
      noise[d] = s > 0 ? s : NaN;
    }
    return noise;
  };
  fill(0);
  return {
    rows,
    columns,
    dim,
    pred: of(tensors.pred),
    target: of(tensors.target),
    center: of(tensors.center),
    logWeight: logWeight && of(logWeight),
    variance: variance && of(variance),
    noise: hasNoiseByRow(tensors) ? fill : () => noise,
  };
}

/** Where the noise of row i and dimension d lies in a tensor of noises. */
export function noisePlaces(noiseVar: { shape: number[] }): (i: number, d: number) => number {
  const width = noiseVar.shape.at(-1) ?? 1;
  const step = hasNoiseByRow({ noiseVar }) ? width : 0;
  return (i, d) => i * step + Math.min(d, width - 1);
}

/** `-sum_d (a_id - b_jd)^2 / (2 s_d)`, with `metric_d = -1 / (2 s_d)`. */
export function exponentOf(
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

/** An infinite label has weight 0 and would vanish from the log mass alone: NaN then. */
export function finiteOrNaN(logMass: number, shift: Float64Array): number {
  return shift.every(Number.isFinite) ? logMass : NaN;
}
