/**
 * The WebGPU pass over every pair of row and column: split, cut into dispatches, merged, as plan.ts says.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { LOG_MASS_PURPOSE, type LogMassInputs, type LogMassSize, logMassSize } from "./contract.ts";
import {
  type Adapter,
  type Block,
  type Pass,
  type Plan,
  planOf,
  type Tile,
  tileOf,
} from "./plan.ts";
import { SHADERS } from "../../webgpu/shaders.gen.ts";
import { unroll } from "../../webgpu/unroll.ts";
import { dispatch } from "../../webgpu/dispatch.ts";
import { wgslConstants } from "../../webgpu/wgsl_constants.ts";

/** Threads a workgroup of the merge. */
const WORKGROUP = 64;

/** Up to so many dimensions rows far from every column are summed apart; more take many seconds to compile. */
const FAR_DIM = 16;

/** The statistics `[1 + P + D, N]`. */
export function directPass(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  adapter: Adapter,
): tf.TensorInfo {
  const size = logMassSize(inputs);
  const pass = inputs.variance === undefined ? "points" : "spread";
  const tile = tileOf(size, pass, adapter);
  const plan = planOf(size, tile, adapter);
  let stats: tf.TensorInfo | undefined;
  for (const block of plan.blocks) {
    if (plan.splits === 1) {
      stats = statsOfBlock(backend, inputs, pass, tile, plan, block, stats);
    } else {
      const parts = statsOfBlock(backend, inputs, pass, tile, plan, block);
      stats = mergeParts(backend, parts, plan.splits, size.rows, block, stats);
      backend.disposeData(parts.dataId);
    }
    if (plan.blocks.length > 1) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }
  return stats!;
}

/**
 * The statistics of a block's rows: where there is one split, written into `output`, `[1 + P + D, N]`, or a new one; else
 * those of every split and of these rows alone, `[splits (1 + P + D), rows of the block]`.
 */
function statsOfBlock(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  pass: Pass,
  tile: Tile,
  { span, splits }: Plan,
  { start, end }: Block,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  const { pred, target, noiseVar, center, logWeight, variance } = inputs;
  const size = logMassSize(inputs);
  const { rows, columns, dim, noiseDim } = size;
  const weight = logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const threads = Math.ceil((end - start) / (4 * tile.quads));
  const alone = splits > 1;
  const stored = alone ? end - start : rows;
  return dispatch(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: `log_mass_${pass} ${weight} ${dim} ${noiseDim} ${tile.quads} ${tile.columns}`,
    code: () => {
      const far = dim <= FAR_DIM ? SHADERS.log_mass_far : SHADERS.log_mass_far_none;
      const parts = [SHADERS[weight], SHADERS[`log_mass_${pass}`]];
      return passCode(pass === "points" ? [...parts, far] : parts, size, tile);
    },
    inputs: {
      pred,
      expected: target,
      noiseVar,
      ...(pass === "points" && { center: wholeVector(center) }),
      centerValue: center,
      ...(logWeight && { logWeight }),
      ...(variance && { variance }),
    },
    vectors: ["center"],
    shape: [splits * (1 + noiseDim + dim), stored],
    threads: threads * splits,
    workgroup: tile.workgroup,
    integers: {
      rows,
      columns,
      start,
      end,
      threads,
      stored,
      firstStored: alone ? start : 0,
      span,
      // At least two steps are scanned. All, where weights leave logits without an upper bound.
      stride: logWeight ? 1 : Math.max(1, Math.min(16, Math.floor(span / (2 * tile.columns)))),
      ownLabel: center.dataId === target.dataId && logWeight === undefined ? 1 : 0,
      whole: alone ? 0 : 1,
    },
    floats: { zero: 0 },
  }, output);
}

/** A binding of `vec4` wants 16 bytes: the values of `info`, and zeros behind fewer. */
function wholeVector(info: tf.TensorInfo): tf.TensorInfo {
  const size = tf.util.sizeFromShape(info.shape);
  if (size >= 4) return info;
  return tf.pad(tf.reshape(info as tf.Tensor, [size]), [[0, 4 - size]]);
}

/** The code of a pass: the sizes that it is made for, how rows are read and written, its own parts. */
function passCode(
  parts: string[],
  { dim, noiseDim }: LogMassSize,
  { quads, columns, unrolled }: Tile,
): string {
  const short = { QUADS: quads, COLUMNS: columns, LANES: 4 };
  const long = {
    DIM: dim,
    NOISE_DIM: noiseDim,
    COLUMN_VECTORS: Math.floor(columns * dim / 4),
    COLUMN_VALUES: columns * dim,
    ORIGINS: dim * quads,
    SCORES: noiseDim * quads,
  };
  const constants = { ...short, ...long };
  return [
    wgslConstants(constants),
    ...[SHADERS.log_mass_rows, ...parts].map((part) => unroll(part, unrolled ? constants : short)),
  ].join("\n");
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
  return dispatch(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: "log_mass_merge",
    code: () => SHADERS.log_mass_merge,
    inputs: { part: parts },
    shape: [stats, rows],
    threads: stats * count,
    workgroup: WORKGROUP,
    integers: { rows, start, count, stats, parts: splits },
  }, output);
}
