/**
 * Tensors out of PyTorch's storages.
 *
 * @module
 */
import { Refusal } from "../../files/attempt.ts";
import { ELEMENT_TYPES, type StoredTensor } from "../../files/element_types.ts";
import type { PickledTensor } from "./torch_pickle.ts";

/**
 * A tensor of a storage whose bytes are these.
 *
 * @throws {Refusal} If they are too few.
 */
export function storedTensor(
  name: string,
  { storage, offset, shape, strides }: PickledTensor,
  bytes: Uint8Array | undefined,
): StoredTensor {
  const { dtype, key, length } = storage;
  const { size, tensor } = ELEMENT_TYPES[dtype];
  if (bytes === undefined || bytes.length < length * size) {
    throw new Refusal(
      `it must have the ${length * size} bytes of the storage ${key}`,
      `number is ${bytes?.length ?? 0}`,
    );
  }
  const counts = [offset, ...shape, ...strides];
  const isSound = counts.every((count) => Number.isSafeInteger(count) && count >= 0) &&
    strides.length === shape.length;
  const isEmpty = shape.includes(0);
  const last = shape.reduce((at, axis, i) => at + (axis - 1) * strides[i]!, offset);
  if (!isSound || (!isEmpty && last >= length)) {
    throw new Refusal(
      `its tensors must lie within their storages, of ${length} numbers`,
      `one is ${name} [${shape}] from ${offset} by [${strides}]`,
    );
  }
  const read = () => tensor(gathered(bytes, size, offset, shape, strides), shape);
  return { name, dtype, shape, read };
}

/** The bytes of a tensor, its last axis the innermost. */
function gathered(
  bytes: Uint8Array,
  size: number,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): ArrayBuffer {
  let dense = 1;
  let isDense = true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    isDense &&= shape[axis] === 1 || strides[axis] === dense;
    dense *= shape[axis]!;
  }
  if (isDense) return bytes.slice(offset * size, (offset + dense) * size).buffer as ArrayBuffer;
  const result = new Uint8Array(dense * size);
  const place = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < dense; to++) {
    result.set(bytes.subarray(from * size, (from + 1) * size), to * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      place[axis] = 0;
    }
  }
  return result.buffer;
}
