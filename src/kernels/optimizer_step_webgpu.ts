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
import type { OptimizerStepAttrs, OptimizerStepInputs } from "./optimizer_step_kernel.ts";
import { SHADERS } from "./shaders.gen.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** See {@linkcode OptimizerStepInputs}. */
export const optimizerStepWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const { value, gradient, first, second } = inputs as unknown as OptimizerStepInputs;
  const step = attrs as unknown as OptimizerStepAttrs;
  const { shape } = value;
  const size = tf.util.sizeFromShape(shape);
  checkBinding(webgpu, shape, size);

  const operands: Record<string, tf.TensorInfo> = { value, gradient, first };
  if (second) operands.second = second;
  const newMoments: Record<string, tf.TensorInfo> = {
    unwrittenFirst: webgpu.makeTensorInfo(shape, "float32"),
    ...(second && { unwrittenSecond: webgpu.makeTensorInfo(shape, "float32") }),
  };
  const bindings = { ...operands, ...newMoments };
  const uniforms = uniformsOf(step);
  const program = {
    outputShape: [size],
    shaderKey: `optimizer_${step.rule}`,
    variableNames: Object.keys(bindings),
    variableComponents: Object.keys(bindings).map(() => 1),
    uniforms: Object.keys(uniforms).map((name) => `${name} : f32, `).join(""),
    workgroupSize: [WORKGROUP, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(size / WORKGROUP), 1, 1] as [number, number, number],
    size: true,
    getUserCode: () => SHADERS[`optimizer_${step.rule}`],
  };
  // As vectors, so that variables of all ranks share one pipeline.
  const flat = ({ dataId, dtype }: tf.TensorInfo) => ({ dataId, dtype, shape: [size] });
  const { dataId, dtype } = webgpu.runWebGPUProgram(
    program,
    Object.values(bindings).map(flat),
    "float32",
    Object.values(uniforms).map((number) => ({ type: "float32", data: [number] })),
  );
  return [{ dataId, dtype, shape }, ...Object.values(newMoments)];
};

/** The numbers of a step, in the order in which the shader's uniforms are declared. */
function uniformsOf(step: OptimizerStepAttrs): Record<string, number> {
  if (step.rule === "momentum") {
    const { rate, momentum, nesterov } = step;
    return { rate, momentum, nesterov: nesterov ? 1 : 0 };
  }
  const { rate, beta1, beta2, epsilon, correction, keep } = step;
  // The differences from 1 are the host's: float32 has 5 digits of 1 - 0.999.
  const [rest1, rest2] = [1 - beta1, 1 - beta2];
  return { rate, beta1, rest1, beta2, rest2, epsilon, correction, keep };
}

/** WebGPU reports an oversized binding to nobody: the variable would become zeros. */
function checkBinding({ device }: WebGPUBackend, shape: number[], size: number): void {
  const limit = device.limits.maxStorageBufferBindingSize;
  if (4 * size > limit) {
    throw new RangeError(
      `Cannot update a variable as its [${shape}] exceeds the adapter's maxStorageBufferBindingSize of ` +
        `${limit} bytes: current value is ${4 * size}`,
    );
  }
}
