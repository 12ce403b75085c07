/**
 * One dispatch of a shader of ours by tfjs's WebGPU backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf } from "../check/size_of.ts";
import { checkDevice, checkShader, checkSize, type Purpose } from "./limits.ts";
import { to_float32 } from "./shaders.gen.ts";

export type { Purpose };

export interface Dispatch {
  purpose: Purpose;
  /**
   * Part of tfjs's pipeline key: names everything that the code depends on; sizes belong into
   * uniforms.
   */
  key: string;
  /** Called once a key. */
  code: () => string;
  /** The bindings by name. */
  inputs: Record<string, tf.TensorInfo>;
  /** Bindings that the shader reads as `vec4`. */
  vectors?: readonly string[];
  /** Bindings that the shader reads as `i32`: tensors of int32. */
  wholes?: readonly string[];
  shape: number[];
  threads: number;
  workgroup: number;
  integers: Record<string, number>;
  floats?: Record<string, number>;
}

/** Threads a workgroup of the conversion. */
const WORKGROUP = 64;

/**
 * Runs the shader on a new tensor of `shape`, or on `output`, of which it may write a part; where
 * there is nothing to write, as of no rows, nothing runs.
 */
export function dispatch(
  backend: WebGPUBackend,
  work: Dispatch,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  check(backend, work);
  if (sizeOf(work.shape) === 0) {
    return output ?? backend.makeTensorInfo(work.shape, "float32", new Float32Array(0));
  }
  const converted = new Map<tf.DataId, tf.TensorInfo>();
  const inputs = Object.entries(work.inputs).map(([name, info]) => {
    if (work.wholes?.includes(name) || isFloat32(backend, info)) return info;
    const float = converted.get(info.dataId) ?? toFloat32(backend, info, work.purpose);
    converted.set(info.dataId, float);
    return { ...info, dataId: float.dataId };
  });
  const result = run(backend, work, inputs, output);
  // tfjs keeps the buffers until the submit that uses them.
  for (const { dataId } of converted.values()) backend.disposeData(dataId);
  return result;
}

function run(
  backend: WebGPUBackend,
  work: Dispatch,
  inputs: tf.TensorInfo[],
  output?: tf.TensorInfo,
): tf.TensorInfo {
  const { key, code, vectors = [], shape, threads, workgroup, integers, floats = {} } = work;
  const fields = [
    ...Object.keys(integers).map((name) => `${name} : i32, `),
    ...Object.keys(floats).map((name) => `${name} : f32, `),
  ];
  const names = Object.keys(work.inputs);
  const program = {
    outputShape: shape,
    shaderKey: key,
    variableNames: names,
    variableComponents: names.map((name) => vectors.includes(name) ? 4 : 1),
    uniforms: fields.join(""),
    workgroupSize: [workgroup, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(threads / workgroup), 1, 1] as [number, number, number],
    getUserCode: code,
  };
  const uniforms = [
    ...Object.values(integers).map((value) => ({ type: "int32", data: [value] })),
    ...Object.values(floats).map((value) => ({ type: "float32", data: [value] })),
  ];
  return backend.runWebGPUProgram(program, inputs, "float32", uniforms, output);
}

/**
 * Whether a buffer holds what our shaders declare. `tf.cast` of int32 or bool leaves the integers
 * under a float32 tensor; what they are, only the backend's own record tells.
 */
function isFloat32(backend: WebGPUBackend, { dataId }: tf.TensorInfo): boolean {
  return backend.tensorMap.get(dataId).dtype === "float32";
}

/** The numbers of a buffer of integers in one of their own; the caller disposes its data. */
function toFloat32(
  backend: WebGPUBackend,
  info: tf.TensorInfo,
  purpose: Purpose,
): tf.TensorInfo {
  const size = sizeOf(info.shape);
  const whole = { ...info, shape: [size] };
  const work = {
    purpose,
    key: "to_float32",
    code: () => to_float32.code,
    inputs: { whole },
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
    integers: { size },
  };
  return run(backend, work, [whole]);
}

/**
 * Whether data is there: tfjs fetches it from another backend, and between a disposal and the next
 * submit has it still.
 */
function isHeld(backend: WebGPUBackend, dataId: tf.DataId): boolean {
  if (backend.tensorMap.has(dataId)) return backend.refCount(dataId) > 0;
  const owner = tf.engine().state.tensorInfo.get(dataId)?.backend;
  return owner !== undefined && owner !== backend;
}

/** Throws before anything is encoded where the work cannot be done. */
function check(backend: WebGPUBackend, work: Dispatch): void {
  const { purpose, inputs, shape, threads, workgroup } = work;
  checkDevice(backend, purpose);
  const named = Object.entries(inputs);
  for (const [name, { dataId }] of named) {
    if (isHeld(backend, dataId)) continue;
    throw new Error(`Cannot ${purpose.action} as ${name} must not be disposed`);
  }
  for (const [name, info] of sizeOf(shape) === 0 ? [] : named) {
    if (sizeOf(info.shape) > 0) continue;
    throw new RangeError(`Cannot ${purpose.action} as ${name} must not be empty`);
  }
  for (const [name, info] of [...named, ["the result", { shape }] as const]) {
    checkSize(backend, name, info, purpose);
  }
  checkShader(backend, purpose, { buffers: 1 + named.length, threads, workgroup });
}
