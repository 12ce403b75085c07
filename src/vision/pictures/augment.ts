/**
 * Pictures of bytes as a tensor: cropped, mirrored and normalized; on WebGPU in one dispatch, of a
 * quarter of the numbers' bytes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import { augment_images } from "../../webgpu/shaders.gen.ts";
import type { Tensor } from "../../tensor.ts";
import type { Size } from "./decoder.ts";

const WORKGROUP = 256;

/** Pictures, and what becomes of each. */
export interface Pictures {
  readonly count: number;
  readonly size: Size;
  /** `[count, height, width, 3]`; filled up to whole words. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `[count, 3]`: rows and columns to cut at, from the picture's, black outside; 1: mirror. */
  readonly places: Int32Array;
  /** `[3, 256]`: what a byte of each channel becomes. */
  readonly table: Float32Array;
}

/** Room for pictures, in whole words. */
export function pictureBytes(count: number, [height, width]: Size): Uint8Array<ArrayBuffer> {
  return new Uint8Array(4 * Math.ceil(3 * count * height * width / 4));
}

/**
 * What bytes become, as a channel is normalized: `(byte / 255 - mean) / deviation`. Computed here,
 * so that all backends give the same bits.
 */
export function byteTable(mean: readonly number[], deviation: readonly number[]): Float32Array {
  const values = mean.flatMap((m, k) =>
    Array.from({ length: 256 }, (_, byte) => (byte / 255 - m) / deviation[k]!)
  );
  return Float32Array.from(values);
}

/** The pictures as a new tensor `[count, height, width, 3]`. */
export function augment(pictures: Pictures): Tensor {
  const { count, size: [height, width] } = pictures;
  const shape: [number, number, number, number] = [count, height, width, 3];
  if (tf.getBackend() !== "webgpu") return tf.tensor4d(augmentedOnHost(pictures), shape);
  const backend = tf.backend() as WebGPUBackend;
  const words = tf.tensor1d(new Int32Array(pictures.bytes.buffer), "int32");
  const place = tf.tensor1d(pictures.places, "int32");
  const table = tf.tensor1d(pictures.table);
  try {
    const pixels = count * height * width;
    const { maxStorageBufferBindingSize } = backend.device.limits;
    const most = Math.floor(maxStorageBufferBindingSize / (4 * 3 * height * width));
    const info = runShaders(backend, {
      purpose: { action: "make a batch of pictures", advice: `use at most ${most} a batch` },
      key: "augment_images",
      shaders: [
        shader(augment_images, {
          inputs: { words, place, table },
          integers: { pixels, height, width },
        }),
      ],
      shape,
      threads: pixels,
      workgroup: WORKGROUP,
    });
    return tf.engine().makeTensorFromTensorInfo(info);
  } finally {
    tf.dispose([words, place, table]);
  }
}

/** The same on the host: augment_images.wgsl. */
function augmentedOnHost({ count, size, bytes, places, table }: Pictures): Float32Array {
  const [height, width] = size;
  const result = new Float32Array(3 * count * height * width);
  let at = 0;
  for (let picture = 0; picture < count; picture++) {
    const [dy, dx, mirror] = places.subarray(3 * picture) as unknown as [number, number, number];
    for (let row = 0; row < height; row++) {
      const y = row + dy;
      const first = (picture * height + y) * width;
      for (let column = 0; column < width; column++) {
        const x = (mirror === 1 ? width - 1 - column : column) + dx;
        const inside = x >= 0 && x < width && y >= 0 && y < height;
        for (let k = 0; k < 3; k++) {
          const byte = inside ? bytes[3 * (first + x) + k]! : 0;
          result[at++] = table[256 * k + byte]!;
        }
      }
    }
  }
  return result;
}
