/**
 * How the matrix product of a convolution is cut for the device.
 *
 * @module
 */

/** Sizes of the product: `[rows, columns] = [rows, depth] [depth, columns]`. */
export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** The tile, where rows are arranged by it; by default what suits them. */
  readonly tile?: Tile;
}

/** The cut. */
export interface ProductPlan extends ProductSize {
  /** Parts of the depth, each with a result of its own. */
  readonly splits: number;
  /** Steps of `tile.DEPTH` a part. */
  readonly steps: number;
  readonly tile: Tile;
}

/** Constants of conv_product.wgsl. */
export interface Tile {
  /** Lines a step. */
  readonly DEPTH: number;
  /** Quads of rows, and of columns, a thread. */
  readonly QUADS: number;
  /** Lines that are spelled out. */
  readonly STEPS: number;
}

/** Tiles by the rows and columns that they have: 64 or 32. */
const TILES = {
  wide: { DEPTH: 16, QUADS: 2, STEPS: 4 },
  narrow: { DEPTH: 16, QUADS: 1, STEPS: 4 },
};

/** Workgroups that fill a device. */
const FILL = { gpu: 1024, software: 8 };

/** Steps of a part: fewer would not be worth a result of their own. */
const LEAST_STEPS = 16;

/**
 * A step is 1 + DEPTH / STEPS iterations of a thread's loops, of which llvmpipe allows 65,535: see
 * log_mass/plan.ts.
 */
const MOST_STEPS = 8192;

/** Rows or columns of a tile. */
export const sideOf = ({ QUADS }: Tile) => 32 * QUADS;

/** The tile that a product of this size is made by. */
export function tileOf({ rows, columns }: Pick<ProductSize, "rows" | "columns">): Tile {
  return Math.min(rows, columns) > 32 ? TILES.wide : TILES.narrow;
}

/** Numbers that all parts together may have: 64 MiB as float32. */
const MOST_PARTS = 2 ** 24;

/** The cut of a product, on a GPU or a software adapter. */
export function productPlan(size: ProductSize, software: boolean): ProductPlan {
  const { rows, columns, depth } = size;
  const { tile = tileOf(size) } = size;
  const side = sideOf(tile);
  const tiles = Math.ceil(rows / side) * Math.ceil(columns / side);
  const all = Math.ceil(depth / tile.DEPTH);
  const wanted = Math.ceil(FILL[software ? "software" : "gpu"] / tiles);
  const most = Math.min(all / LEAST_STEPS, MOST_PARTS / (rows * columns));
  const parts = Math.max(1, Math.min(wanted, Math.floor(most)));
  const steps = Math.min(MOST_STEPS, Math.ceil(all / parts));
  return { ...size, tile, steps, splits: Math.ceil(all / steps) };
}
