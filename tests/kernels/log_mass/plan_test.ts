/** How the WebGPU pass is cut: all rows once, bounded dispatches and threads, tiles that WGSL allows. */
import { assert, assertEquals } from "@std/assert";
import { type Pass, planOf, tileOf } from "../../../src/kernels/log_mass/plan.ts";

const SIZES = [1, 15, 256, 4099, 65536, 262144, 1048576];
const DIMS = [1, 2, 3, 7, 8, 12, 16, 17, 24, 32, 48, 72, 127, 128];
const PASSES: readonly Pass[] = ["points", "spread"];

for (const software of [true, false]) {
  const name = software ? "a software adapter" : "a GPU";

  Deno.test(`plan: blocks cover every row once, splits every column, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const pass of PASSES) {
        const tile = tileOf({ dim, noiseDim: 1 }, pass, { software });
        for (const rows of SIZES) {
          for (const columns of SIZES) {
            const size = { rows, columns, dim, noiseDim: 1 };
            const { span, splits, blocks } = planOf(size, tile, { software });
            assertEquals(blocks[0]!.start, 0);
            assertEquals(blocks.at(-1)!.end, rows);
            blocks.slice(1).forEach(({ start }, n) => assertEquals(start, blocks[n]!.end));
            assert((splits - 1) * span < columns && splits * span >= columns);
            assertEquals(span % (4 * tile.columns), 0);
          }
        }
      }
    }
  });

  Deno.test(`plan: no dispatch is long, on ${name}`, () => {
    for (const dim of [1, 3, 128]) {
      const tile = tileOf({ dim, noiseDim: 1 }, "points", { software });
      for (const size of SIZES) {
        const sizes = { rows: size, columns: size, dim, noiseDim: 1 };
        for (const { start, end } of planOf(sizes, tile, { software }).blocks) {
          const smallest = end - start <= 4 * tile.quads * tile.workgroup;
          assert(smallest || (end - start) * size * (dim + 4) <= 2 ** 32);
        }
      }
    }
  });

  Deno.test(`plan: no thread takes more iterations than llvmpipe runs, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const noiseDim of [1, dim]) {
        for (const columns of SIZES) {
          const size = { rows: 1048576, columns, dim, noiseDim };
          const points = tileOf(size, "points", { software });
          const { span } = planOf(size, points, { software });
          // Two walks by steps, then two more; the columns behind whole steps; reading and writing the rows; far rows.
          const steps = span / points.columns;
          const far = 2 * span + points.quads * 2 * (1 + dim);
          const rest = 4 * (points.columns - 1) * (1 + dim);
          const ends = points.quads * (3 + 2 * dim + noiseDim);
          assert(Math.ceil(steps / 16) + 3 * steps + far + rest + ends < 65535);

          const spread = tileOf(size, "spread", { software });
          const loops = spread.unrolled ? 0 : 2 * dim + noiseDim;
          assert(planOf(size, spread, { software }).span * (1 + loops) + ends < 65535);
        }
      }
    }
  });

  Deno.test(`plan: a tile fits WGSL's 8 KiB of private variables, on ${name}`, () => {
    for (const dim of DIMS) {
      for (const noiseDim of [1, dim]) {
        for (const pass of PASSES) {
          const { quads, columns } = tileOf({ dim, noiseDim }, pass, { software });
          const rows = 16 * quads * (2 * dim + noiseDim + 3); // origin, shift, score; peak, mass, own
          const scalars = 4 * (columns * (dim + 1) + noiseDim); // column, bias; metric
          assert(rows + scalars <= 8192, `${rows + scalars} bytes for ${pass} ${dim} ${noiseDim}`);
        }
      }
    }
  });
}
