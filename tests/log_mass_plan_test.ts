/** How the WebGPU pass is cut: all rows once, bounded dispatches, enough threads. */
import { assert, assertEquals } from "@std/assert";
import { planOf, tileOf } from "../src/kernels/log_mass_plan.ts";

const SIZES = [1, 15, 256, 4099, 65536, 262144, 1048576];

for (const software of [true, false]) {
  const name = software ? "a software adapter" : "a GPU";

  Deno.test(`plan: blocks cover every row once, splits every column, on ${name}`, () => {
    for (const dim of [1, 2, 3, 7, 16, 72, 128]) {
      const tile = tileOf(dim, { software });
      assertEquals(dim * tile.columns % 4, 0, "a step is whole vectors");
      for (const rows of SIZES) {
        for (const columns of SIZES) {
          const { span, splits, blocks } = planOf(
            { rows, columns, dim, noiseDim: 1 },
            tile,
            { software },
          );
          assertEquals(blocks[0]!.start, 0);
          assertEquals(blocks.at(-1)!.end, rows);
          blocks.slice(1).forEach(({ start }, n) => assertEquals(start, blocks[n]!.end));
          assert((splits - 1) * span < columns && splits * span >= columns);
          assertEquals(span % (4 * tile.columns), 0);
        }
      }
    }
  });

  Deno.test(`plan: no dispatch is long, on ${name}`, () => {
    for (const dim of [1, 3, 128]) {
      const tile = tileOf(dim, { software });
      for (const size of SIZES) {
        const sizes = { rows: size, columns: size, dim, noiseDim: 1 };
        for (const { start, end } of planOf(sizes, tile, { software }).blocks) {
          const smallest = end - start <= 4 * tile.quads * tile.workgroup;
          assert(smallest || (end - start) * size * (dim + 4) <= 2 ** 32);
        }
      }
    }
  });
}
