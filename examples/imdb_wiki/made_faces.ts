/** Faces that are drawn, in files as the authors' data come in. */
import { createRequire } from "node:module";
import encode, { init } from "@jsquash/jpeg/encode.js";
import { type Random, randomFrom } from "../synthetic/random.ts";
import { splitCsv, type SplitRow } from "./age_csv.ts";
import { splitByAge } from "./age_split.ts";
import { drawFace } from "./draw_face.ts";
import { faceTraits } from "./face_traits.ts";

/** What is drawn. */
export interface FaceOptions {
  /** How many. */
  readonly count: number;
  /** Pixels a side. */
  readonly size: number;
  readonly seed: number;
  /** The most of an age that validation and test get each. */
  readonly cap: number;
  /** Years of deviation between an age and how old a grown face looks. Default 8. */
  readonly noise?: number;
}

/** The CSV's name, as the authors'. */
export const CSV = "imdb_wiki.csv";
/** Where the pictures are, beside it. */
const FOLDER = "faces";
const QUALITY = { quality: 90, progressive: false, optimize_coding: false };

/**
 * How common ages are, in thousands of pictures, after the shape of IMDB-WIKI: a crowd about 30,
 * few children and old ones, and beyond 100 hardly any but wrong ones.
 */
const AGES: readonly (readonly [age: number, thousands: number])[] = [
  ...[[0, 0.1], [5, 0.15], [10, 0.4], [15, 1.4], [20, 4], [25, 6.3], [30, 7.1], [35, 6.6]] as const,
  ...[[40, 5.2], [45, 3.9], [50, 3], [55, 2.2], [60, 1.6], [65, 1.15], [70, 0.8], [
    75,
    0.5,
  ]] as const,
  ...[[80, 0.3], [85, 0.15], [90, 0.07], [95, 0.03], [100, 0.015], [120, 0.003], [
    186,
    0.0005,
  ]] as const,
];

/**
 * Draws faces into a folder: JPEG files, and a CSV that is written last. The same options draw the
 * same.
 *
 * @param said Is told how many are drawn, now and then.
 */
export async function makeFaces(
  folder: string,
  options: FaceOptions,
  said?: (done: number, of: number) => void,
): Promise<readonly SplitRow[]> {
  const { count, size, seed, cap, noise = 8 } = options;
  const random = randomFrom(seed);
  const ages = drawAges(count, random);
  const digits = `${count - 1}`.length;
  const rows = ages.map((age, i) => ({
    age,
    path: `${FOLDER}/${`${i}`.padStart(digits, "0")}.jpg`,
  }));
  const split = splitByAge(rows, cap, random);
  await initEncoder();
  await Deno.mkdir(`${folder}/${FOLDER}`, { recursive: true });
  for (const [i, { age, path }] of split.entries()) {
    const data = drawFace(faceTraits(age, noise, random), size, random);
    const image = { data, width: size, height: size, colorSpace: "srgb" } as ImageData;
    await Deno.writeFile(`${folder}/${path}`, new Uint8Array(await encode(image, QUALITY)));
    if ((i + 1) % 500 === 0) said?.(i + 1, count);
  }
  await Deno.writeTextFile(`${folder}/${CSV}`, splitCsv(split));
  return split;
}

/** Ages by {@linkcode AGES}; between its rows, logarithms are interpolated. */
export function drawAges(count: number, random: Random): number[] {
  const [least, greatest] = [AGES[0]![0], AGES.at(-1)![0]];
  const sums: number[] = [];
  for (let age = least; age <= greatest; age++) {
    const next = Math.max(1, AGES.findIndex(([at]) => at >= age));
    const [[from, low], [to, high]] = [AGES[next - 1]!, AGES[next]!];
    const weight = low * (high / low) ** ((age - from) / (to - from));
    sums.push((sums.at(-1) ?? 0) + weight);
  }
  return Array.from({ length: count }, () => {
    const at = random.uniform(0, sums.at(-1)!);
    return least + sums.findIndex((sum) => at < sum);
  });
}

let ready: Promise<void> | undefined;

function initEncoder(): Promise<void> {
  return ready ??= (async () => {
    const { resolve } = createRequire(import.meta.url);
    const wasm = await Deno.readFile(resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
    // Its types leave out a module that is compiled beforehand.
    await (init as (module: unknown) => Promise<void>)(await WebAssembly.compile(wasm));
  })();
}
