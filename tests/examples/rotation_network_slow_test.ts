/** The rotation benchmark's network: what it learns, on made-up garments, and that a seed repeats. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Result, runCriterion } from "../../examples/rotation/benchmark.ts";
import { CRITERIA, type Criterion } from "../../examples/rotation/criteria.ts";
import { type Dataset, drawDataset } from "../../examples/rotation/data.ts";
import { spread } from "../../examples/rotation/summary.ts";
import { testOnBackends } from "../support/backends.ts";
import { wedges } from "../support/wedges.ts";

const CASE = { train: 128, test: 90, grain: 0 };
const named = (id: string) => CRITERIA.find((criterion) => criterion.id === id)!;
const run = (criterion: Criterion, data: Dataset, seed: number, epochs: number) =>
  runCriterion(criterion, data, { epochs, seed, batchSize: 32, progress: false });

testOnBackends(
  "rotation: the network learns angles; the same seed gives the same run",
  async (backend) => {
    const data = drawDataset(wedges(128, 90), CASE, 1);
    const untrained = spread([...data.train.angles].map(Math.abs)).mean;
    const criteria = backend === "webgpu" ? CRITERIA : [named("gai")]; // a quarter of the speed on cpu
    const results: Result[] = [];
    for (const criterion of criteria) results.push(await run(criterion, data, 1, 6));
    for (const { criterion, report, sigma } of results) {
      const near = report.bins.filter(({ from, to }) => from >= -20 && to <= 20);
      const error = spread(near.map(({ mae }) => mae)).mean;
      // Always 0 would come to 0.61.
      assert(error < 0.45 * untrained, `${criterion.name}: ${error} against ${untrained}`);
      assert(sigma === undefined || Math.abs(sigma - 10) > 0.01); // it starts at 10
      assertEquals(sigma === undefined, criterion.id === "mse" || criterion.id === "sqinv-lds");
    }
    assertEquals((await run(named("gai"), data, 1, 6)).predictions, results.at(-1)!.predictions);
    const [one, two] = [await run(named("mse"), data, 1, 1), await run(named("mse"), data, 2, 1)];
    assertNotEquals(one.predictions, two.predictions);
  },
  ["webgpu", "cpu"],
);
