/**
 * The sort of cpu.ts on WebGPU, by four digits of a byte, each in three dispatches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf } from "../../check/size_of.ts";
import { LOG_MASS_PURPOSE } from "../log_mass/contract.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

const WORKGROUP = 64;

/** Values of a digit, and its bits. */
const DIGITS = 256;
const DIGIT_BITS = 8;

/** Places are counted in float32. */
export const MOST_KEYS = 2 ** 24;

/**
 * Sorts the M numbers of `key`, ascending, NaNs to the ends: `[1, M]`, and where every key has a
 * companion, `[2, M]` with these behind. The companions are `companion`, M numbers, or `"place"`:
 * where each key stood. The caller disposes the result.
 */
export function radixSortWebgpu(
  backend: WebGPUBackend,
  key: tf.TensorInfo,
  companion?: tf.TensorInfo | "place",
): tf.TensorInfo {
  const columns = sizeOf(key.shape);
  const width = companion ? 2 : 1;
  const row = (info: tf.TensorInfo) => tf.reshape(info as tf.Tensor, [1, columns]);
  const given = companion && companion !== "place";
  let sorted: tf.TensorInfo = given ? tf.concat([row(key), row(companion)]) : row(key);
  // Each thread keeps its keys in order, so the fewer keys it has, the more counts there are to
  // add.
  const chunk = 2 ** Math.ceil(Math.log2(Math.max(Math.sqrt(columns), 16)));
  const threads = Math.ceil(columns / chunk);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const digits = shader(shaders.radix_sort_key, {
      inputs: { key: sorted },
      integers: { columns, chunk, shift },
    });
    const counts = runShaders(backend, {
      purpose: LOG_MASS_PURPOSE,
      key: "radix_sort_count",
      shaders: [digits, shader(shaders.radix_sort_count, { integers: { threads, chunk } })],
      shape: [DIGITS, threads],
      threads,
      workgroup: WORKGROUP,
    });
    const starts = runShaders(backend, {
      purpose: LOG_MASS_PURPOSE,
      key: "radix_sort_scan",
      shaders: [shader(shaders.radix_sort_scan, { inputs: { counts }, integers: { threads } })],
      shape: [DIGITS, threads],
      threads: DIGITS,
      workgroup: DIGITS,
    });
    const places = companion === "place" && shift === 0 ? 1 : 0;
    const next = runShaders(backend, {
      purpose: LOG_MASS_PURPOSE,
      key: `radix_sort_scatter ${width}`,
      shaders: [
        digits,
        shader(shaders.radix_sort_scatter, {
          inputs: { key: sorted, starts },
          integers: { columns, chunk, threads, places },
        }),
      ],
      constants: { WIDTH: width },
      shape: [width, columns],
      threads,
      workgroup: WORKGROUP,
    });
    backend.disposeData(counts.dataId);
    backend.disposeData(starts.dataId);
    if (shift > 0) backend.disposeData(sorted.dataId);
    sorted = next;
  }
  return sorted;
}
