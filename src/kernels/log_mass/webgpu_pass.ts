/**
 * What the two programs of the WebGPU pass have in common: one whose threads each have rows of
 * their own (webgpu_thread.ts), one whose workgroups share rows and columns (webgpu_wide.ts).
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Dimensions, LogMassInputs } from "./contract.ts";
import type { Pass } from "./tile.ts";
import { type Program, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** What a dispatch of the pass needs of its shaders. */
export interface PassProgram extends Pick<Program, "key" | "shaders" | "constants" | "unrolled"> {
  /** Threads a split. */
  threads: number;
}

/** What a dispatch of the pass is about: its rows, its columns, and where statistics go. */
export interface PassBlock {
  dimensions: Dimensions;
  rows: number;
  columns: number;
  /** The rows of this dispatch, from `start` to before `end`. */
  start: number;
  end: number;
  /** Numbers of a statistic in the result, and the first row of them. */
  stored: number;
  firstStored: number;
  /** Columns a split, and how many splits. */
  span: number;
  splits: number;
}

/** Which columns these are. */
export function passOf({ variance }: LogMassInputs): Pass {
  return variance === undefined ? "points" : "spread";
}

/**
 * The weights of the columns, `[M]`, or by dimension `[M, D]`. Without any, 0 bits: a number that
 * compilers do not know.
 */
export function weightOf(logWeight: tf.TensorInfo | undefined): Shader {
  if (logWeight === undefined) return shader(shaders.log_weight_none, { floats: { zero: 0 } });
  const [, problems] = logWeight.shape;
  if (problems === undefined) {
    return shader(shaders.log_weight_given, { inputs: { logWeight }, floats: { zero: 0 } });
  }
  return shader(shaders.log_weight_each, {
    inputs: { logWeight },
    integers: { problems },
    floats: { zero: 0 },
  });
}
