/**
 * The WebGPU pass of the Laplace mass over sorted columns, in a time of (N + M) log M: a sort a
 * dimension, the sums over blocks of columns, a scan of these from either side, and a binary search
 * a row. What sorted_columns.ts does, with the sums of blocks in place of those of every column.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { radixSortWebgpu } from "../radix_sort/webgpu.ts";
import { checkDevice, checkSize } from "../../webgpu/limits.ts";
import { type Program, runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import {
  LAPLACE_MASS_PURPOSE,
  type LaplaceMassAttrs,
  type LaplaceMassInputs,
  type LaplaceMassSize,
  laplaceMassSize,
} from "./contract.ts";
import { FIELDS, rowsOf } from "./webgpu_pass.ts";

const WORKGROUP = 64;

/** Columns a block: a row adds as many itself, so that what is scanned is small. */
export const BLOCK = 16;

/** The statistics `[3, N D]`. */
export function linearPass(
  backend: WebGPUBackend,
  inputs: LaplaceMassInputs,
  attrs: LaplaceMassAttrs,
): tf.Tensor {
  const size = laplaceMassSize(inputs);
  const { rows, columns, dim } = size;
  const width = inputs.logWeight ? 2 : 1;
  const blocks = Math.ceil(columns / BLOCK);
  // Before anything is made that nobody would free.
  checkDevice(backend, LAPLACE_MASS_PURPOSE);
  const shapes = {
    "the result": [3, rows * dim],
    "the sorted labels": [dim * width, columns],
    "the sums of the labels": [2 * dim * FIELDS, blocks],
  };
  for (const [name, shape] of Object.entries(shapes)) {
    checkSize(backend, name, { shape }, LAPLACE_MASS_PURPOSE);
  }
  return tf.tidy(() => {
    const ascending = sortedColumns(backend, inputs as LaplaceMassInputs<tf.Tensor>, size);
    const common = {
      purpose: LAPLACE_MASS_PURPOSE,
      constants: { WIDTH: width, BLOCK, FIELDS },
      workgroup: WORKGROUP,
    };
    const numbers = shader(shaders.laplace_mass_numbers, {});
    const order = shader(shaders.laplace_mass_order, {
      inputs: { ascending },
      integers: { columns, blocks },
    });
    const sums = sumsOfBlocks(backend, inputs, size, { ...common, shaders: [numbers, order] });
    const stats = runShaders(backend, {
      ...common,
      key: `laplace_mass_linear ${width}`,
      shaders: [
        numbers,
        order,
        rowsOf(inputs, attrs, size, { start: 0, end: rows }),
        shader(shaders.laplace_mass_linear, {
          inputs: { sums },
          integers: { columns, blocks, dim, top: 2 ** Math.floor(Math.log2(columns)) },
        }),
      ],
      shape: [3, rows * dim],
      threads: dim * Math.ceil(rows / 4),
    });
    return tf.engine().makeTensorFromTensorInfo(stats);
  });
}

/** `[D, width, M]`, flat: the centers of each dimension, ascending, with their weights behind. */
function sortedColumns(
  backend: WebGPUBackend,
  { center, logWeight }: LaplaceMassInputs<tf.Tensor>,
  { columns, dim }: LaplaceMassSize,
): tf.Tensor {
  const matrix = tf.reshape(center, [columns, dim]);
  const sorted = Array.from({ length: dim }, (_, d) => {
    const own = dim === 1 ? matrix : tf.slice(matrix, [0, d], [columns, 1]);
    const info = radixSortWebgpu(backend, own, logWeight);
    return tf.engine().makeTensorFromTensorInfo(info);
  });
  return dim === 1 ? sorted[0]! : tf.concat(sorted);
}

/** The sums over all blocks up to each, and from each on: `[D, 2, FIELDS, blocks]`. */
function sumsOfBlocks(
  backend: WebGPUBackend,
  { scale }: LaplaceMassInputs,
  { columns, dim, scaleDim }: LaplaceMassSize,
  common: Omit<Program, "key" | "shape" | "threads">,
): tf.TensorInfo {
  const blocks = Math.ceil(columns / BLOCK);
  const shape = [2 * dim * FIELDS, blocks];
  const { WIDTH } = common.constants!;
  const side = shader(shaders.laplace_mass_side, { inputs: { scale }, integers: { scaleDim } });
  const own = shader(shaders.laplace_mass_blocks, { integers: { dim, columns, blocks } });
  let sums = runShaders(backend, {
    ...common,
    key: `laplace_mass_blocks ${WIDTH}`,
    shaders: [...common.shaders, side, own],
    shape,
    threads: dim * blocks,
  });
  for (let hop = 1; hop < blocks; hop *= 2) {
    const next = runShaders(backend, {
      ...common,
      key: `laplace_mass_scan ${WIDTH}`,
      shaders: [
        ...common.shaders,
        side,
        shader(shaders.laplace_mass_scan, { inputs: { sums }, integers: { dim, blocks, hop } }),
      ],
      shape,
      threads: 2 * dim * blocks,
    });
    backend.disposeData(sums.dataId);
    sums = next;
  }
  return tf.engine().makeTensorFromTensorInfo(sums);
}
