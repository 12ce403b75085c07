/**
 * The resize kernel on WebGPU: one dispatch in either direction.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";
import { type Axis, axisOf, type ResizeAttrs, type ResizeInputs } from "./contract.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** See {@linkcode ResizeInputs}. */
export const resizeWebgpu: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const { x } = inputs as unknown as ResizeInputs;
  const { from, to, alignCorners, adjoint } = attrs as unknown as ResizeAttrs;
  const [count, , , channels] = x.shape as [number, number, number, number];
  const shape = [count, ...(adjoint ? from : to), channels];
  const size = tf.util.sizeFromShape(shape);
  const [rows, columns] = [0, 1].map((axis) => {
    const places = axisOf(from[axis]!, to[axis]!, alignCorners);
    checkAxis(places);
    return places;
  }) as [Axis, Axis];
  const places = {
    ...{ rowCount: rows.from, rowPlaces: rows.to },
    ...{ columnCount: columns.from, columnPlaces: columns.to },
  };
  const direction = adjoint ? shaders.resize_adjoint : shaders.resize_forward;
  const result = runShaders(webgpu, {
    purpose: batchPurpose(webgpu, "resize pictures", { x, "the result": { shape } }),
    key: direction.name,
    shaders: [
      shader(shaders.resize_axis, {
        integers: {
          ...places,
          ...{ rowSlope: rows.slope, rowShift: rows.shift, rowUnit: rows.unit },
          ...{ columnSlope: columns.slope, columnShift: columns.shift, columnUnit: columns.unit },
        },
      }),
      shader(direction, {
        inputs: { x: { ...x, shape: [tf.util.sizeFromShape(x.shape)] } },
        integers: { size, channels, ...places },
      }),
    ],
    shape: [size],
    threads: size,
    workgroup: WORKGROUP,
  });
  return { ...result, shape };
};

/** Throws where places exceed the shader's whole numbers, which would wrap around. */
function checkAxis({ from, to, unit }: Axis): void {
  if (from * unit + to < 2 ** 31) return;
  throw new RangeError(
    "Cannot resize pictures as rows, and columns, before times after must be below 2^30 on " +
      `webgpu: current values are ${from} and ${to}`,
  );
}
