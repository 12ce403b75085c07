/**
 * The optimizer-step kernel on tfjs's cpu backend: one plain loop, in float64 between load and
 * store.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { type CpuBackend, valuesOf } from "../log_mass/cpu_rows.ts";
import type {
  AdamAttrs,
  MomentumAttrs,
  OptimizerStepAttrs,
  OptimizerStepInputs,
} from "./contract.ts";

/** See {@linkcode OptimizerStepInputs}. */
export const optimizerStepCpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const cpu = backend as CpuBackend;
  const { value, gradient, first, second } = inputs as unknown as OptimizerStepInputs;
  const step = attrs as unknown as OptimizerStepAttrs;
  const values = (info: tf.TensorInfo) => valuesOf(cpu, info);
  const outputs = step.rule === "momentum"
    ? momentumStep(values(value), values(gradient), values(first), step)
    : adamStep(values(value), values(gradient), values(first), values(second!), step);
  return outputs.map((output) => cpu.makeTensorInfo(value.shape, "float32", output));
};

function momentumStep(
  value: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  { rate, momentum, nesterov }: MomentumAttrs,
): Float32Array[] {
  const newValue = new Float32Array(value.length);
  const newFirst = new Float32Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i]!;
    const velocity = momentum * first[i]! + g;
    newFirst[i] = velocity;
    newValue[i] = value[i]! - rate * (nesterov ? g + momentum * velocity : velocity);
  }
  return [newValue, newFirst];
}

function adamStep(
  value: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  second: Float32Array,
  { rate, beta1, beta2, epsilon, correction, keep, l2 }: AdamAttrs,
): Float32Array[] {
  const newValue = new Float32Array(value.length);
  const newFirst = new Float32Array(value.length);
  const newSecond = new Float32Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i]! + l2 * value[i]!;
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    newFirst[i] = m;
    newSecond[i] = v;
    newValue[i] = keep * value[i]! - rate * m / (Math.sqrt(correction * v) + epsilon);
  }
  return [newValue, newFirst, newSecond];
}
