/**
 * The optimizer-step kernel on WebGPU: one dispatch a variable, whatever its shape.
 *
 * tfjs gives a program one output, the new value. The new moments are inputs that nobody has written yet: tfjs declares
 * their bindings for reading, and the shaders, which leave those declarations unused, declare them again for writing.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { OptimizerStepAttrs, OptimizerStepInputs } from "./contract.ts";
import { SHADERS } from "../../webgpu/shaders.gen.ts";
import { dispatch } from "../../webgpu/dispatch.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** See {@linkcode OptimizerStepInputs}. */
export const optimizerStepWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const { value, gradient, first, second } = inputs as unknown as OptimizerStepInputs;
  const step = attrs as unknown as OptimizerStepAttrs;
  const { shape } = value;
  const size = tf.util.sizeFromShape(shape);
  const newMoments: Record<string, tf.TensorInfo> = {
    unwrittenFirst: webgpu.makeTensorInfo(shape, "float32"),
    ...(second && { unwrittenSecond: webgpu.makeTensorInfo(shape, "float32") }),
  };
  // As vectors, so that variables of all ranks share one pipeline.
  const flat = ([name, info]: [string, tf.TensorInfo]) => [name, { ...info, shape: [size] }];
  const bindings = { value, gradient, first, ...(second && { second }), ...newMoments };
  const newValue = dispatch(webgpu, {
    purpose: { action: "update a variable", advice: "split it" },
    key: `optimizer_${step.rule}`,
    code: () => SHADERS[`optimizer_${step.rule}`],
    inputs: Object.fromEntries(Object.entries(bindings).map(flat)),
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
    integers: { size },
    floats: floatsOf(step),
  });
  return [{ ...newValue, shape }, ...Object.values(newMoments)];
};

/** The numbers of a step, as the shader calls them. */
function floatsOf(step: OptimizerStepAttrs): Record<string, number> {
  if (step.rule === "momentum") {
    const { rate, momentum, nesterov } = step;
    return { rate, momentum, nesterov: nesterov ? 1 : 0 };
  }
  const { rate, beta1, beta2, epsilon, correction, keep } = step;
  // The differences from 1 are the host's: float32 has 5 digits of 1 - 0.999.
  const [rest1, rest2] = [1 - beta1, 1 - beta2];
  return { rate, beta1, rest1, beta2, rest2, epsilon, correction, keep };
}
