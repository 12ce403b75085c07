/**
 * Forward kinematics on WebGPU: one dispatch in either direction, a thread a body.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import type { KinematicsAttrs, KinematicsGradInputs, KinematicsInputs } from "./contract.ts";

/** Threads a workgroup: few bodies are to be spread over the device. */
const WORKGROUP = 32;

const flat = (info: tf.TensorInfo) => ({ ...info, shape: [tf.util.sizeFromShape(info.shape)] });

function run(
  backend: WebGPUBackend,
  { rotations, rest }: KinematicsInputs,
  parents: readonly number[],
  main: (parents: tf.TensorInfo) => Shader,
  shape: number[],
): tf.TensorInfo {
  const [count, joints] = rotations.shape as [number, number];
  const restStride = rest.shape[0] === 1 ? 0 : 3 * joints;
  const tree = tf.tensor1d([...parents], "int32");
  const own = main(tree);
  const result = runShaders(backend, {
    purpose: batchPurpose(backend, "compute kinematics", { rotations, "the result": { shape } }),
    key: own.name,
    shaders: [
      shader(shaders.kinematics, {
        inputs: { rotations: flat(rotations), rest: flat(rest) },
        integers: { joints, restStride },
      }),
      own,
    ],
    shape: [tf.util.sizeFromShape(shape)],
    threads: count,
    workgroup: WORKGROUP,
  });
  tree.dispose();
  return { ...result, shape };
}

/** See {@linkcode KinematicsInputs}. */
export const kinematicsWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const own = inputs as unknown as KinematicsInputs;
  const [count, joints] = own.rotations.shape as [number, number];
  const main = (parents: tf.TensorInfo) =>
    shader(shaders.kinematics_value, { inputs: { parents }, integers: { count, joints } });
  const { parents } = attrs as unknown as KinematicsAttrs;
  return run(backend as WebGPUBackend, own, parents, main, [count, joints, 3, 4]);
};

/** See {@linkcode KinematicsGradInputs}. */
export const kinematicsGradWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const own = inputs as unknown as KinematicsGradInputs;
  const [count, joints] = own.rotations.shape as [number, number];
  const main = (parents: tf.TensorInfo) =>
    shader(shaders.kinematics_grad, {
      inputs: { world: flat(own.world), dy: flat(own.dy), parents },
      integers: { count, joints },
    });
  const { parents } = attrs as unknown as KinematicsAttrs;
  return run(backend as WebGPUBackend, own, parents, main, [count, joints, 12]);
};
