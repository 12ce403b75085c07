/** The cpu kernel's exponential against Math.exp. */
import { assert, assertEquals } from "@std/assert";
import { EXP_TABLE_MIN, expTable } from "../../../src/kernels/log_mass/exp_table.ts";

Deno.test("exp table: relative error below 2e-13 over its range, NaN stays NaN", () => {
  for (let i = 0; i <= 200_000; i++) {
    const x = EXP_TABLE_MIN * i / 200_000;
    const error = Math.abs(expTable(x) / Math.exp(x) - 1);
    assert(error < 2e-13, `exp(${x}): error ${error}`);
  }
  assertEquals(expTable(0), 1);
  assertEquals(expTable(NaN), NaN);
});
