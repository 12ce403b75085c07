/** Safetensors files as other programs write them: without a checksum. */

/** A tensor of such a file: its type there, its shape, its numbers as they are stored. */
export type Foreign = readonly [dtype: string, shape: readonly number[], values: ArrayBufferView];

/** The file of these, in their order. */
export function foreignSafetensors(tensors: Readonly<Record<string, Foreign>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, [dtype, shape, values]] of Object.entries(tensors)) {
    const part = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    header[name] = { dtype, shape, data_offsets: [end, end += part.length] };
    parts.push(part);
  }
  return framed(header, parts);
}

/** The same of any header. */
export function framed(header: unknown, parts: readonly Uint8Array[]): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Uint8Array.from([length, text, ...parts].flatMap((part) => [...part]));
}
