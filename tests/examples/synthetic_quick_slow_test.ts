/** The synthetic benchmark's --quick tells what the whole one tells. */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { runCriterion } from "../../examples/synthetic/benchmark.ts";
import { drawDataset } from "../../examples/synthetic/data.ts";
import { labelDistribution } from "../../examples/synthetic/distributions.ts";
import { parseOptions } from "../../examples/synthetic/options.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

Deno.test("synthetic: --quick tells MSE from re-weighting, and that from Balanced MSE", async () => {
  await tf.setBackend("cpu");
  const options = parseOptions(["--quick", "--criteria", "mse,reweight,bmc-learnable"]);
  assertEquals(options.epochs, 200);
  assertEquals(parseOptions(["--quick", "--epochs", "500"]).epochs, 500);
  const data = drawDataset(labelDistribution(1, "normal", "high"), randomFrom(0));
  const errors: number[] = [];
  for (const criterion of options.criteria) {
    const { testMse } = await runCriterion(criterion, data, { ...options, progress: false });
    errors.push(testMse);
  }
  const [mse, reweight, balanced] = errors as [number, number, number];
  assert(mse > 2 * reweight && reweight > 4 * balanced, errors.join(" "));
});
