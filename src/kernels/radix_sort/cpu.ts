/**
 * Sorts float32 numbers by their bits: linear, stable, the same order whatever the input's.
 *
 * @module
 */

const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;

/** The order of `values`, ascending: `values[order[0]]` is the least. NaNs go to the ends. */
export function radixSort(values: Float32Array): Uint32Array {
  const size = values.length;
  const bits = new Uint32Array(values.buffer, values.byteOffset, size);
  let [keys, order] = [new Uint32Array(size), new Uint32Array(size)];
  for (let i = 0; i < size; i++) {
    // Negative numbers descend by their bits.
    keys[i] = bits[i]! >>> 31 ? ~bits[i]! : bits[i]! | 0x80000000;
    order[i] = i;
  }
  let [keysNext, orderNext] = [new Uint32Array(size), new Uint32Array(size)];
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const starts = new Uint32Array(DIGITS + 1);
    for (let i = 0; i < size; i++) starts[(keys[i]! >>> shift) % DIGITS + 1]!++;
    for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1]! += starts[digit]!;
    for (let i = 0; i < size; i++) {
      const at = starts[(keys[i]! >>> shift) % DIGITS]!++;
      keysNext[at] = keys[i]!;
      orderNext[at] = order[i]!;
    }
    [keys, keysNext, order, orderNext] = [keysNext, keys, orderNext, order];
  }
  return order;
}
