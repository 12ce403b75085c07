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

/** How a thread of the pass works, and how many there should be. */
export interface Tile {
  /**
   * Whether a workgroup shares rows and columns by tiles of all three sizes (log_mass_wide.wgsl); else every thread works
   * for itself, by code that is made for the dimensions.
   */
  wide: boolean;
  /** Rows a thread, in fours; of a wide tile also columns and dimensions. */
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
  /** Columns a split, at least: fewer would spend their time on merging. */
  leastSpan: number;
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

/** The most dimensions of the shader that is made for them; more are the wide one's. */
const MOST_UNROLLED = 128;

/** How the pass works in `dim` dimensions. */
export function tileOf(
  { dim, noiseDim }: Pick<LogMassSize, "dim" | "noiseDim">,
  pass: Pass,
  { software }: Adapter,
): Tile {
  if (dim > MOST_UNROLLED) return wideTile(dim, software ? 2 : 1, software ? 128 : 65536);
  // A software adapter gives a workgroup to one core, which runs it by vectors of eight threads.
  const tile = {
    wide: false,
    workgroup: software ? 8 : 64,
    ends: 0,
    threads: software ? 64 : 65536,
    leastSpan: 1024,
  };
  if (pass === "spread") {
    // Few columns, and two loads a dimension of each: unrolled, they take long to compile.
    const unrolled = dim * noiseDim <= 16;
    const iterations = unrolled ? 1 : 1 + 2 * dim + noiseDim;
    return { ...tile, quads: 1, columns: 1, unrolled, iterations };
  }
  const tiles = software ? SOFTWARE_TILES : GPU_TILES;
  const { quads, columns } = tiles.find((tile) => dim <= tile.dim)!;
  return {
    ...tile,
    // Two quads hold 32 (2 D + P) bytes of rows and sums: up to 216 numbers, a sixth of 8 KiB is left for the rest.
    quads: 2 * dim + noiseDim <= 216 ? quads : 1,
    columns,
    unrolled: true,
    // A scan of some steps and a sum of all, then both of all where that did not serve.
    iterations: 4,
  };
}

/** Rows, columns and dimensions of a step of the wide shader. */
export const WIDE = 32;

/** A tile of the wide shader: `quads` 1 or 2, `threads` in all. */
export function wideTile(dim: number, quads: number, threads: number): Tile {
  const side = WIDE / (4 * quads);
  const workgroup = side * side;
  // A slice of dimensions: loading it thrice, unless that is unrolled; its squares, logarithms and shifts.
  const items = quads === 1 ? 0 : WIDE * WIDE / (4 * workgroup);
  const slice = 2 + 3 * items + WIDE + quads * WIDE / side + WIDE / 4;
  const joins = quads * side * 2;
  const iterations = Math.ceil(dim / WIDE) * slice + joins + 1;
  return {
    wide: true,
    quads,
    columns: WIDE,
    workgroup,
    unrolled: false,
    iterations,
    // The rows' own labels are a step, too; then the shifts are divided.
    ends: iterations + quads * Math.ceil(dim / side) + 3 * joins,
    threads,
    leastSpan: 256,
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

/** Steps a split, at most: a sum rounds the more the longer it is, and the merge costs nothing beside so many. */
const MOST_STEPS = 4096;

/**
 * Iterations of a thread, at most. llvmpipe ends all its loops, without a word, after 65,535 of them in total
 * (`LP_MAX_TGSI_LOOP_ITERATIONS`); some are for reading and writing rows.
 */
const MOST_ITERATIONS = 65535;

/**
 * Few rows against many columns leave threads idle: the columns are split among more. Many columns are split, too, and
 * many pairs are cut by rows into dispatches of bounded length. Spans are powers of two or multiples of
 * `leastSpan`, and so whole steps.
 */
export function planOf({ rows, columns, dim }: LogMassSize, tile: Tile): Plan {
  const [unit, threadsOfUnit] = tile.wide ? [WIDE, tile.workgroup] : [4 * tile.quads, 1];
  const wanted = Math.ceil(tile.threads / (Math.ceil(rows / unit) * threadsOfUnit));
  const steps = Math.min(MOST_STEPS, (MOST_ITERATIONS - tile.ends) / tile.iterations);
  const longest = tile.columns * 2 ** Math.floor(Math.log2(steps));
  const least = Math.min(tile.leastSpan, longest);
  const most = Math.max(1, Math.floor(columns / least));
  const span = Math.min(longest, least * Math.ceil(columns / Math.min(wanted, most) / least));
  const splits = Math.ceil(columns / span);

  const step = unit * tile.workgroup / threadsOfUnit;
  const height = Math.max(1, Math.floor(MOST_WORK / (columns * (dim + 4)) / step)) * step;
  const blocks: Block[] = [];
  for (let start = 0; start < rows; start += height) {
    blocks.push({ start, end: Math.min(start + height, rows) });
  }
  return { span, splits, blocks };
}
