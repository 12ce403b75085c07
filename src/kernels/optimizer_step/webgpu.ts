/**
 * The optimizer-step kernel on WebGPU: one dispatch a variable, whatever its shape.
 *
 * tfjs gives a program one output, the new value. The new moments are inputs that nobody has
 * written yet: tfjs declares their bindings for reading, and the shaders, which leave those
 * declarations unused, declare them again for writing.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf } from "../../check/size_of.ts";
import type {
  AdamAttrs,
  MomentumAttrs,
  OptimizerStepAttrs,
  OptimizerStepInputs,
} from "./contract.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** See {@linkcode OptimizerStepInputs}. */
export const optimizerStepWebgpu: tf.KernelFunc = (params) => {
  const webgpu = params.backend as WebGPUBackend;
  const { value, gradient, first, second } = params.inputs as unknown as OptimizerStepInputs;
  const step = params.attrs as unknown as OptimizerStepAttrs;
  const { shape } = value;
  const size = sizeOf(shape);
  // As vectors, so that variables of all ranks share one pipeline.
  const flat = (info: tf.TensorInfo) => ({ ...info, shape: [size] });
  const unwritten = () => webgpu.makeTensorInfo([size], "float32");
  const newMoments = second ? [unwritten(), unwritten()] : [unwritten()];
  const [unwrittenFirst, unwrittenSecond] = newMoments as [tf.TensorInfo, tf.TensorInfo];
  const inputs = { value: flat(value), gradient: flat(gradient), first: flat(first) };
  const newValue = runShaders(webgpu, {
    purpose: { action: "update a variable", advice: "split it" },
    key: `optimizer_${step.rule}`,
    shaders: [
      step.rule === "momentum"
        ? shader(shaders.optimizer_momentum, {
          inputs: { ...inputs, unwrittenFirst },
          integers: { size },
          floats: momentumFloats(step),
        })
        : shader(shaders.optimizer_adam, {
          // In this order: the shader declares the last two again, by their numbers.
          inputs: { ...inputs, second: flat(second!), unwrittenFirst, unwrittenSecond },
          integers: { size },
          floats: adamFloats(step),
        }),
    ],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
  return [newValue, ...newMoments].map((info) => ({ ...info, shape }));
};

function momentumFloats({ rate, momentum, nesterov }: MomentumAttrs) {
  return { rate, momentum, nesterov: nesterov ? 1 : 0 };
}

/** The numbers of a step, as the shader calls them. */
function adamFloats({ rate, beta1, beta2, epsilon, correction, keep, l2 }: AdamAttrs) {
  // The differences from 1 are the host's: float32 has 5 digits of 1 - 0.999.
  const [rest1, rest2] = [1 - beta1, 1 - beta2];
  return { rate, beta1, rest1, beta2, rest2, epsilon, correction, keep, l2 };
}
