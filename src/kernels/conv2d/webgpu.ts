/**
 * The convolution kernels on WebGPU: each is one tiled matrix product, split over its depth where
 * there are few tiles; the parts are then added in their order. So every run gives the same bits.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import type { Purpose } from "../../webgpu/limits.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
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
import { productPlan, type ProductSize, sideOf, tileOf } from "./plan.ts";

/** Threads a workgroup of the product, and of the sum of its parts. */
const WORKGROUP = 64;

/** Lanes of a quad. */
const LANES = 4;

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

/** Pictures, and the rows and columns of each. */
type Grid = [count: number, height: number, width: number];

const countOf = (grid: Grid) => tf.util.sizeFromShape(grid);

/** As vectors, so that all shapes share one pipeline. */
const flat = (info: tf.TensorInfo) => ({ ...info, shape: [tf.util.sizeFromShape(info.shape)] });

function gridOf(x: Shape4D, filter: Shape4D, { strides, pad }: Conv2dAttrs): Grid {
  const { batchSize, outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
    x,
    filter,
    strides,
    1,
    pad,
  );
  return [batchSize, outHeight, outWidth];
}

/** Whether pixels are the same on both sides of a convolution. */
function isPoint(
  { shape: [, height, width] }: tf.TensorInfo,
  [filterHeight, filterWidth]: readonly number[],
  [, gridHeight, gridWidth]: Grid,
  { strides: [down, right], pad: [, [top], [left]] }: Conv2dAttrs,
): boolean {
  return filterHeight! * filterWidth! * down * right === 1 && top === 0 && left === 0 &&
    height === gridHeight && width === gridWidth;
}

/** Reads pictures pixel by pixel. */
function point(picture: tf.TensorInfo): Shader {
  const [count, height, width, channels] = picture.shape as Shape4D;
  const pixelCount = count * height * width;
  return shader(shaders.conv_window_point, {
    inputs: { picture: flat(picture) },
    integers: { channels, pixelCount },
  });
}

/** Reads pictures, with 0 around them. */
function pictureOf(picture: tf.TensorInfo): Shader {
  const [, height, width, channels] = picture.shape as Shape4D;
  return shader(shaders.conv_value, {
    inputs: { picture: flat(picture) },
    integers: { height, width, channels },
  });
}

/** Reads pictures as a filter sees them, pixel by pixel of the grid. */
function windowOf(
  picture: tf.TensorInfo,
  filterShape: readonly number[],
  grid: Grid,
  attrs: Conv2dAttrs,
): Shader[] {
  if (isPoint(picture, filterShape, grid, attrs)) return [point(picture)];
  const integers = windowSizes(picture, filterShape, grid, attrs);
  return [pictureOf(picture), shader(shaders.conv_window, { integers })];
}

function windowSizes(
  { shape }: tf.TensorInfo,
  filterShape: readonly number[],
  grid: Grid,
  { strides: [down, right], pad: [, [top], [left]] }: Conv2dAttrs,
) {
  const [, height, , channels] = shape as Shape4D;
  const [filterHeight, filterWidth] = filterShape as Shape4D;
  const [, gridHeight, gridWidth] = grid;
  const pixelCount = countOf(grid);
  return {
    ...{ height, channels, gridHeight, gridWidth, pixelCount },
    ...{ filterHeight, filterWidth, down, right, top, left },
  };
}

/** The right side of a product, row by row. */
function rightRows(matrix: tf.TensorInfo, { depth, columns }: ProductSize): Shader {
  return shader(shaders.conv_right_rows, {
    inputs: { matrix: flat(matrix) },
    integers: { depth, columns },
  });
}

/** The product whose tiles the shaders load, in a tensor of `shape`. */
function product(
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
