/**
 * Tensors and a JSON value as one safetensors file with a checksum.
 *
 * The format: the header's length as a little-endian uint64, the header as JSON, the tensors' bytes
 * one after the other.
 *
 * @see https://github.com/huggingface/safetensors
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { Refusal } from "./attempt.ts";
import { ELEMENT_TYPES, type StoredTensor } from "./element_types.ts";
import type { Host } from "./host.ts";
import { withFile } from "./read_file.ts";
import { headerLength, LENGTH_BYTES, parseHeader, SUM_AT } from "./safetensors_header.ts";
import { sha256 } from "./sha256.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";

/** A tensor and its name, unique in its file. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The tensors of a file in the order of their bytes, the caller's to dispose, and its value. */
export interface Decoded {
  readonly tensors: NamedTensor[];
  readonly value: unknown;
}

/** How files name tfjs's types. */
const CODES = { float32: "F32", int32: "I32", bool: "BOOL", complex64: "C64" } as const;

/** The checksum is of the whole file with this in its own place. */
const NO_SUM = "0".repeat(64);

/** The file of tensors, which are read from the device at once, and a value, as JSON writes it. */
export async function encodeSafetensors(
  tensors: readonly NamedTensor[],
  value: unknown,
): Promise<Uint8Array> {
  const strange = tensors.find(({ tensor }) => !(tensor.dtype in CODES));
  if (strange) {
    throw new TypeError(
      `Cannot write tensors as their types must be [${Object.keys(CODES)}]: ` +
        `current value has ${strange.name} of ${strange.tensor.dtype}`,
    );
  }
  const parts = await Promise.all(tensors.map(({ tensor }) => bytesOf(tensor)));
  const __metadata__ = { sha256: NO_SUM, json: JSON.stringify(value) };
  // Not one object: of its keys those that look like numbers would come first.
  const entries = [property("__metadata__", __metadata__)];
  let end = 0;
  for (const [i, { name, tensor }] of tensors.entries()) {
    const [start, dtype] = [end, CODES[tensor.dtype as keyof typeof CODES]];
    end += parts[i]!.length;
    entries.push(property(name, { dtype, shape: tensor.shape, data_offsets: [start, end] }));
  }
  const text = new TextEncoder().encode(`{${entries.join()}}`);
  // Spaces up to a multiple of 8, so that the tensors are aligned.
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + length + end).fill(32, LENGTH_BYTES);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + length;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  const sum = new TextEncoder().encode(await sha256(file));
  file.set(sum, LENGTH_BYTES + SUM_AT);
  return file;
}

function property(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

async function bytesOf(tensor: Tensor): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await read(tensor);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Reads such a file back, bit for bit. Nothing but its header is read of a file that has not the
 * length that the header states.
 *
 * @throws {Refusal} If it is not whole.
 */
export async function readSafetensors(host: Host, path: string): Promise<Decoded> {
  return decodeSafetensors(await readWhole(host, path, true));
}

/**
 * The tensors of anybody's safetensors file. A checksum of ours is checked where there is one.
 *
 * @throws {Refusal} If it is not whole.
 */
export async function readStored(host: Host, path: string): Promise<StoredTensor[]> {
  return (await decode(await readWhole(host, path, false), false)).stored;
}

/**
 * What {@linkcode readSafetensors} makes of a file's bytes, which it changes.
 *
 * @throws {Refusal} If it is not whole.
 */
export async function decodeSafetensors(file: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const { stored, value } = await decode(file, true);
  // Tidied: what has been made is freed where the rest cannot be, for want of memory.
  const tensors = tf.tidy(() => stored.map(({ name, read }) => ({ name, tensor: read() })));
  return { tensors, value };
}

function readWhole(host: Host, path: string, isOurs: boolean): Promise<Uint8Array<ArrayBuffer>> {
  return withFile(host, path, async ({ size, read }) => {
    const length = headerLength(await read(0, Math.min(size, LENGTH_BYTES)), size);
    const start = LENGTH_BYTES + length;
    parseHeader(await read(LENGTH_BYTES, start), size - start, isOurs);
    return await read(0, size);
  });
}

async function decode(file: Uint8Array<ArrayBuffer>, isOurs: boolean) {
  const start = LENGTH_BYTES + headerLength(file, file.length);
  const bytes = file.subarray(LENGTH_BYTES, start);
  const { entries, sum, value } = parseHeader(bytes, file.length - start, isOurs);
  if (sum !== undefined) await checkSum(file, sum);
  const stored = entries.map(({ name, dtype, shape, ...at }): StoredTensor => ({
    name,
    dtype,
    shape,
    read() {
      const bytes = file.slice(start + at.start, start + at.end).buffer;
      return ELEMENT_TYPES[dtype].tensor(bytes, shape);
    },
  }));
  return { stored, value };
}

async function checkSum(file: Uint8Array<ArrayBuffer>, sum: string): Promise<void> {
  file.set(new TextEncoder().encode(NO_SUM), LENGTH_BYTES + SUM_AT);
  const found = await sha256(file);
  if (found !== sum) throw new Refusal(`its checksum must be ${sum}`, `sum is ${found}`);
}
