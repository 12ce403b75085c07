/** How the WebGPU pass is cut: all rows once, bounded dispatches and threads, tiles that WGSL allows. */
import { assert, assertEquals } from "@std/assert";
import type { LogMassSize } from "../../../src/kernels/log_mass/contract.ts";
import { planOf } from "../../../src/kernels/log_mass/plan.ts";
import { type Pass, type Tile, tileOf, WIDE } from "../../../src/kernels/log_mass/tile.ts";

const SIZES = [1, 15, 256, 4099, 65536, 262144, 1048576];
const DIMS = [1, 2, 3, 7, 8, 12, 16, 17, 24, 32, 48, 72, 127, 128, 129, 216, 1000, 1024, 4096];
const PASSES: readonly Pass[] = ["points", "spread"];

/** Iterations of a thread that has rows of its own, at most. */
function ownIterations({ dim, noiseDim }: LogMassSize, tile: Tile, span: number, pass: Pass) {
  const ends = tile.quads * (3 + 2 * dim + noiseDim); // reading and writing the rows
  if (pass === "spread") return span * (1 + (tile.unrolled ? 0 : 2 * dim + noiseDim)) + ends;
  // Two walks by steps, then two more; the columns behind whole steps; far rows, twice by columns.
  const steps = span / tile.columns;
  const rest = 4 * (tile.columns - 1) * (1 + dim);
  const far = 2 * span + tile.quads * 2 * (1 + dim);
  return Math.ceil(steps / 16) + 3 * steps + far + rest + ends;
}

/** Iterations of a thread of log_mass_wide.wgsl. */
function wideIterations({ dim, noiseDim }: LogMassSize, tile: Tile, span: number) {
  const slices = Math.ceil(dim / WIDE);
  const quads = Math.ceil(dim / 8); // a thread's dimensions
  const [lanes, steps] = tile.unrolled ? [0, WIDE / 4] : [4, WIDE];
  const sums = noiseDim > 1 ? 2 : 1;
  const first = slices * (1 + 2 * lanes + steps) + quads;
  const second = slices * (1 + lanes + 8 + 4 * lanes * sums);
  const ends = quads * (1 + 2 * lanes * sums) + 3 * 8;
  return (Math.ceil(span / WIDE) + 1) * (1 + first + 2 * 8 + second) + ends;
}

for (const software of [true, false]) {
  const name = software ? "a software adapter" : "a GPU";

  Deno.test(`plan: blocks cover every row once, splits every column, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const pass of PASSES) {
        const tile = tileOf({ dim, noiseDim: 1 }, pass, { software });
        for (const rows of SIZES) {
          for (const columns of SIZES) {
            const size = { rows, columns, dim, noiseDim: 1 };
            const { span, splits, blocks } = planOf(size, tile);
            assertEquals(blocks[0]!.start, 0);
            assertEquals(blocks.at(-1)!.end, rows);
            blocks.slice(1).forEach(({ start }, n) => assertEquals(start, blocks[n]!.end));
            assert((splits - 1) * span < columns && splits * span >= columns);
            assertEquals(span % (tile.wide ? WIDE : 4 * tile.columns), 0);
          }
        }
      }
    }
  });

  Deno.test(`plan: what the splits of a dispatch leave to be merged is bounded, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const noiseDim of [1, dim]) {
        const tile = tileOf({ dim, noiseDim }, "points", { software });
        for (const rows of SIZES) {
          for (const columns of SIZES) {
            const size = { rows, columns, dim, noiseDim };
            const { splits, blocks } = planOf(size, tile);
            const height = Math.max(...blocks.map(({ start, end }) => end - start));
            const numbers = splits * height * (1 + noiseDim + dim);
            // As few as a loop's length leaves.
            const fewest = planOf(size, { ...tile, threads: 1 }).splits;
            assert(numbers <= 2 ** 24 || splits <= fewest, `${splits} splits of ${height} rows`);
          }
        }
      }
    }
  });

  Deno.test(`plan: no dispatch is long, on ${name}`, () => {
    for (const dim of [1, 3, 128, 1024]) {
      const tile = tileOf({ dim, noiseDim: 1 }, "points", { software });
      for (const size of SIZES) {
        const sizes = { rows: size, columns: size, dim, noiseDim: 1 };
        for (const { start, end } of planOf(sizes, tile).blocks) {
          const smallest = end - start <= (tile.wide ? WIDE : 4 * tile.quads * tile.workgroup);
          assert(smallest || (end - start) * size * (dim + 4) <= (software ? 2 ** 32 : 2 ** 34));
        }
      }
    }
  });

  Deno.test(`plan: no thread takes more iterations than llvmpipe runs, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const noiseDim of [1, dim]) {
        for (const columns of SIZES) {
          const size = { rows: 1048576, columns, dim, noiseDim };
          for (const pass of PASSES) {
            const tile = tileOf(size, pass, { software });
            const { span } = planOf(size, tile);
            const taken = (tile.wide ? wideIterations : ownIterations)(size, tile, span, pass);
            assert(taken < 65535, `${taken} for ${pass} ${dim} ${noiseDim} ${columns}`);
          }
        }
      }
    }
  });

  Deno.test(`plan: problems side by side share a dispatch, on ${name}`, () => {
    const tile = tileOf({ dim: 1, noiseDim: 1 }, "points", { software });
    for (const problems of [3, 60, 4096]) {
      for (const rows of SIZES) {
        for (const columns of SIZES) {
          const size = { rows, columns, dim: 1, noiseDim: 1, problems };
          const { splits, blocks } = planOf(size, tile);
          const height = Math.max(...blocks.map(({ start, end }) => end - start));
          assertEquals([blocks[0]!.start, blocks.at(-1)!.end], [0, rows]);
          const smallest = height <= 4 * tile.quads * tile.workgroup;
          const work = height * columns * 5 * problems;
          assert(smallest || work <= (software ? 2 ** 32 : 2 ** 34));
          const fewest = planOf(size, { ...tile, threads: 1 }).splits;
          assert(3 * splits * height * problems <= 2 ** 24 || splits <= fewest);
        }
      }
    }
  });

  Deno.test(`plan: a tile fits WGSL's 8 KiB of private variables, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const noiseDim of [1, dim]) {
        for (const pass of PASSES) {
          for (const noiseByRow of [false, true]) {
            const size = { dim, noiseDim, noiseByRow };
            const { wide, quads, columns } = tileOf(size, pass, { software });
            if (wide) continue; // some 300 bytes, whatever the dimensions
            if (noiseByRow) assertEquals(quads, 1);
            const rows = 16 * quads * (2 * dim + noiseDim + 3); // origin, shift, score; peak, mass, own
            const metric = (noiseByRow ? 16 : 4) * noiseDim;
            const bytes = rows + 4 * columns * (dim + 1) + metric; // column, bias
            assert(bytes <= 8192, `${bytes} bytes for ${pass} ${dim} ${noiseDim} ${noiseByRow}`);
          }
        }
      }
    }
  });
}
