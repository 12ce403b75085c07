/** Which method a problem takes on webgpu: by its shapes alone. */
import { assertEquals } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { isLinear } from "../../../src/kernels/log_mass/webgpu.ts";

const tensor = (...shape: number[]) => ({ shape } as tf.TensorInfo);
const problem = (rows: number, columns: number, ...dim: number[]) => ({
  pred: tensor(rows, ...dim),
  target: tensor(rows, ...dim),
  noiseVar: tensor(),
  center: tensor(columns, ...dim),
});

const GPU = { software: false };
const MOST = 2 ** 24; // keys of the sort, whose places are float32

Deno.test("method: many pairs of one dimension are linear, few are direct", () => {
  assertEquals(isLinear(problem(131072, 131072), {}, GPU), true);
  assertEquals(isLinear(problem(131072, 131072, 1), {}, GPU), true);
  assertEquals(isLinear(problem(256, 256), {}, GPU), false);
  assertEquals(isLinear(problem(256, 256), { method: "linear" }, GPU), true);
  assertEquals(isLinear(problem(131072, 131072), { method: "direct" }, GPU), false);
});

Deno.test("method: more keys than the sort takes stay direct, whatever is asked", () => {
  for (const method of ["auto", "linear"] as const) {
    assertEquals(isLinear(problem(MOST, 65536), { method }, GPU), true);
    assertEquals(isLinear(problem(65536, MOST), { method }, GPU), true);
    assertEquals(isLinear(problem(MOST + 1, 65536), { method }, GPU), false);
    assertEquals(isLinear(problem(65536, MOST + 1), { method }, GPU), false);
  }
});

Deno.test("method: several dimensions and variances stay direct", () => {
  assertEquals(isLinear(problem(131072, 131072, 2), {}, GPU), false);
  const spread = { ...problem(131072, 131072), variance: tensor(131072, 1) };
  assertEquals(isLinear(spread, {}, GPU), false);
});
