/**
 * How the WebGPU pass is cut: rows a thread, columns a step, columns a split, rows a dispatch.
 *
 * @module
 */
import type { LogMassSize } from "./log_mass_kernel.ts";

/** What the cut depends on of the adapter. */
export interface Adapter {
  /** Whether shaders run on the CPU (llvmpipe, SwiftShader). */
  software: boolean;
}

/** Sizes that the shader's code is made for: the same for all batches of a dimension. */
export interface Tile {
  /** Rows a thread, in fours. */
  quads: number;
  /** Columns a step. */
  columns: number;
  /** Threads a workgroup. */
  workgroup: number;
}

/**
 * On a software adapter a load costs as much as a dozen operations, so a thread keeps many rows, as long as they
 * and the sums fit the nearest cache and compilation stays short (bench/variants/README.md). A GPU wants registers left and many threads.
 */
export function tileOf(dim: number, { software }: Adapter): Tile {
  if (!software) return { quads: 1, columns: dim === 1 ? 8 : 4, workgroup: 64 };
  if (dim <= 3) return { quads: 4, columns: dim === 1 ? 8 : 4, workgroup: 16 };
  if (dim <= 16) return { quads: 2, columns: 4, workgroup: 16 };
  return { quads: 1, columns: 4, workgroup: 16 };
}

/** A dispatch: `splits` parts of `span` columns for each of the rows from `start` to `end`. */
export interface Plan {
  span: number;
  splits: number;
  blocks: { start: number; end: number }[];
}

/** Pair operations a dispatch, at most: some 0.2 s on two CPU cores, far from any watchdog. */
const MOST_WORK = 2 ** 32;

/** Columns a split, at least: fewer would spend their time on merging. A power of two, and so a multiple of a step. */
const LEAST_SPAN = 1024;

/**
 * Few rows against many columns leave threads idle: the columns are split among more. Many pairs are cut by rows into
 * dispatches of bounded length.
 */
export function planOf({ rows, columns, dim }: LogMassSize, tile: Tile, adapter: Adapter): Plan {
  const threads = Math.ceil(rows / (4 * tile.quads));
  const wanted = Math.ceil((adapter.software ? 64 : 65536) / threads);
  const most = Math.max(1, Math.floor(columns / LEAST_SPAN));
  const span = LEAST_SPAN * Math.ceil(columns / Math.min(wanted, most) / LEAST_SPAN);
  const splits = Math.ceil(columns / span);

  const step = 4 * tile.quads * tile.workgroup;
  const height = Math.max(1, Math.floor(MOST_WORK / (columns * (dim + 4)) / step)) * step;
  const blocks = [];
  for (let start = 0; start < rows; start += height) {
    blocks.push({ start, end: Math.min(start + height, rows) });
  }
  return { span, splits, blocks };
}
