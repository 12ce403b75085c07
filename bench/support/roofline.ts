/** The adapter's own limit for the pass's loop body in one dimension: arithmetic without memory. */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";

/** Difference, square, exp2 and two sums a pair, for four rows a thread and four columns a step. */
const BODY = `
fn main(index: i32) {
  let p = vec4(start[0], start[1], start[2], start[3]) + f32(index);
  let step = start[4];
  var c = start[5];
  var mass = vec4(0.0);
  var mean = vec4(0.0);
  for (var j = 0; j < uniforms.columns; j += 4) {
    let e0 = c - p;
    let e1 = (c + step) - p;
    let e2 = e0 + 2.0 * step;
    let e3 = e1 + 2.0 * step;
    c += 4.0 * step;
    let w0 = exp2(-e0 * e0);
    let w1 = exp2(-e1 * e1);
    let w2 = exp2(-e2 * e2);
    let w3 = exp2(-e3 * e3);
    mass += (w0 + w1) + (w2 + w3);
    mean += (w0 * e0 + w1 * e1) + (w2 * e2 + w3 * e3);
  }
  if (index < uniforms.size) {
    result[index] = dot(mass, vec4(1.0)) + dot(mean, vec4(1.0));
  }
}`;

/** One run of the body over `size` x `size` pairs. */
export function roofline(backend: WebGPUBackend, start: tf.Tensor1D, size: number): tf.Tensor {
  const threads = Math.ceil(size / 4);
  const program = {
    outputShape: [threads],
    shaderKey: "roofline",
    variableNames: ["start"],
    uniforms: "columns : i32, ",
    size: true,
    workgroupSize: [64, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(threads / 64), 1, 1] as [number, number, number],
    getUserCode: () => BODY,
  };
  const columns = [{ type: "int32", data: [size] }];
  const info = backend.runWebGPUProgram(program, [start], "float32", columns);
  return tf.engine().makeTensorFromTensorInfo(info);
}
