/** The adapter's own limit for products: multiply-adds without memory. */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { time } from "./time.ts";

/** Sums that a thread holds, each of 4 numbers: enough not to wait for each other. */
const SUMS = 8;
/** Multiply-adds of a sum between two looks at the loop's end. */
const UNROLLED = 16;
const WORKGROUP = 64;

function* body(): Generator<string> {
  const sums = Array.from({ length: SUMS }, (_, s) => s);
  yield "fn main(index: i32) { let factor = vec4(start[0]); let more = vec4(start[1]);";
  for (const s of sums) yield `var sum${s} = vec4(f32(index + ${s}));`;
  yield "for (var turn = 0; turn < uniforms.turns; turn++) {";
  for (let k = 0; k < UNROLLED; k++) {
    for (const s of sums) yield `sum${s} = fma(sum${s}, factor, more);`;
  }
  yield "}";
  yield `let all = ${sums.map((s) => `sum${s}`).join(" + ")};`;
  yield "if (index < uniforms.size) { result[index] = all.x + all.y + all.z + all.w; } }";
}

/** Multiply-adds a second of an adapter full of threads. */
export async function multiplyAddsPerSecond(backend: WebGPUBackend): Promise<number> {
  const software = backend.device.adapterInfo.isFallbackAdapter === true;
  const [size, turns] = software ? [2 ** 12, 64] : [2 ** 18, 2048];
  const start = tf.tensor1d([0.999, 0.001]);
  const program = {
    outputShape: [size],
    shaderKey: "multiply adds",
    variableNames: ["start"],
    uniforms: "turns : i32, ",
    size: true,
    workgroupSize: [WORKGROUP, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [size / WORKGROUP, 1, 1] as [number, number, number],
    getUserCode: () => [...body()].join("\n"),
  };
  const uniforms = [{ type: "int32", data: [turns] }];
  const run = () =>
    tf.engine().makeTensorFromTensorInfo(
      backend.runWebGPUProgram(program, [start], "float32", uniforms),
    );
  const { least } = await time(run, 100);
  start.dispose();
  return 1e3 * size * turns * UNROLLED * SUMS * 4 / least;
}
