/**
 * The types of elements that files of tensors have, by the names of safetensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { Refusal } from "./attempt.ts";
import type { Tensor } from "../tensor.ts";

/** A type that files have. */
interface ElementType {
  /** Bytes an element. */
  readonly size: number;
  /** The tensor of these bytes, little-endian. */
  readonly tensor: (bytes: ArrayBuffer, shape: number[]) => Tensor;
}

const float32 = (values: Float32Array, shape: number[]) => tf.tensor(values, shape, "float32");
const int32 = (values: Int32Array, shape: number[]) => tf.tensor(values, shape, "int32");

/**
 * How files name types. Half floats are float32 without loss; float64 is rounded; of int64 what
 * int32 cannot hold is refused.
 */
export const ELEMENT_TYPES = {
  F32: { size: 4, tensor: (bytes, shape) => float32(new Float32Array(bytes), shape) },
  I32: { size: 4, tensor: (bytes, shape) => int32(new Int32Array(bytes), shape) },
  BOOL: { size: 1, tensor: (bytes, shape) => tf.tensor(new Uint8Array(bytes), shape, "bool") },
  C64: { size: 8, tensor: (bytes, shape) => complex(new Float32Array(bytes), shape) },
  F64: {
    size: 8,
    tensor: (bytes, shape) => float32(Float32Array.from(new Float64Array(bytes)), shape),
  },
  F16: {
    size: 2,
    tensor: (bytes, shape) => float32(Float32Array.from(new Uint16Array(bytes), half), shape),
  },
  BF16: { size: 2, tensor: (bytes, shape) => float32(brain(new Uint16Array(bytes)), shape) },
  I64: { size: 8, tensor: (bytes, shape) => int32(long(new BigInt64Array(bytes)), shape) },
  I16: { size: 2, tensor: (bytes, shape) => int32(Int32Array.from(new Int16Array(bytes)), shape) },
  I8: { size: 1, tensor: (bytes, shape) => int32(Int32Array.from(new Int8Array(bytes)), shape) },
  U8: { size: 1, tensor: (bytes, shape) => int32(Int32Array.from(new Uint8Array(bytes)), shape) },
} as const satisfies Record<string, ElementType>;

/** The name of a type. */
export type ElementCode = keyof typeof ELEMENT_TYPES;

/** A tensor of a file, its bytes not yet looked at. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: ElementCode;
  readonly shape: readonly number[];
  /**
   * Makes the tensor, the caller's to dispose.
   *
   * @throws {Refusal} If tfjs has no type for its numbers.
   */
  readonly read: () => Tensor;
}

/** Whether files name a type so. */
export function isElementCode(code: unknown): code is ElementCode {
  return typeof code === "string" && Object.hasOwn(ELEMENT_TYPES, code);
}

function complex(values: Float32Array, shape: number[]): Tensor {
  const part = (k: number) => tf.tensor(values.filter((_, i) => i % 2 === k), shape);
  return tf.complex(part(0), part(1));
}

/** IEEE's binary16: a sign, 5 bits of the exponent, 10 of the fraction. */
function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  // The least exponent is of numbers without a leading 1.
  return exponent === 0
    ? sign * 2 ** -24 * fraction
    : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** bfloat16: the upper half of a float32. */
function brain(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}

function long(values: BigInt64Array): Int32Array {
  const far = values.find((value) => BigInt.asIntN(32, value) !== value);
  if (far === undefined) return Int32Array.from(values, Number);
  throw new Refusal("its I64 numbers must be those that int32 holds", `number is ${far}`);
}
