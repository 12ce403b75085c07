/** A safetensors file with a header that was changed, and the checksum of what it then is. */
import { sha256 } from "../../src/files/sha256.ts";

const NO_SUM = "0".repeat(64);

/** The file with `change(header)` for its header; its tensors' bytes stay. */
export async function resealed(
  file: Uint8Array,
  change: (header: Record<string, unknown>) => unknown,
): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  header.__metadata__.sha256 = NO_SUM;
  const text = new TextEncoder().encode(JSON.stringify(change(header)));
  const padded = Math.ceil(text.length / 8) * 8;
  const data = file.subarray(8 + length);
  const result = new Uint8Array(8 + padded + data.length).fill(32, 8);
  new DataView(result.buffer).setBigUint64(0, BigInt(padded), true);
  result.set(text, 8);
  result.set(data, 8 + padded);
  const at = new TextDecoder().decode(result).indexOf(NO_SUM);
  if (at >= 0) result.set(new TextEncoder().encode(await sha256(result)), at);
  return result;
}
