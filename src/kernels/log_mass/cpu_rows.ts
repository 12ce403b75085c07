/**
 * What the cpu kernel's two passes share.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { type LogMassInputs, logMassSize } from "./contract.ts";

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

/** The numbers of the inputs, and the sizes. */
export function operands(cpu: CpuBackend, tensors: LogMassInputs) {
  const values = (info: tf.TensorInfo) => valuesOf(cpu, info);
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
