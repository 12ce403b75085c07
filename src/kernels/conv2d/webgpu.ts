/**
 * The convolution kernels on WebGPU: each is one tiled matrix product, split over its depth where
 * there are few tiles; the parts are then added in their order. So every run gives the same bits.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import type { Purpose } from "../../webgpu/limits.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import type {
  Conv2dAttrs,
  Conv2dFilterGradAttrs,
  Conv2dFilterGradInputs,
  Conv2dInputGradAttrs,
  Conv2dInputGradInputs,
  Conv2dInputs,
  Shape4D,
} from "./contract.ts";
import { productPlan, type ProductSize } from "./plan.ts";

/** Threads a workgroup of the product, and of the sum of its parts. */
const WORKGROUP = 64;

/** Lanes of a quad. */
const LANES = 4;

/** See {@linkcode Conv2dInputs}. */
export const conv2dWebgpu: tf.KernelFunc = (params) => {
  const { x, filter } = params.inputs as unknown as Conv2dInputs;
  const attrs = params.attrs as unknown as Conv2dAttrs;
  const grid = gridOf(x.shape as Shape4D, filter.shape as Shape4D, attrs);
  const window = windowOf("conv_window", x, filter.shape, grid, attrs);
  const [height, width, channels, filters] = filter.shape as Shape4D;
  const size = { rows: countOf(grid), columns: filters, depth: height * width * channels };
  const result = product(params, "convolve pictures", [x, { shape: [...grid, filters] }], size, [
    window,
    shader("conv_left_pixels", {}),
    shader("conv_right_rows", {
      inputs: { matrix: flat(filter) },
      integers: { depth: size.depth, columns: size.columns },
    }),
  ]);
  return { ...result, shape: [...grid, filters] };
};

/** See {@linkcode Conv2dInputGradInputs}. */
export const conv2dInputGradWebgpu: tf.KernelFunc = (params) => {
  const { dy, filter } = params.inputs as unknown as Conv2dInputGradInputs;
  const attrs = params.attrs as unknown as Conv2dInputGradAttrs;
  const [count, rows, columns, channels] = attrs.inputShape;
  const grid: Grid = [count, rows, columns];
  const window = windowOf("conv_window_back", dy, filter.shape, grid, attrs);
  const [height, width, , filters] = filter.shape as Shape4D;
  const size = { rows: countOf(grid), columns: channels, depth: height * width * filters };
  const tensors = [dy, { shape: attrs.inputShape }];
  const result = product(params, "take the gradient of a convolution", tensors, size, [
    window,
    shader("conv_left_pixels", {}),
    shader("conv_right_filter", {
      inputs: { matrix: flat(filter) },
      integers: { depth: size.depth, columns: size.columns, filters },
    }),
  ]);
  return { ...result, shape: attrs.inputShape };
};

/** See {@linkcode Conv2dFilterGradInputs}. */
export const conv2dFilterGradWebgpu: tf.KernelFunc = (params) => {
  const { x, dy } = params.inputs as unknown as Conv2dFilterGradInputs;
  const attrs = params.attrs as unknown as Conv2dFilterGradAttrs;
  const grid = dy.shape.slice(0, 3) as Grid;
  const window = windowOf("conv_window", x, attrs.filterShape, grid, attrs);
  const [height, width, channels, filters] = attrs.filterShape;
  const size = { rows: height * width * channels, columns: filters, depth: countOf(grid) };
  const result = product(params, "take the gradient of a filter", [x, dy], size, [
    window,
    shader("conv_left_taps", {}),
    shader("conv_right_rows", {
      inputs: { matrix: flat(dy) },
      integers: { depth: size.depth, columns: size.columns },
    }),
  ]);
  return { ...result, shape: attrs.filterShape };
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

/** The shader that reads `picture` as a filter sees it, pixel by pixel of the grid. */
function windowOf(
  name: "conv_window" | "conv_window_back",
  picture: tf.TensorInfo,
  filterShape: readonly number[],
  grid: Grid,
  { strides: [down, right], pad: [, [top], [left]] }: Conv2dAttrs,
): Shader {
  const [, height, width, channels] = picture.shape as Shape4D;
  const [filterHeight, filterWidth] = filterShape as Shape4D;
  const [, gridHeight, gridWidth] = grid;
  const inputs = { picture: flat(picture) };
  const pixelCount = countOf(grid);
  const isPoint = filterHeight * filterWidth * down * right === 1 &&
    height === gridHeight && width === gridWidth && top === 0 && left === 0;
  if (isPoint) return shader("conv_window_point", { inputs, integers: { channels, pixelCount } });
  return shader(name, {
    inputs,
    integers: {
      ...{ height, width, channels, gridHeight, gridWidth, pixelCount },
      ...{ filterHeight, filterWidth, down, right, top, left },
    },
  });
}

/** The product whose tiles the shaders load. */
function product(
  { backend }: Parameters<tf.KernelFunc>[0],
  action: string,
  tensors: readonly Pick<tf.TensorInfo, "shape">[],
  size: ProductSize,
  loaders: readonly Shader[],
): tf.TensorInfo {
  const webgpu = backend as WebGPUBackend;
  const purpose = batchPurpose(webgpu, action, tensors);
  const { tile, splits, steps, rows, columns } = productPlan(
    size,
    webgpu.device.adapterInfo.isFallbackAdapter,
  );
  const { DEPTH, QUADS, STEPS } = tile;
  const side = 4 * 8 * QUADS;
  const groups = Math.ceil(rows / side) * Math.ceil(columns / side) * splits;
  const part = runShaders(webgpu, {
    purpose,
    key: ["conv", DEPTH, QUADS, STEPS, ...loaders.map(({ name }) => name)].join(" "),
    shaders: [
      ...loaders,
      shader("conv_product", { integers: { rows, columns, splits, steps } }),
    ],
    constants: {
      ...{ DEPTH, QUADS, STEPS, LANES },
      SUMS: LANES * QUADS * QUADS,
      LOADS: DEPTH * QUADS * 8 / WORKGROUP,
    },
    shape: [splits * rows * columns],
    threads: groups * WORKGROUP,
    workgroup: WORKGROUP,
  });
  if (splits === 1) return part;
  const sum = addParts(webgpu, purpose, part, splits);
  webgpu.disposeData(part.dataId);
  return sum;
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
    shaders: [shader("sum_parts", { inputs: { part }, integers: { parts, size } })],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
}
