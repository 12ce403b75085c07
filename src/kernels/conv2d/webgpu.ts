/**
 * The convolution kernels on WebGPU: each is one tiled matrix product, split over its depth where
 * there are few tiles; the parts are then added in their order. So every run gives the same bits.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import type {
  Conv2dAttrs,
  Conv2dFilterGradAttrs,
  Conv2dFilterGradInputs,
  Conv2dInputGradAttrs,
  Conv2dInputGradInputs,
  Conv2dInputs,
  Shape4D,
} from "./contract.ts";
import { sideOf, tileOf } from "./plan.ts";
import { product } from "./webgpu_product.ts";
import {
  countOf,
  flat,
  type Grid,
  gridOf,
  isPoint,
  pictureOf,
  point,
  rightRows,
  windowOf,
  windowSizes,
} from "./webgpu_window.ts";

/** See {@linkcode Conv2dInputs}. */
export const conv2dWebgpu: tf.KernelFunc = (params) => {
  const { x, filter } = params.inputs as unknown as Conv2dInputs;
  const attrs = params.attrs as unknown as Conv2dAttrs;
  const grid = gridOf(x.shape as Shape4D, filter.shape as Shape4D, attrs);
  const [height, width, channels, filters] = filter.shape as Shape4D;
  const size = { rows: countOf(grid), columns: filters, depth: height * width * channels };
  const shape: Shape4D = [...grid, filters];
  return product(params, "convolve pictures", { x, "the result": { shape } }, size, [
    ...windowOf(x, filter.shape, grid, attrs),
    shader(shaders.conv_left_pixels, {}),
    rightRows(filter, size),
  ], shape);
};

/** See {@linkcode Conv2dInputGradInputs}. */
export const conv2dInputGradWebgpu: tf.KernelFunc = (params) => {
  const { dy, filter } = params.inputs as unknown as Conv2dInputGradInputs;
  const attrs = params.attrs as unknown as Conv2dInputGradAttrs;
  const { strides: [down, right], inputShape } = attrs;
  const [count, rows, columns, channels] = inputShape;
  const [height, width, , filters] = filter.shape as Shape4D;
  const phases = down * right;
  const inPhase = count * Math.ceil(rows / down) * Math.ceil(columns / right);
  // A tile is of one phase: it depends on a phase's rows, not on those of all.
  const tile = tileOf({ rows: inPhase, columns: channels });
  const side = sideOf(tile);
  const phasePixels = side * Math.ceil(inPhase / side);
  const size = {
    tile,
    rows: phases * phasePixels,
    columns: channels,
    depth: Math.ceil(height / down) * Math.ceil(width / right) * filters,
  };
  const grid: Grid = [count, rows, columns];
  const matrix = flat(filter);
  const loaders = isPoint(dy, filter.shape, grid, attrs)
    ? [
      point(dy),
      shader(shaders.conv_right_transposed, {
        inputs: { matrix },
        integers: { depth: size.depth, columns: channels },
      }),
    ]
    : [
      pictureOf(dy),
      shader(shaders.conv_window_back, {
        inputs: { matrix },
        integers: { ...windowSizes(dy, filter.shape, grid, attrs), phasePixels, columns: channels },
      }),
    ];
  const tensors = { dy, "the result": { shape: inputShape } };
  return product(params, "take the gradient of a convolution", tensors, size, [
    ...loaders,
    shader(shaders.conv_left_pixels, {}),
  ], inputShape);
};

/** See {@linkcode Conv2dFilterGradInputs}. */
export const conv2dFilterGradWebgpu: tf.KernelFunc = (params) => {
  const { x, dy } = params.inputs as unknown as Conv2dFilterGradInputs;
  const attrs = params.attrs as unknown as Conv2dFilterGradAttrs;
  const grid = dy.shape.slice(0, 3) as Grid;
  const [height, width, channels, filters] = attrs.filterShape;
  const size = { rows: height * width * channels, columns: filters, depth: countOf(grid) };
  return product(params, "take the gradient of a filter", { x, dy }, size, [
    ...windowOf(x, attrs.filterShape, grid, attrs),
    shader(shaders.conv_left_taps, { integers: { rows: size.rows, depth: size.depth } }),
    rightRows(dy, size),
  ], attrs.filterShape);
};
