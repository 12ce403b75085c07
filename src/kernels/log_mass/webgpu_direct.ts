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
import { type PassShader, wideShader } from "./webgpu_wide.ts";
import { SHADERS } from "../../webgpu/shaders.gen.ts";
import { unroll } from "../../webgpu/unroll.ts";
import { dispatch } from "../../webgpu/dispatch.ts";
import { wgslConstants } from "../../webgpu/wgsl_constants.ts";

/** Threads a workgroup of the merge. */
const WORKGROUP = 64;

/** Which columns these are. */
export function passOf({ variance }: LogMassInputs): Pass {
  return variance === undefined ? "points" : "spread";
}

/** The statistics `[1 + P + D, N]`, computed as an adapter wants it, or by another tile and plan. */
export function directPass(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  adapter: Adapter,
  tile: Tile = tileOf(logMassSize(inputs), passOf(inputs), adapter),
  plan: Plan = planOf(logMassSize(inputs), tile),
): tf.TensorInfo {
  const size = logMassSize(inputs);
  let stats: tf.TensorInfo | undefined;
  for (const block of plan.blocks) {
    if (plan.splits === 1) {
      stats = statsOfBlock(backend, inputs, tile, plan, block, stats);
    } else {
      const parts = statsOfBlock(backend, inputs, tile, plan, block);
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
  tile: Tile,
  { span, splits }: Plan,
  { start, end }: Block,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  const { pred, target, noiseVar, center, logWeight, variance } = inputs;
  const { rows, columns, dim, noiseDim } = logMassSize(inputs);
  const alone = splits > 1;
  const stored = alone ? end - start : rows;
  const block = { rows, columns, start, end, stored, firstStored: alone ? start : 0, span };
  const { key, code, threads, integers } = (tile.wide ? wideShader : threadShader)(
    inputs,
    tile,
    end - start,
    span,
  );
  return dispatch(backend, {
    purpose: LOG_MASS_PURPOSE,
    key,
    code,
    inputs: {
      pred,
      expected: target,
      noiseVar,
      ...(!tile.wide && !variance && { center: wholeVector(center) }),
      centerValue: center,
      ...(logWeight && { logWeight }),
      ...(variance && { variance }),
    },
    vectors: ["center"],
    shape: [splits * (1 + noiseDim + dim), stored],
    threads: threads * splits,
    workgroup: tile.workgroup,
    integers: { ...block, splits, ...integers },
    floats: { zero: 0 },
  }, output);
}

/** The shader whose threads each have rows of their own, for `rows` rows and `span` columns a split. */
function threadShader(inputs: LogMassInputs, tile: Tile, rows: number, span: number): PassShader {
  const { target, center, logWeight } = inputs;
  const size = logMassSize(inputs);
  const pass = `log_mass_${passOf(inputs)}` as const;
  const weight = logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const threads = Math.ceil(rows / (4 * tile.quads));
  return {
    key: `${pass} ${weight} ${size.dim} ${size.noiseDim} ${tile.quads} ${tile.columns}`,
    code: () => {
      const far = pass === "log_mass_points" ? [SHADERS.log_mass_far] : [];
      return passCode([SHADERS[weight], SHADERS[pass], ...far], size, tile);
    },
    threads,
    integers: {
      threads,
      // At least two steps are scanned. All, where weights leave logits without an upper bound.
      stride: logWeight ? 1 : Math.max(1, Math.min(16, Math.floor(span / (2 * tile.columns)))),
      ownLabel: center.dataId === target.dataId && logWeight === undefined ? 1 : 0,
    },
  };
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
