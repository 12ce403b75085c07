/** The linear method against the direct one: accuracy, what spoils a row, gradients, options, dispatches. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { balancedMse, bmcLoss, type Method } from "../mod.ts";
import { type BackendName, read, testOnBackends, use } from "./support/backends.ts";
import { LINEAR_CASES, type LinearCase } from "./support/linear_cases.ts";
import { type Statistics, statistics } from "./support/statistics.ts";
import { normals } from "./support/cases.ts";

const LINEAR: readonly BackendName[] = ["webgpu", "cpu"];

/** Half a unit in the last place of a float32 near 1. */
const ROUNDING = 2 ** -24;

/** Worst `|value - truth| / (unit + |truth|)` of each statistic; NaN if any value is. */
function errors(found: Statistics, truth: Statistics, s: number): Record<keyof Statistics, number> {
  const worst = (values: Float32Array, truth: Float32Array, unit: number) =>
    truth.reduce((most, expected, i) => {
      const error = Math.abs(values[i]! - expected) / (unit + Math.abs(expected));
      return error > most || Number.isNaN(error) ? error : most;
    }, 0);
  return {
    logMass: worst(found.logMass, truth.logMass, 1),
    noiseScore: worst(found.noiseScore, truth.noiseScore, 1 / s),
    shift: worst(found.shift, truth.shift, Math.sqrt(s)),
  };
}

/** The cpu's direct method sums in float64; accuracy_test.ts holds it against the truth. */
async function truthOf(test: LinearCase, backend: BackendName): Promise<Statistics> {
  await use("cpu");
  const truth = await statistics(test, "direct");
  await use(backend);
  return truth;
}

for (const test of LINEAR_CASES) {
  testOnBackends(`linear: ${test.name}`, async (backend) => {
    const truth = await truthOf(test, backend);
    const found = errors(await statistics(test, "linear"), truth, test.noiseVar);
    // The cpu adds in float64 either way.
    const direct = backend === "cpu"
      ? errors(truth, truth, test.noiseVar)
      : errors(await statistics(test, "direct"), truth, test.noiseVar);
    for (const key of ["logMass", "noiseScore", "shift"] as const) {
      const limit = 2 * direct[key] + 16 * ROUNDING;
      assert(found[key] <= limit, `${key}: worst error ${found[key]}, limit ${limit}`);
    }
  }, LINEAR);
}
