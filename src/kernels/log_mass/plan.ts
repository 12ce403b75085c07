/**
 * How the WebGPU pass is cut: rows a thread, columns a step, columns a split, rows a dispatch.
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

/** Sizes that the shader's code is made for: the same for all batches of a dimension. */
export interface Tile {
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
}

/**
 * Tiles of the software adapter, by the most dimensions that each serves. A load costs as much as a hundred operations
 * there, on processors without AVX-512 as a thousand, so a thread keeps many rows and columns, as long as these, the sums and the differences of a step fit the nearest
 * cache, compilation stays short (bench/variants/README.md) and WGSL's 8 KiB of private variables suffice.
 */
const SOFTWARE_TILES = [
  { dim: 3, quads: 8, columns: 4 },
  { dim: 12, quads: 4, columns: 4 },
  { dim: 24, quads: 4, columns: 2 },
  { dim: 32, quads: 3, columns: 2 },
  { dim: 48, quads: 2, columns: 2 },
  { dim: Infinity, quads: 2, columns: 1 },
];

/** A GPU wants registers left and many threads. */
const GPU_TILES = [
  { dim: 1, quads: 1, columns: 8 },
  { dim: 16, quads: 1, columns: 4 },
  { dim: Infinity, quads: 1, columns: 1 },
];

/** How a thread of the pass works. */
export function tileOf(
  { dim, noiseDim }: Pick<LogMassSize, "dim" | "noiseDim">,
  pass: Pass,
  { software }: Adapter,
): Tile {
  // A software adapter gives a workgroup to one core, which runs it by vectors of eight threads.
  const workgroup = software ? 8 : 64;
  if (pass === "spread") {
    // Few columns, and two loads a dimension of each: unrolled, they take long to compile.
    const unrolled = dim * noiseDim <= 16;
    const iterations = unrolled ? 1 : 1 + 2 * dim + noiseDim;
    return { quads: 1, columns: 1, workgroup, unrolled, iterations };
  }
  const tiles = software ? SOFTWARE_TILES : GPU_TILES;
  const { quads, columns } = tiles.find((tile) => dim <= tile.dim)!;
  return {
    // Two quads hold 32 (2 D + P) bytes of rows and sums: up to 216 numbers, a sixth of 8 KiB is left for the rest.
    quads: 2 * dim + noiseDim <= 216 ? quads : 1,
    columns,
    workgroup,
    unrolled: true,
    // A scan of some steps and a sum of all, then both of all where that did not serve; far rows walk twice by columns.
    iterations: 4 + 2 * columns,
  };
}

/** Rows of a dispatch: from `start` to before `end`. */
export interface Block {
  start: number;
  end: number;
}

/** A dispatch a block: `splits` parts of `span` columns for each of its rows. */
export interface Plan {
  span: number;
  splits: number;
  blocks: Block[];
}

/** Pair operations a dispatch, at most: some 0.2 s on two CPU cores, far from any watchdog. */
const MOST_WORK = 2 ** 32;

/** Columns a split, at least: fewer would spend their time on merging. */
const LEAST_SPAN = 1024;

/** Steps a split, at most: a sum rounds the more the longer it is, and the merge costs nothing beside so many. */
const MOST_STEPS = 4096;

/**
 * Iterations of a thread, at most. llvmpipe ends all its loops, without a word, after 65,535 of them in total
 * (`LP_MAX_TGSI_LOOP_ITERATIONS`); some are for reading and writing rows.
 */
const MOST_ITERATIONS = 65535;

/**
 * Few rows against many columns leave threads idle: the columns are split among more. Many columns are split, too, and
 * many pairs are cut by rows into dispatches of bounded length. Spans are powers of two or multiples of 1,024, and so
 * whole steps.
 */
export function planOf({ rows, columns, dim }: LogMassSize, tile: Tile, adapter: Adapter): Plan {
  const threads = Math.ceil(rows / (4 * tile.quads));
  const wanted = Math.ceil((adapter.software ? 64 : 65536) / threads);
  const steps = Math.min(MOST_STEPS, MOST_ITERATIONS / tile.iterations);
  const longest = tile.columns * 2 ** Math.floor(Math.log2(steps));
  const least = Math.min(LEAST_SPAN, longest);
  const most = Math.max(1, Math.floor(columns / least));
  const span = Math.min(longest, least * Math.ceil(columns / Math.min(wanted, most) / least));
  const splits = Math.ceil(columns / span);

  const step = 4 * tile.quads * tile.workgroup;
  const height = Math.max(1, Math.floor(MOST_WORK / (columns * (dim + 4)) / step)) * step;
  const blocks: Block[] = [];
  for (let start = 0; start < rows; start += height) {
    blocks.push({ start, end: Math.min(start + height, rows) });
  }
  return { span, splits, blocks };
}
