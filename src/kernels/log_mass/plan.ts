/**
 * How the WebGPU pass is cut: columns a split, rows a dispatch.
 *
 * @module
 */
import type { LogMassSize } from "./contract.ts";
import { type Tile, WIDE } from "./tile.ts";

/** Rows of a dispatch, of every problem: from `start` to before `end`. */
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

/** Numbers of all splits of a dispatch, at most: 64 MiB, half of what every adapter binds. */
const MOST_PARTS = 2 ** 24;

/**
 * Steps a split, at most: a sum rounds the more the longer it is, and the merge costs nothing
 * beside so many.
 */
const MOST_STEPS = 4096;

/**
 * Iterations of a thread, at most. llvmpipe ends all its loops, without a word, after 65,535 of
 * them in total (`LP_MAX_TGSI_LOOP_ITERATIONS`); some are for reading and writing rows.
 */
const MOST_ITERATIONS = 65535;

/**
 * Few rows against many columns leave threads idle: the columns are split among more. Many columns
 * are split, too, and many pairs are cut by rows into dispatches of bounded length. Spans are
 * powers of two or multiples of `leastSpan`, and so whole steps.
 */
export function planOf(
  { rows, columns, dim, noiseDim, problems = 1 }: LogMassSize,
  tile: Tile,
): Plan {
  const [unit, threadsOfUnit] = tile.wide ? [WIDE, tile.workgroup] : [4 * tile.quads, 1];
  const step = unit * tile.workgroup / threadsOfUnit;
  const work = columns * (dim + 4) * problems; // of a row
  const height = Math.max(1, Math.floor(tile.mostWork / work / step)) * step;
  // Of one dispatch, which has the adapter for itself.
  const own = Math.min(rows, height);
  const filling = Math.ceil(tile.threads / (Math.ceil(own / unit) * threadsOfUnit * problems));
  const wanted = Math.max(
    1,
    Math.min(filling, Math.floor(MOST_PARTS / (own * (1 + noiseDim + dim) * problems))),
  );
  const steps = Math.min(MOST_STEPS, (MOST_ITERATIONS - tile.ends) / tile.iterations);
  const longest = tile.columns * 2 ** Math.floor(Math.log2(steps));
  const least = Math.min(tile.leastSpan, longest);
  const most = Math.max(1, Math.floor(columns / least));
  const span = Math.min(longest, least * Math.ceil(columns / Math.min(wanted, most) / least));
  const splits = Math.ceil(columns / span);

  const blocks: Block[] = [];
  for (let start = 0; start < rows; start += height) {
    blocks.push({ start, end: Math.min(start + height, rows) });
  }
  return { span, splits, blocks };
}
