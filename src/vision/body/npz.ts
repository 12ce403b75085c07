/**
 * Archives of NumPy arrays: `.npz`, a zip of `.npy`.
 *
 * `npyjs` would bring a polyfill of fetch along, and leaves arrays of Fortran's order as they are.
 *
 * @module
 */
import { unzipSync } from "fflate";
import { Refusal } from "../../files/attempt.ts";

/** An array of an archive, its numbers in C's order, the last index the fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

/** Types of elements, by NumPy's names without the order of bytes. */
const TYPES: Readonly<Record<string, new (bytes: ArrayBuffer) => Numbers>> = {
  ...{ f4: Float32Array, f8: Float64Array, b1: Uint8Array },
  ...{ i1: Int8Array, i2: Int16Array, i4: Int32Array, i8: BigInt64Array },
  ...{ u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, u8: BigUint64Array },
};
/** Bytes before a header: the magic ones, the version, and the length, from version 2 on longer. */
const MAGIC = [0x93, ..."NUMPY"].map((c) => typeof c === "string" ? c.charCodeAt(0) : c);
const [LENGTH_AT, SHORT, LONG] = [8, 10, 12];

/**
 * The arrays of these names that an archive has.
 *
 * @throws {Refusal} If it is no archive, or an array has another form.
 */
export function readNpz(file: Uint8Array, names: readonly string[]): Map<string, NpyArray> {
  const wanted = new Set(names.map((name) => `${name}.npy`));
  const members = unzipped(file, (name) => wanted.has(name));
  return new Map(
    Object.entries(members).map(([member, bytes]) => {
      const name = member.slice(0, -".npy".length);
      return [name, readNpy(bytes, name)];
    }),
  );
}

function unzipped(file: Uint8Array, isWanted: (name: string) => boolean) {
  try {
    return unzipSync(file, { filter: ({ name }) => isWanted(name) });
  } catch (error) {
    throw new Refusal(
      "it must be a whole archive of NumPy arrays, .npz",
      `failure is ${(error as Error).message}`,
    );
  }
}

function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const version = bytes[MAGIC.length] ?? 0;
  if (!MAGIC.every((byte, k) => bytes[k] === byte) || version < 1 || version > 3) {
    throw new Refusal(`array ${name} must be .npy of version 1 to 3`, `one is of another`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = version === 1 ? SHORT : LONG;
  if (bytes.length < first) throw new Refusal(`array ${name} must be whole`, "one is not");
  const length = version === 1 ? view.getUint16(LENGTH_AT, true) : view.getUint32(LENGTH_AT, true);
  const header = new TextDecoder().decode(bytes.subarray(first, first + length));
  const [, order, type = "O"] = /'descr': *'([<>|=]?)(\w+)'/.exec(header) ?? [];
  const sides = /'shape': *\(([\d, L]*)\)/.exec(header)?.[1];
  const Type = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (Type === undefined || order === ">" || sides === undefined) {
    throw new Refusal(
      `array ${name} must be of little-endian numbers [${Object.keys(TYPES)}]`,
      `header is ${header.trim()}`,
    );
  }
  const shape = [...sides.matchAll(/\d+/g)].map(Number);
  const size = shape.reduce((product, side) => product * side, 1);
  const body = bytes.slice(first + length);
  if (body.length !== size * Number(type.slice(1))) {
    throw new Refusal(
      `array ${name} must be whole`,
      `shape is [${shape}] of ${type}, in ${body.length} bytes`,
    );
  }
  const values = Float64Array.from(new Type(body.buffer) as ArrayLike<number>, Number);
  const isFortran = /'fortran_order': *True/.test(header);
  return { shape, values: isFortran ? inOrder(values, shape) : values };
}

/** Values whose first index is the fastest, with the last as the fastest. */
function inOrder(values: Float64Array, shape: readonly number[]): Float64Array {
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const result = new Float64Array(values.length);
  const index = shape.map(() => 0);
  let at = 0;
  for (let k = 0; k < result.length; k++) {
    result[k] = values[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
