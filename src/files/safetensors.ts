/**
 * Tensors and a JSON value as one safetensors file with a checksum.
 *
 * The format: the header's length as a little-endian uint64, the header as JSON, the tensors' bytes one after the
 * other.
 *
 * @see https://github.com/huggingface/safetensors
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";
import { sha256 } from "./sha256.ts";

/** A tensor and its name, unique in its file. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The format's names of tfjs's types, and the bytes an element. */
const DTYPES = { float32: ["F32", 4], int32: ["I32", 4], bool: ["BOOL", 1], complex64: ["C64", 8] };
type DType = keyof typeof DTYPES;

/** The checksum is of the whole file with this in its own place. */
const NO_SUM = "0".repeat(64);
const SUM = /^\{"__metadata__":\{"sha256":"([0-9a-f]{64})"/;
const SUM_AT = `{"__metadata__":{"sha256":"`.length;
const LENGTH_BYTES = 8;

/** The file of tensors, which are read from the device at once, and a value, as JSON writes it. */
export async function encodeSafetensors(
  tensors: readonly NamedTensor[],
  value: unknown,
): Promise<Uint8Array> {
  const strange = tensors.find(({ tensor }) => !(tensor.dtype in DTYPES));
  if (strange) {
    throw new TypeError(
      `Cannot write tensors as their types must be [${Object.keys(DTYPES)}]: ` +
        `current value has ${strange.name} of ${strange.tensor.dtype}`,
    );
  }
  const parts = await Promise.all(tensors.map(({ tensor }) => read(tensor)));
  const header: Record<string, unknown> = {
    __metadata__: { sha256: NO_SUM, json: JSON.stringify(value) },
  };
  let end = 0;
  for (const { name, tensor } of tensors) {
    const [dtype, size] = DTYPES[tensor.dtype as DType] as [string, number];
    const start = end;
    end += size * tensor.size;
    header[name] = { dtype, shape: tensor.shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces up to a multiple of 8, so that the tensors are aligned.
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + length + end).fill(32, LENGTH_BYTES);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + length;
  for (const { buffer, byteOffset, byteLength } of parts) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  const sum = new TextEncoder().encode(await sha256(file));
  file.set(sum, LENGTH_BYTES + SUM_AT);
  return file;
}

/**
 * Reads such a file back, bit for bit; changes `file`.
 *
 * @returns The tensors in their order, the caller's to dispose, and the value.
 * @throws {Error} If it is not whole; the message is a reason: "its checksum must be ...".
 */
export async function decodeSafetensors(
  file: Uint8Array<ArrayBuffer>,
): Promise<{ tensors: NamedTensor[]; value: unknown }> {
  const length = file.length < LENGTH_BYTES
    ? 0
    : Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length === 0 || start > file.length) {
    throw new Error(`it must have the length that it states: current length is ${file.length}`);
  }
  const text = new TextDecoder().decode(file.subarray(LENGTH_BYTES, start));
  const stated = SUM.exec(text)?.[1];
  if (stated === undefined) {
    throw new Error("it must begin with a checksum: current one is missing");
  }
  file.set(new TextEncoder().encode(NO_SUM), LENGTH_BYTES + SUM_AT);
  const sum = await sha256(file);
  if (sum !== stated) {
    throw new Error(`its checksum must be ${stated}: current sum is ${sum}`);
  }
  const { __metadata__: { json }, ...entries } = JSON.parse(text);
  const dtypes = Object.fromEntries(Object.entries(DTYPES).map(([ours, [name]]) => [name, ours]));
  const specs = Object.entries(entries as Record<string, { dtype: string; shape: number[] }>).map(
    ([name, { dtype, shape }]) => ({ name, shape, dtype: dtypes[dtype] as DType }),
  );
  const decoded = tf.io.decodeWeights(file.slice(start).buffer, specs);
  const tensors = specs.map(({ name }) => ({ name, tensor: decoded[name]! }));
  return { tensors, value: JSON.parse(json) };
}
