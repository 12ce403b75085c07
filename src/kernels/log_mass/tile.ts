/**
 * How a thread of the WebGPU pass works: rows a thread, columns a step, and how many threads.
 *
 * @module
 */
import type { LogMassSize } from "./contract.ts";

/** What the cut depends on of the adapter. */
export interface Adapter {
  /** Whether shaders run on the CPU (llvmpipe, SwiftShader). */
  software: boolean;
}

/** Whether columns are points, or have a variance of their own: the two shaders of the pass. */
export type Pass = "points" | "spread";

/** How a thread of the pass works, and how many there should be. */
export interface Tile {
  /**
   * Whether a workgroup shares rows and columns by tiles of all three sizes (log_mass_wide.wgsl);
   * else every thread works for itself, by code that is made for the dimensions.
   */
  wide: boolean;
  /** Rows a thread, in fours. */
  quads: number;
  /** Columns a step. */
  columns: number;
  /** Threads a workgroup. */
  workgroup: number;
  /** Whether loops over dimensions are unrolled. */
  unrolled: boolean;
  /** Iterations of loops that a thread takes for a step, at most. */
  iterations: number;
  /** Those that it takes whatever the columns. */
  ends: number;
  /** Threads that fill the adapter: columns are split among as many. */
  threads: number;
  /** Pair operations a dispatch, at most. */
  mostWork: number;
  /** Columns a split, at least: fewer would spend their time on merging. */
  leastSpan: number;
}

/**
 * Tiles of the software adapter, by the most dimensions that each serves. A load costs as much as a
 * hundred operations there, on processors without AVX-512 as a thousand, so a thread keeps many
 * rows and columns, as long as these, the sums and the differences of a step fit the nearest cache,
 * compilation stays short (bench/variants/README.md) and WGSL's 8 KiB of private variables suffice.
 */
const SOFTWARE_TILES = [
  { dim: 3, quads: 8, columns: 4 },
  { dim: 12, quads: 4, columns: 4 },
  { dim: 24, quads: 4, columns: 2 },
  { dim: 32, quads: 3, columns: 2 },
  { dim: 48, quads: 2, columns: 2 },
  { dim: Infinity, quads: 2, columns: 1 },
];

/**
 * A GPU wants registers left and many threads: bench/variants/README.md has what was measured.
 */
const GPU_TILES = [
  { dim: 3, quads: 1, columns: 16 },
  { dim: 8, quads: 1, columns: 8 },
  { dim: Infinity, quads: 1, columns: 1 },
];

/**
 * Pair operations a dispatch, at most: some 0.2 s on two CPU cores; 10 ms on a large GPU, 0.6 s on
 * a fiftieth of it. Far from any watchdog.
 */
export const MOST_WORK = { software: 2 ** 32, gpu: 2 ** 34 };

/**
 * The most numbers of a row that code is made for; more are the wide shader's. On a GPU the rows
 * and sums of a thread must fit its registers; on the software adapter, where the wide shader is
 * several times slower, it is time to compile that limits them.
 */
const MOST_NUMBERS = {
  software: { points: 128, spread: 64 },
  gpu: { points: 24, spread: 16 },
};

/** How the pass works in `dim` dimensions. */
export function tileOf(
  { dim, noiseDim, noiseByRow = false }: Pick<LogMassSize, "dim" | "noiseDim" | "noiseByRow">,
  pass: Pass,
  { software }: Adapter,
): Tile {
  const numbers = dim + noiseDim - 1;
  const most = MOST_NUMBERS[software ? "software" : "gpu"][pass];
  if (numbers > most) return wideTile(dim, software);
  const tile = {
    wide: false,
    // A software adapter gives a workgroup to one core, which runs it by vectors of eight threads.
    workgroup: software ? 8 : 64,
    ends: 0,
    threads: software ? 64 : 2 ** 20,
    mostWork: MOST_WORK[software ? "software" : "gpu"],
    leastSpan: software ? 1024 : 512,
  };
  if (pass === "spread") {
    // Few columns, and two loads a dimension of each: unrolled, they take long to compile.
    const unrolled = dim * noiseDim <= 16;
    const iterations = unrolled ? 1 : 1 + 2 * dim + noiseDim;
    return { ...tile, quads: 1, columns: 1, unrolled, iterations };
  }
  const tiles = software ? SOFTWARE_TILES : GPU_TILES;
  const { quads, columns } = tiles.find((tile) => numbers <= tile.dim)!;
  return {
    ...tile,
    // Two quads hold 32 (2 D + P) bytes of rows and sums: up to 216 numbers, a sixth of 8 KiB is
    // left for the rest. Noises of rows are those of one quad (log_mass_noise_rows.wgsl).
    quads: 2 * dim + noiseDim <= 216 && !noiseByRow ? quads : 1,
    columns,
    unrolled: true,
    // A scan of some steps and a sum of all, then both of all where that did not serve; far rows
    // walk twice by columns.
    iterations: 4 + 2 * columns,
  };
}

/** Rows, columns and dimensions of a step of the wide shader. */
export const WIDE = 32;

/** A tile of the wide shader. */
export function wideTile(dim: number, software: boolean): Tile {
  // A slice of 32 dimensions: its loads, its squares, its logarithms, its shifts and their sums in
  // memory.
  const slice = software ? 2 + 3 * 4 + WIDE + WIDE / 8 + 8 + 8 * 4 : 2 + WIDE / 4 + WIDE / 8 + 8;
  const iterations = Math.ceil(dim / WIDE) * slice + 2 * 8 + 1;
  return {
    wide: true,
    quads: 1,
    columns: WIDE,
    workgroup: 64,
    unrolled: !software,
    iterations,
    // The rows' own labels are a step, too; then sums become means.
    ends: iterations + 17 * Math.ceil(dim / 8) + 4 * 8,
    threads: software ? 512 : 2 ** 20,
    mostWork: MOST_WORK[software ? "software" : "gpu"],
    leastSpan: 512,
  };
}
