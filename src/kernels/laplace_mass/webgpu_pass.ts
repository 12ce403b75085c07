/**
 * The WebGPU pass of the Laplace mass over every pair of row and column: split by columns, cut into
 * dispatches by rows, merged.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type Block, type Plan, planOf } from "../log_mass/plan.ts";
import { MOST_WORK, type Tile } from "../log_mass/tile.ts";
import { weightOf } from "../log_mass/webgpu_pass.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import {
  LAPLACE_MASS_PURPOSE,
  type LaplaceMassAttrs,
  type LaplaceMassInputs,
  type LaplaceMassSize,
  laplaceMassSize,
} from "./contract.ts";

/** Threads a workgroup of the merge. */
const WORKGROUP = 64;

/** Numbers of sums over columns: laplace_mass_rows.wgsl, laplace_mass_side.wgsl. */
export const FIELDS = 5;

/** How a thread of the pass works: four rows of one dimension, column by column; see plan.ts. */
const tileOf = (software: boolean): Tile => ({
  wide: false,
  quads: 1,
  columns: 1,
  workgroup: software ? 8 : 64,
  unrolled: false,
  iterations: 1,
  ends: 16, // the loops over a thread's rows
  threads: software ? 64 : 2 ** 20,
  mostWork: MOST_WORK[software ? "software" : "gpu"],
  leastSpan: software ? 1024 : 512,
});

/** How the pass is cut for an adapter, a software one or a GPU. */
export function laplacePlan(
  { rows, columns, dim }: LaplaceMassSize,
  software: boolean,
): Plan & Pick<Tile, "workgroup"> {
  const tile = tileOf(software);
  // A pair costs some four times what a dimension of a square does.
  return { ...planOf({ rows, columns, dim: 4 * dim, noiseDim: 1 }, tile), ...tile };
}

/** The statistics `[3, N D]`, by a plan. */
export function passOver(
  backend: WebGPUBackend,
  inputs: LaplaceMassInputs,
  attrs: LaplaceMassAttrs,
  { span, splits, blocks, workgroup }: ReturnType<typeof laplacePlan>,
): tf.TensorInfo {
  const size = laplaceMassSize(inputs);
  const { rows, columns, dim } = size;
  let stats: tf.TensorInfo | undefined;
  for (const block of blocks) {
    const threads = dim * Math.ceil((block.end - block.start) / 4);
    const rowsShader = rowsOf(inputs, attrs, size, block);
    const sums = runShaders(backend, {
      purpose: LAPLACE_MASS_PURPOSE,
      ...columnsOf(inputs, rowsShader, { columns, span, splits, dim }),
      shape: splits === 1 ? [3, rows * dim] : [splits * FIELDS, (block.end - block.start) * dim],
      threads: threads * splits,
      workgroup,
    }, splits === 1 ? stats : undefined);
    if (splits === 1) stats = sums;
    else {
      stats = runShaders(backend, {
        purpose: LAPLACE_MASS_PURPOSE,
        key: "laplace_mass_merge",
        shaders: [
          shader(shaders.laplace_mass_numbers, {}),
          rowsShader,
          shader(shaders.laplace_mass_merge, {
            inputs: { part: sums },
            integers: { parts: splits, dim },
          }),
        ],
        shape: [3, rows * dim],
        threads,
        workgroup: WORKGROUP,
      }, stats);
      backend.disposeData(sums.dataId);
    }
    if (blocks.length > 1) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }
  return stats!;
}

/** How the passes read their rows and write statistics. */
export function rowsOf(
  { pred, target, scale }: LaplaceMassInputs,
  { restoreScale, ownLabel }: LaplaceMassAttrs,
  { rows, dim, scaleDim }: LaplaceMassSize,
  { start, end }: Block,
): Shader {
  return shader(shaders.laplace_mass_rows, {
    inputs: { pred, expected: target, scale },
    integers: {
      rows,
      dim,
      scaleDim,
      start,
      end,
      restoreScale: restoreScale ? 1 : 0,
      ownLabel: ownLabel ? 1 : 0,
    },
  });
}

/** The program of the pass. */
function columnsOf(
  { center, logWeight }: LaplaceMassInputs,
  rowsShader: Shader,
  integers: { columns: number; span: number; splits: number; dim: number },
): { key: string; shaders: Shader[] } {
  const weight = weightOf(logWeight);
  return {
    key: `laplace_mass_columns ${weight.name}`,
    shaders: [
      shader(shaders.laplace_mass_numbers, {}),
      rowsShader,
      weight,
      shader(shaders.laplace_mass_columns, { inputs: { center }, integers }),
    ],
  };
}
