/** The demo's regression: the three lines are what their losses give, the noise is learned, a run ends on demand. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { segmentLabels } from "../../demo/labels.ts";
import {
  errorOf,
  type Line,
  ORACLE,
  regress,
  type Snapshot,
  STEPS,
} from "../../demo/regression.ts";
import { DEFAULTS } from "../../demo/settings.ts";
import { drawDataset } from "../../examples/synthetic/data.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";
import { testOnBackends } from "../support/backends.ts";

const DATA = drawDataset(segmentLabels(DEFAULTS.shares), randomFrom(DEFAULTS.seed));

async function train(learnNoise: boolean, steps = STEPS): Promise<Snapshot[]> {
  const seen: Snapshot[] = [];
  const ending = new AbortController();
  await regress(DATA.train, {
    learnNoise,
    signal: ending.signal,
    onStep: (snapshot) => {
      seen.push(snapshot);
      if (seen.length === steps) ending.abort();
      return Promise.resolve();
    },
  });
  return seen;
}

/** The line of least weighted squares. */
function leastSquares(weight: (label: number) => number): Line {
  const { x, y } = DATA.train;
  const weights = Array.from(y, weight);
  const total = weights.reduce((a, b) => a + b);
  const mean = (of: (i: number) => number) =>
    weights.reduce((sum, w, i) => sum + w * of(i), 0) / total;
  const [mx, my] = [mean((i) => x[i]!), mean((i) => y[i]!)];
  const slope = mean((i) => (x[i]! - mx) * (y[i]! - my)) / mean((i) => (x[i]! - mx) ** 2);
  return { slope, intercept: my - slope * mx };
}

function assertLine(actual: Line, expected: Line, tolerance: number, name: string): void {
  const distance = Math.hypot(
    actual.slope - expected.slope,
    actual.intercept - expected.intercept,
  );
  assert(
    distance < tolerance,
    `${name}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`,
  );
}

testOnBackends("demo: MSE and Reweight are least squares, Balanced MSE is the oracle", async () => {
  const last = (await train(false)).at(-1)!;
  const counts = [0, 0, 0, 0, 0];
  const segment = (label: number) => Math.min(Math.floor(label / 2), 4);
  DATA.train.y.forEach((label) => counts[segment(label)]!++);
  assertEquals([last.step, last.sigma], [STEPS, 1]);
  assertLine(last.mse, leastSquares(() => 1), 0.01, "MSE");
  assertLine(last.reweight, leastSquares((label) => 1 / counts[segment(label)]!), 0.01, "Reweight");
  assertLine(last.balanced, ORACLE, 0.15, "Balanced MSE");
  const errors = [last.mse, last.reweight, last.balanced].map((line) => errorOf(line, DATA.test));
  assert(errors[0]! > errors[1]! && errors[1]! > errors[2]!, `${errors}`);
  assert(errorOf(ORACLE, DATA.test) < 1e-9);
}, ["webgpu", "cpu"]);

testOnBackends("demo: the noise is learned along", async () => {
  const seen = await train(true);
  assert(seen[0]!.sigma > 1.3, `starts at ${seen[0]!.sigma}`);
  assert(Math.abs(seen.at(-1)!.sigma - 1) < 0.1, `ends at ${seen.at(-1)!.sigma}`);
  assertLine(seen.at(-1)!.balanced, ORACLE, 0.2, "Balanced MSE");
}, ["cpu"]);

testOnBackends("demo: a run ends at its signal", async () => {
  assertEquals((await train(false, 3)).map(({ step }) => step), [1, 2, 3]);
  assertEquals(tf.getBackend(), "cpu");
}, ["cpu"]);
