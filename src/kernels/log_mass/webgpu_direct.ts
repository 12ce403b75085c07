/**
 * The WebGPU pass over every pair of row and column: split, cut into dispatches, merged, as plan.ts
 * says.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type Dimensions, LOG_MASS_PURPOSE, type LogMassInputs, logMassSize } from "./contract.ts";
import { type Block, type Plan, planOf } from "./plan.ts";
import { type Adapter, type Tile, tileOf } from "./tile.ts";
import { passOf } from "./webgpu_pass.ts";
import { threadProgram } from "./webgpu_thread.ts";
import { wideProgram } from "./webgpu_wide.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** Threads a workgroup of the merge. */
const WORKGROUP = 64;

/**
 * The statistics `[1 + P + D, N]`, or `[3, N D]` of dimensions that are for themselves, computed as
 * an adapter wants it, or by another tile and plan.
 */
export function directPass(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  adapter: Adapter,
  dimensions: Dimensions = "joint",
  tile: Tile = tileOf(logMassSize(inputs, dimensions), passOf(inputs), adapter),
  plan: Plan = planOf(logMassSize(inputs, dimensions), tile),
): tf.TensorInfo {
  const { rows, problems } = logMassSize(inputs, dimensions);
  const pass = { inputs, dimensions, tile, plan };
  let stats: tf.TensorInfo | undefined;
  for (const block of plan.blocks) {
    if (plan.splits === 1) {
      stats = statsOfBlock(backend, pass, block, stats);
    } else {
      const parts = statsOfBlock(backend, pass, block);
      // Statistics lie row by row: those of some rows in one piece.
      const piece = { start: block.start * problems, end: block.end * problems };
      stats = mergeParts(backend, parts, plan.splits, rows * problems, piece, stats);
      backend.disposeData(parts.dataId);
    }
    if (plan.blocks.length > 1) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }
  return stats!;
}

/** A pass over all pairs, and how it is cut. */
interface Pass {
  inputs: LogMassInputs;
  dimensions: Dimensions;
  tile: Tile;
  plan: Plan;
}

/**
 * The statistics of a block's rows: where there is one split, written into `output`, `[1 + P + D,
 * N]`, or a new one; else those of every split and of these rows alone, `[splits (1 + P + D), rows
 * of the block]`.
 */
function statsOfBlock(
  backend: WebGPUBackend,
  { inputs, dimensions, tile, plan: { span, splits } }: Pass,
  { start, end }: Block,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  const { rows, columns, dim, noiseDim, problems } = logMassSize(inputs, dimensions);
  const [count, firstStored] = splits > 1 ? [end - start, start] : [rows, 0];
  const stored = count * problems;
  const block = { dimensions, rows, columns, start, end, stored, firstStored, span, splits };
  const { threads, ...program } = (tile.wide ? wideProgram : threadProgram)(inputs, tile, block);
  return runShaders(backend, {
    ...program,
    purpose: LOG_MASS_PURPOSE,
    shape: [splits * (1 + noiseDim + dim), stored],
    threads: threads * splits,
    workgroup: tile.workgroup,
  }, output);
}

/** Merges the parts of a block into `output`, `[stats, N]`, or into a new one. */
function mergeParts(
  backend: WebGPUBackend,
  parts: tf.TensorInfo,
  splits: number,
  rows: number,
  { start, end }: Block,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  const stats = parts.shape[0]! / splits;
  const count = end - start;
  return runShaders(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: "log_mass_merge",
    shaders: [
      shader(shaders.log_mass_merge, {
        inputs: { part: parts },
        integers: { rows, start, count, stats, parts: splits },
      }),
    ],
    shape: [stats, rows],
    threads: stats * count,
    workgroup: WORKGROUP,
  }, output);
}
