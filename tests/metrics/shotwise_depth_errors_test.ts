/** Depth errors by shot against NumPy's, from the published counts; what has no logarithm; what is refused. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  depthErrors,
  rootMeanSquaredError,
  shotwise,
  shotwiseDepthErrors,
  type ShotwiseDepthErrorsOptions,
} from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import fixture from "../fixtures/depth_shots.json" with { type: "json" };

const { counts, floor, mask, result } = fixture;
// Rounded for the file, they are the float32 numbers that NumPy had.
const floats = (depths: number[][][]) => Float32Array.from(depths.flat(2));
const [pred, target] = [floats(fixture.pred), floats(fixture.target)];
const flatMask = mask.flat(2);

/** Of all bins from 0, as the counts have them from 0.7 m. */
const trainLabels = { values: counts.map((_, i) => (i + 7.5) / 10), counts };
const OPTIONS = { binWidth: 0.1, many: 2.6e7, few: 1e7 };
const GROUPS = ["overall", "many", "medium", "few", "balanced"] as const;

Deno.test("shotwiseDepthErrors: NYUD2-DIR's shots and errors equal NumPy's", async () => {
  const options = { ...OPTIONS, mask: flatMask, floor };
  const found = await shotwiseDepthErrors(pred, target, trainLabels, options);
  assertEquals(Object.keys(found).sort(), Object.keys(result).sort());
  assertEquals(found.floored, result.floored);
  for (const group of GROUPS) {
    for (const [name, value] of Object.entries(result[group])) {
      const own = found[group][name as keyof typeof found.few];
      assertAlmostEquals(own, value, 1e-12 * Math.max(1, value), `${group} ${name}`);
    }
  }
});

testOnBackends("shotwiseDepthErrors: maps on the device, whose shape does not matter", async () => {
  const options = { ...OPTIONS, floor };
  const flat = await shotwiseDepthErrors(pred, target, trainLabels, { ...options, mask: flatMask });
  const maps = [fixture.pred, fixture.target, mask].map((values) => tf.tensor(values));
  const own = { ...options, mask: maps[2]! };
  const found = await shotwiseDepthErrors(maps[0]!, maps[1]!, trainLabels, own);
  assertEquals(found, flat);
  tf.dispose(maps);
}, ["cpu", "webgpu"]);

Deno.test("shotwiseDepthErrors: where all is positive, what depthErrors and shotwise tell", async () => {
  const positive = pred.map(Math.abs).map((depth) => depth || 1);
  const found = await shotwiseDepthErrors(positive, target, trainLabels, OPTIONS);
  for (const [name, value] of Object.entries(await depthErrors(positive, target))) {
    assertAlmostEquals(found.overall[name as "rmse"], value, 1e-12, name);
  }
  assertEquals(found.floored, 0);
  const pair = [positive, target] as const;
  const rmse = await shotwise(rootMeanSquaredError, ...pair, trainLabels, OPTIONS);
  for (const shot of ["many", "medium", "few"] as const) {
    assertAlmostEquals(found[shot].rmse, rmse[shot], 1e-12, shot);
  }
});

Deno.test("shotwiseDepthErrors: a shot without an element is NaN", async () => {
  const { few, many, balanced } = await shotwiseDepthErrors([1], [1], [1], { many: 0, few: 0 });
  assertEquals(Object.values(few), Array(7).fill(NaN));
  assertEquals([many.rmse, balanced.delta1], [0, 1]);
});

const REFUSED: readonly [number[], number[], ShotwiseDepthErrorsOptions, string][] = [
  [[-1], [1], {}, "the depths of pred must be finite and > 0 (or masked)"],
  [[NaN], [1], { floor: 0.1 }, "pred must be finite"],
  [[NaN, 1], [1, 1], { floor: 0.1, mask: [1, 1] }, "the depths of pred must be finite (or masked)"],
  [[1], [0], { floor: 0.1 }, "the depths of target must be finite and > 0 (or masked)"],
  [[1], [1], { floor: 0 }, "floor must be a finite number > 0: current value is 0"],
  [[1], [1], { mask: [0] }, "mask must leave an element"],
  [[1], [1], { few: 3, many: 2 }, "the thresholds must be 0 <= few <= many"],
  [[1], [1], { binBy: [1] } as never, "options must be known"],
];

Deno.test("shotwiseDepthErrors: what has no error is refused by name", async () => {
  for (const [pred, target, options, reason] of REFUSED) {
    const message = `Cannot compute shot-wise depth errors as ${reason}`;
    await assertRejects(() => shotwiseDepthErrors(pred, target, [1], options), Error, message);
  }
});
