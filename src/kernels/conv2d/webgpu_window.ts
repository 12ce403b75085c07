/**
 * The shaders by which a convolution on WebGPU reads its two sides.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import type { Conv2dAttrs, Shape4D } from "./contract.ts";
import type { ProductSize } from "./plan.ts";

/** Pictures, and the rows and columns of each. */
export type Grid = [count: number, height: number, width: number];

export const countOf = (grid: Grid) => tf.util.sizeFromShape(grid);

/** As vectors, so that all shapes share one pipeline. */
export const flat = (info: tf.TensorInfo) => ({
  ...info,
  shape: [tf.util.sizeFromShape(info.shape)],
});

export function gridOf(x: Shape4D, filter: Shape4D, { strides, pad }: Conv2dAttrs): Grid {
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
export function isPoint(
  { shape: [, height, width] }: tf.TensorInfo,
  [filterHeight, filterWidth]: readonly number[],
  [, gridHeight, gridWidth]: Grid,
  { strides: [down, right], pad: [, [top], [left]] }: Conv2dAttrs,
): boolean {
  return filterHeight! * filterWidth! * down * right === 1 && top === 0 && left === 0 &&
    height === gridHeight && width === gridWidth;
}

/** Reads pictures pixel by pixel. */
export function point(picture: tf.TensorInfo): Shader {
  const [count, height, width, channels] = picture.shape as Shape4D;
  const pixelCount = count * height * width;
  return shader(shaders.conv_window_point, {
    inputs: { picture: flat(picture) },
    integers: { channels, pixelCount },
  });
}

/** Reads pictures, with 0 around them. */
export function pictureOf(picture: tf.TensorInfo): Shader {
  const [, height, width, channels] = picture.shape as Shape4D;
  return shader(shaders.conv_value, {
    inputs: { picture: flat(picture) },
    integers: { height, width, channels },
  });
}

/** Reads pictures as a filter sees them, pixel by pixel of the grid. */
export function windowOf(
  picture: tf.TensorInfo,
  filterShape: readonly number[],
  grid: Grid,
  attrs: Conv2dAttrs,
): Shader[] {
  if (isPoint(picture, filterShape, grid, attrs)) return [point(picture)];
  const integers = windowSizes(picture, filterShape, grid, attrs);
  return [pictureOf(picture), shader(shaders.conv_window, { integers })];
}

export function windowSizes(
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
export function rightRows(matrix: tf.TensorInfo, { depth, columns }: ProductSize): Shader {
  return shader(shaders.conv_right_rows, {
    inputs: { matrix: flat(matrix) },
    integers: { depth, columns },
  });
}
