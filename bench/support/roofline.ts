/** The adapter's own limit for the pass's loop body: arithmetic without memory. */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";

/** Coordinates and sums that a thread holds, at most: with one a dimension it would wait for memory. */
const HELD = 4;

/** Columns a step: the more, the less the loop itself costs; many dimensions are long enough. */
const columnsOf = (dim: number) => dim <= 16 ? 32 : 8;

/**
 * For a row a thread: difference, square, one sum and one accumulation a dimension, exp2 and mass.
 *
 * It is a lower bound of any pass, so it keeps nothing. Columns are counted up, once for every HELD dimensions.
 * Differences are weighted by the column before, or the one as far along in the step before, whichever is faster: they
 * need not wait for a weight of their own.
 */
function* body(dim: number): Generator<string> {
  const columns = Array.from({ length: columnsOf(dim) }, (_, k) => k);
  const weights = columns.slice(0, dim <= HELD ? 1 : columns.length);
  const held = Array.from({ length: Math.min(dim, HELD) }, (_, h) => h);
  yield "fn main(index: i32) {";
  yield "var column = start[4]; let step = start[5]; var mass = 0.0;";
  for (const h of held) yield `let row${h} = start[${h}] + 1e-4 * f32(index); var sum${h} = 0.0;`;
  for (const k of weights) yield `var w${k} = 0.0;`;
  yield `for (var j = 0; j < uniforms.columns; j += ${columns.length}) {`;
  for (const k of columns) {
    const w = `w${k % weights.length}`;
    yield "{ var even = 0.0; var odd = 0.0;"; // two sums: neither waits for the other
    for (let d = 0; d < dim; d++) {
      const h = d % held.length;
      if (h === 0) yield "column += step;";
      yield `let e${d} = column - row${h};`;
      yield `${d % 2 === 0 ? "even" : "odd"} += e${d} * e${d}; sum${h} += ${w} * e${d};`;
    }
    yield `${w} = exp2(-(even + odd)); mass += ${w}; }`;
  }
  yield "}";
  const total = ["mass", ...held.map((h) => `sum${h}`)].join(" + ");
  yield `if (index < uniforms.size) { result[index] = ${total}; } }`;
}

/**
 * One run of the body over `size` x `size` pairs, a multiple of 32, of `dim` dimensions.
 *
 * `start`: the first row's coordinates, the first column and the step between columns, `[6]`.
 */
export function roofline(
  backend: WebGPUBackend,
  start: tf.Tensor1D,
  size: number,
  dim: number,
): tf.Tensor {
  const program = {
    outputShape: [size],
    shaderKey: `roofline ${dim}`,
    variableNames: ["start"],
    uniforms: "columns : i32, ",
    size: true,
    workgroupSize: [64, 1, 1] as [number, number, number],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(size / 64), 1, 1] as [number, number, number],
    getUserCode: () => [...body(dim)].join("\n"),
  };
  const columns = [{ type: "int32", data: [size] }];
  const info = backend.runWebGPUProgram(program, [start], "float32", columns);
  return tf.engine().makeTensorFromTensorInfo(info);
}
