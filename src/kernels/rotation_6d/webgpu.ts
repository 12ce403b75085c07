/**
 * The 6-D rotations on WebGPU: one dispatch in either direction.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import type { Rotation6dGradInputs, Rotation6dInputs } from "./contract.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

const flat = (info: tf.TensorInfo, row: number) => ({ ...info, shape: [info.shape[0]! * row] });

/** Runs a thread a rotation; the result has `row` numbers each, of shape `[M, 3, row / 3]`. */
function run(backend: WebGPUBackend, x: tf.TensorInfo, main: Shader, row: number) {
  const count = x.shape[0]!;
  const shape = [count, 3, row / 3];
  const result = runShaders(backend, {
    purpose: batchPurpose(backend, "compute rotations", { x, "the result": { shape } }),
    key: main.name,
    shaders: [shader(shaders.rotation_6d, { inputs: { x: flat(x, 6) } }), main],
    shape: [count * row],
    threads: count,
    workgroup: WORKGROUP,
  });
  return { ...result, shape };
}

/** See {@linkcode Rotation6dInputs}. */
export const rotation6dWebgpu: tf.KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs as unknown as Rotation6dInputs;
  const integers = { count: x.shape[0]! };
  return run(backend as WebGPUBackend, x, shader(shaders.rotation_6d_value, { integers }), 9);
};

/** See {@linkcode Rotation6dGradInputs}. */
export const rotation6dGradWebgpu: tf.KernelFunc = ({ inputs, backend }) => {
  const { x, dy } = inputs as unknown as Rotation6dGradInputs;
  const integers = { count: x.shape[0]! };
  const main = shader(shaders.rotation_6d_grad, { inputs: { dy: flat(dy, 9) }, integers });
  return run(backend as WebGPUBackend, x, main, 6);
};
