/**
 * One dispatch of a shader of ours by tfjs's WebGPU backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** What a dispatch is for, as an error tells it. */
export interface Purpose {
  /** What could not be done. */
  action: string;
  /** What may help. */
  advice: string;
}

export interface Dispatch {
  purpose: Purpose;
  /** Part of tfjs's pipeline key: names everything that the code depends on; sizes belong into uniforms. */
  key: string;
  /** Called once a key. */
  code: () => string;
  /** The bindings by name. */
  inputs: Record<string, tf.TensorInfo>;
  /** Bindings that the shader reads as `vec4`. */
  vectors?: readonly string[];
  shape: number[];
  threads: number;
  workgroup: number;
  integers: Record<string, number>;
  floats?: Record<string, number>;
}

/** Runs the shader on a new tensor of `shape`, or on `output`, of which it may write a part. */
export function dispatch(
  backend: WebGPUBackend,
  work: Dispatch,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  checkBindings(backend, work);
  const { key, code, inputs, vectors = [], shape, threads, workgroup, integers, floats = {} } =
    work;
  const fields = [
    ...Object.keys(integers).map((name) => `${name} : i32, `),
    ...Object.keys(floats).map((name) => `${name} : f32, `),
  ];
  const names = Object.keys(inputs);
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
  return backend.runWebGPUProgram(program, Object.values(inputs), "float32", uniforms, output);
}

/** WebGPU reports an oversized binding to nobody: the result would be zeros. */
function checkBindings(
  backend: WebGPUBackend,
  { purpose: { action, advice }, inputs, shape }: Dispatch,
): void {
  const limit = backend.device.limits.maxStorageBufferBindingSize;
  for (const [name, info] of Object.entries({ ...inputs, "the result": { shape } })) {
    const bytes = 4 * tf.util.sizeFromShape(info.shape);
    if (bytes > limit) {
      throw new RangeError(
        `Cannot ${action} as ${name} [${info.shape}] exceeds the adapter's ` +
          `maxStorageBufferBindingSize of ${limit} bytes, ${advice}: current value is ${bytes}`,
      );
    }
  }
}
