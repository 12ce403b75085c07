/**
 * Fashion-MNIST: 28 x 28 gray pictures of garments, as Debian's package dataset-fashion-mnist ships
 * them.
 */
import { DataError, type Idx, parseIdx } from "./idx.ts";

/** Pixels a side. */
export const SIDE = 28;
/** Where Debian's package puts the files. */
export const DEBIAN_FOLDER = "/usr/share/datasets/fashion-mnist";

/** The kinds of garments, by the number that the label files give them. */
export const GARMENTS = [
  "t-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "boot",
] as const;
export type Garment = typeof GARMENTS[number];

/** Upright pictures, one after the other, {@linkcode SIDE} squared bytes each. */
export type Pictures = readonly Uint8Array[];

/** The two sets as they are published: no picture is in both. */
export interface Fashion {
  readonly train: Pictures;
  readonly test: Pictures;
}

/** Reads all pictures of some garments, in the files' order. */
export async function readFashion(folder: string, garments: readonly Garment[]): Promise<Fashion> {
  const wanted = new Set(garments.map((garment) => GARMENTS.indexOf(garment)));
  const picturesOf = async (set: string) => {
    const pictures = await readIdx(folder, `${set}-images-idx3-ubyte`, 3);
    const labels = await readIdx(folder, `${set}-labels-idx1-ubyte`, 1);
    checkSizes(folder, set, pictures, labels);
    return split(pictures.bytes).filter((_, i) => wanted.has(labels.bytes[i]!));
  };
  return { train: await picturesOf("train"), test: await picturesOf("t10k") };
}

/** Reads a file as it is or, where it is not there, gzipped. */
async function readIdx(folder: string, name: string, dimensions: number): Promise<Idx> {
  for (const path of [`${folder}/${name}.gz`, `${folder}/${name}`]) {
    let file: Uint8Array<ArrayBuffer>;
    try {
      file = await Deno.readFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw new DataError(`Cannot read ${path}: ${(error as Error).message}`);
    }
    return await parseIdx(file, path, dimensions);
  }
  throw new DataError(
    `Cannot read Fashion-MNIST as ${name}.gz must be in the folder (on Debian: ` +
      "`apt-get update && apt-get install -y dataset-fashion-mnist`; elsewhere give --data DIR): " +
      `current folder is ${folder}`,
  );
}

function checkSizes(folder: string, set: string, pictures: Idx, labels: Idx): void {
  const [count, height, width] = pictures.shape;
  if (height !== SIDE || width !== SIDE || count !== labels.shape[0]) {
    throw new DataError(
      `Cannot read Fashion-MNIST as the pictures of ${set} must be [N, ${SIDE}, ${SIDE}] with N ` +
        `labels: ` +
        `current shapes in ${folder} are [${pictures.shape}] and [${labels.shape}]`,
    );
  }
}

function split(bytes: Uint8Array): Uint8Array[] {
  const size = SIDE * SIDE;
  return Array.from(
    { length: bytes.length / size },
    (_, i) => bytes.subarray(i * size, (i + 1) * size),
  );
}
