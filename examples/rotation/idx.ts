/** Reads idx files, the format of MNIST and Fashion-MNIST, as they are or gzipped. */
import { OptionError } from "../support/option_error.ts";

/** What an idx file of unsigned bytes holds. */
export interface Idx {
  /** The sizes of its dimensions: `[60000, 28, 28]` for pictures, `[60000]` for labels. */
  readonly shape: readonly number[];
  /** The elements, row by row. */
  readonly bytes: Uint8Array;
}

/** A file that is missing or is not what it should be. */
export class DataError extends OptionError {
  override name = "DataError";
}

const GZIP = [0x1f, 0x8b];
/**
 * The first two bytes are 0, the third is the elements' type, the fourth how many dimensions
 * follow.
 */
const UNSIGNED_BYTE = 0x08;

/** Unpacks an idx file; `name` is for messages, `dimensions` is how many it must have. */
export async function parseIdx(
  file: Uint8Array<ArrayBuffer>,
  name: string,
  dimensions: number,
): Promise<Idx> {
  const refuse = (rule: string, value: unknown): never => {
    throw new DataError(`Cannot read ${name} as ${rule}: current value is ${value}`);
  };
  const packed = GZIP.every((byte, i) => file[i] === byte);
  const data = packed ? await unzip(file, name) : file;
  const header = 4 + 4 * dimensions;
  const magic = hex(data.subarray(0, 4));
  const expected = hex(Uint8Array.of(0, 0, UNSIGNED_BYTE, dimensions));
  if (magic !== expected) {
    refuse(`an idx file of bytes in ${dimensions} dimension(s) must begin with ${expected}`, magic);
  }
  if (data.length < header) refuse(`its header must be ${header} bytes long`, data.length);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const shape = Array.from({ length: dimensions }, (_, k) => view.getUint32(4 + 4 * k));
  const length = header + shape.reduce((product, size) => product * size, 1);
  if (data.length !== length) {
    refuse(`its shape [${shape}] must come with ${length} bytes in all`, data.length);
  }
  return { shape, bytes: data.subarray(header) };
}

async function unzip(file: Uint8Array<ArrayBuffer>, name: string) {
  const stream = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new DataError(`Cannot read ${name} as its gzip data must be whole: ${error}`);
  }
}

function hex(bytes: Uint8Array): string {
  return bytes.length === 0 ? "nothing" : bytes.toHex();
}
