/**
 * Tensors of all ranks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Group } from "../../distributed/group.ts";
import type { Tensor } from "../../tensor.ts";
import { read } from "../../webgpu/read.ts";

/** Tensors as bytes: a header as JSON, then their numbers. */
interface Header<T> {
  readonly value: T;
  readonly tensors: readonly { readonly dtype: "float32"; readonly shape: number[] }[];
}

/** What a rank gave. */
export interface Gathered<T> {
  readonly value: T;
  /** Makes the tensors, the caller's to free. */
  tensors(): Tensor[];
}

const LENGTH_BYTES = 4;

/**
 * Gives every rank what each of them gives: a value, as JSON has it, and tensors, which are read.
 * Those that are still where `tf.tensor` has put them, on the host, cost no readback.
 */
export async function gatherTensors<T>(
  group: Group,
  value: T,
  tensors: readonly Tensor[],
): Promise<Gathered<T>[]> {
  const header = { value, tensors: tensors.map(({ dtype, shape }) => ({ dtype, shape })) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const parts = await Promise.all(tensors.map(read));
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, text.length);
  const bytes = new Uint8Array(LENGTH_BYTES + length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + text.length;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return (await group.allGather(bytes)).map(decoded<T>);
}

function decoded<T>(bytes: Uint8Array): Gathered<T> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = LENGTH_BYTES + view.getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start));
  const { value, tensors } = JSON.parse(text) as Header<T>;
  return {
    value,
    tensors() {
      let at = start;
      return tensors.map(({ dtype, shape }) => {
        const Values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
        const size = shape.reduce((product, length) => product * length, 1);
        const end = at + size * Values.BYTES_PER_ELEMENT;
        const values = new Values(bytes.slice(at, end).buffer as ArrayBuffer);
        at = end;
        return tf.tensor(values, shape, dtype);
      });
    },
  };
}
