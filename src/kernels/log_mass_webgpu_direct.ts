/**
 * The WebGPU pass over every pair of row and column: split, cut into dispatches, merged, as log_mass_plan.ts says.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  LOG_MASS_PURPOSE,
  type LogMassInputs,
  type LogMassSize,
  logMassSize,
} from "./log_mass_kernel.ts";
import { type Adapter, type Plan, planOf, type Tile, tileOf } from "./log_mass_plan.ts";
import { SHADERS } from "./shaders.gen.ts";
import { unroll } from "./unroll.ts";
import { dispatch } from "./webgpu_dispatch.ts";
import { wgslConstants } from "./wgsl_constants.ts";

/** Threads a workgroup of the merge. */
const WORKGROUP = 64;

/** The statistics `[1 + P + D, N]`. */
export function directPass(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  adapter: Adapter,
): tf.TensorInfo {
  const size = logMassSize(inputs);
  const tile = tileOf(size.dim, adapter);
  const plan = planOf(size, tile, adapter);
  const parts = statsOfSplits(backend, inputs, tile, plan);
  return plan.splits === 1 ? parts : mergeParts(backend, parts, plan.splits);
}

/** The statistics of every split, `[splits (1 + P + D), N]`. */
function statsOfSplits(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  tile: Tile,
  { span, splits, blocks }: Plan,
): tf.TensorInfo {
  const { pred, target, noiseVar, center, logWeight, variance } = inputs;
  const size = logMassSize(inputs);
  const { rows, columns, dim, noiseDim } = size;
  const pass = variance === undefined ? "log_mass_points" : "log_mass_spread";
  const weight = logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const quads = variance === undefined ? tile.quads : 1;
  const shape = [splits * (1 + noiseDim + dim), rows];
  let output: tf.TensorInfo | undefined;
  for (const { start, end } of blocks) {
    const threads = Math.ceil((end - start) / (4 * quads));
    output = dispatch(backend, {
      purpose: LOG_MASS_PURPOSE,
      key: `${pass} ${weight} ${dim} ${noiseDim}`,
      code: () => passCode([SHADERS[weight], SHADERS[pass]], size, { ...tile, quads }),
      inputs: {
        pred,
        expected: target,
        noiseVar,
        ...(variance === undefined && { center: wholeVector(center) }),
        centerValue: center,
        ...(logWeight && { logWeight }),
        ...(variance && { variance }),
      },
      vectors: ["center"],
      shape,
      threads: threads * splits,
      workgroup: tile.workgroup,
      integers: {
        rows,
        columns,
        start,
        end,
        threads,
        span,
        // At least two steps are scanned. All, where weights leave logits without an upper bound.
        stride: logWeight ? 1 : Math.max(1, Math.min(16, Math.floor(span / (2 * tile.columns)))),
        ownLabel: center.dataId === target.dataId && logWeight === undefined ? 1 : 0,
      },
    }, output);
    if (blocks.length > 1) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }
  return output!;
}

/** A binding of `vec4` wants 16 bytes: the values of `info`, and zeros behind fewer. */
function wholeVector(info: tf.TensorInfo): tf.TensorInfo {
  const size = tf.util.sizeFromShape(info.shape);
  if (size >= 4) return info;
  return tf.pad(tf.reshape(info as tf.Tensor, [size]), [[0, 4 - size]]);
}

/** Dimensions times noises up to which loops over them are unrolled: beyond, compilers take too long. */
const MOST_UNROLLED = 16;

/** The code of a pass: the sizes that it is made for, how rows are read and written, its own parts. */
function passCode(
  parts: string[],
  { dim, noiseDim }: LogMassSize,
  { quads, columns }: Tile,
): string {
  const short = { QUADS: quads, COLUMNS: columns };
  const long = { DIM: dim, NOISE_DIM: noiseDim, COLUMN_VECTORS: columns * dim / 4 };
  const constants = {
    ...short,
    ...long,
    ORIGINS: dim * quads,
    SCORES: noiseDim * quads,
    COLUMN_VALUES: columns * dim,
  };
  const unrolled = dim * noiseDim <= MOST_UNROLLED ? { ...short, ...long } : short;
  return [
    wgslConstants(constants),
    ...[SHADERS.log_mass_rows, ...parts].map((part) => unroll(part, unrolled)),
  ].join("\n");
}

/** The statistics of a prior from those of its parts. */
function mergeParts(backend: WebGPUBackend, parts: tf.TensorInfo, splits: number): tf.TensorInfo {
  const rows = parts.shape[1]!;
  const stats = parts.shape[0]! / splits;
  const merged = dispatch(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: "log_mass_merge",
    code: () => SHADERS.log_mass_merge,
    inputs: { part: parts },
    shape: [stats, rows],
    threads: rows,
    workgroup: WORKGROUP,
    integers: { rows, stats, parts: splits },
  });
  backend.disposeData(parts.dataId);
  return merged;
}
