/**
 * Tensors as one list of numbers on the host, and back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../../tensor.ts";
import { read } from "../../webgpu/read.ts";
import { toDevice } from "../checkpoint/residence.ts";
import { exceedsBinding } from "../row_source.ts";

/**
 * Reads the float32 numbers of several tensors, one after the other, by one readback: in Deno each
 * costs 11 ms on WebGPU. By several at once where the device cannot bind all.
 *
 * @returns The caller's to change: no tensor has them any more.
 */
export async function readFlat(tensors: readonly Tensor[]): Promise<Float32Array> {
  const parts = tf.tidy(() =>
    boundTogether(tensors).map((list) => tf.concat(list.map((tensor) => tf.reshape(tensor, [-1]))))
  );
  try {
    const [first, ...rest] = await Promise.all(parts.map(read)) as Float32Array[];
    return rest.length === 0 ? first! : joined([first!, ...rest]);
  } finally {
    tf.dispose(parts);
  }
}

/** Takes the numbers apart again. */
export class FlatReader {
  readonly #values: Float32Array;
  #at = 0;

  constructor(values: Float32Array) {
    this.#values = values;
  }

  number(): number {
    return this.#values[this.#at++]!;
  }

  /**
   * A new tensor of the next numbers, on the device if there is one: on the host tfjs computes with
   * small ones otherwise, and where they are must not depend on the rank.
   */
  tensor(shape: readonly number[]): Tensor {
    const start = this.#at;
    this.#at += shape.reduce((product, length) => product * length, 1);
    const tensor = tf.tensor(this.#values.subarray(start, this.#at), [...shape], "float32");
    toDevice(tensor);
    return tensor;
  }
}

/** Lists of neighbors that the device can bind as one tensor each. */
function boundTogether(tensors: readonly Tensor[]): Tensor[][] {
  const lists: Tensor[][] = [];
  let size = Infinity;
  for (const tensor of tensors) {
    size += tensor.size;
    if (exceedsBinding({ size } as Tensor) || lists.length === 0) {
      lists.push([]);
      size = tensor.size;
    }
    lists.at(-1)!.push(tensor);
  }
  return lists;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
