/**
 * The tiled matrix product of the convolution kernels on WebGPU.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Purpose } from "../../webgpu/limits.ts";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import type { Shape4D } from "./contract.ts";
import { productPlan, type ProductSize, sideOf } from "./plan.ts";

/** Threads a workgroup of the product, and of the sum of its parts. */
const WORKGROUP = 64;

/** Lanes of a quad. */
const LANES = 4;

/** The product whose tiles the shaders load, in a tensor of `shape`. */
export function product(
  { backend }: Parameters<tf.KernelFunc>[0],
  action: string,
  pictures: Parameters<typeof batchPurpose>[2],
  size: ProductSize,
  loaders: readonly Shader[],
  shape: Shape4D,
): tf.TensorInfo {
  const webgpu = backend as WebGPUBackend;
  const purpose = batchPurpose(webgpu, action, pictures);
  const software = webgpu.device.adapterInfo.isFallbackAdapter;
  const { tile, splits, steps, rows, columns } = productPlan(size, software);
  const { DEPTH, QUADS, STEPS } = tile;
  const side = sideOf(tile);
  const tiles = Math.ceil(rows / side) * Math.ceil(columns / side);
  const places = tf.util.sizeFromShape(shape) / columns;
  const part = runShaders(webgpu, {
    purpose,
    key: ["conv", DEPTH, QUADS, STEPS, ...loaders.map(({ name }) => name)].join(" "),
    shaders: [
      ...loaders,
      shader(shaders.conv_product, { integers: { rows, columns, places, splits, steps } }),
    ],
    constants: {
      ...{ DEPTH, QUADS, STEPS, LANES },
      SUMS: LANES * QUADS * QUADS,
      LOADS: DEPTH * QUADS * 8 / WORKGROUP,
    },
    shape: [splits * places * columns],
    threads: tiles * splits * WORKGROUP,
    workgroup: WORKGROUP,
  });
  if (splits === 1) return { ...part, shape };
  const sum = addParts(webgpu, purpose, part, splits);
  webgpu.disposeData(part.dataId);
  return { ...sum, shape };
}

function addParts(
  backend: WebGPUBackend,
  purpose: Purpose,
  part: tf.TensorInfo,
  parts: number,
): tf.TensorInfo {
  const size = part.shape[0]! / parts;
  return runShaders(backend, {
    purpose,
    key: "sum_parts",
    shaders: [shader(shaders.sum_parts, { inputs: { part }, integers: { parts, size } })],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
}
