/** The tutorial's data sets, their bins and balanced sets. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { cutLabels, fairEdges, joinBins } from "../../examples/housing/bins.ts";
import { planFor } from "../../examples/housing/compare.ts";
import { costText } from "../../examples/housing/cost.ts";
import { type Dataset, loadDataset } from "../../examples/housing/datasets.ts";
import { drawSplit, type Split } from "../../examples/housing/split.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

Deno.test("housing: both data sets come with their rows and skewed labels", async () => {
  const sets = [await loadDataset({ data: "housing" }), await loadDataset({ data: "weather" })];
  assertEquals(sets.map(({ table }) => [table.y.length, table.features.length]), [[506, 13], [
    2922,
    3,
  ]]);
  assertEquals(sets.map(({ table }) => table.y[1]), [21.6, 10.9]);
  assertEquals(sets.map(({ sigma }) => sigma), [8, undefined]);
  const skewness = sets.map(({ table: { y } }) => {
    const mean = y.reduce((a, b) => a + b) / y.length;
    const moment = (k: number) => y.reduce((sum, v) => sum + (v - mean) ** k, 0) / y.length;
    return moment(3) / moment(2) ** 1.5;
  });
  assertAlmostEquals(skewness[0]!, 1.1, 0.05);
  assertAlmostEquals(skewness[1]!, 5.2, 0.1);
});

Deno.test("housing: balanced sets are disjoint, as large from each bin, and the rest trains", async () => {
  for (const data of ["housing", "weather"] as const) {
    const set = await loadDataset({ data });
    const { rows } = await cutLabels(set);
    const { train, validation, test } = drawSplit(numbered(set), rows, randomFrom(1));
    const parts = [train, validation, test].map(({ x }) => Array.from(x));
    // Standardized, the rows' numbers still tell them apart.
    assertEquals(new Set(parts.flat()).size, set.table.y.length);
    assertEquals(parts.flat().length, set.table.y.length);
    for (const bin of rows) {
      const labels = Array.from(bin, (i) => set.table.y[i]!);
      const [low, high] = [Math.min(...labels), Math.max(...labels)];
      for (const part of [validation, test]) {
        assertEquals(part.y.filter((y) => y >= low && y <= high).length, set.perBin);
      }
      assert(train.y.filter((y) => y >= low && y <= high).length >= set.perBin);
    }
  }
});

Deno.test("housing: bins of few rows are joined with the next, the last with the one before", async () => {
  assertEquals(joinBins([3, 1, 2, 0, 0, 3, 0, 1], 3), [[0], [1, 2, 3, 4], [5, 6, 7]]);
  assertEquals(joinBins([1, 1], 3), [[0, 1]]);
  // Labels on an edge but for rounding belong to the bin that begins there, as in the library.
  const y = [0, 0.1, 0.1 + 0.2, 0.3, 0.4, 0.5].flatMap((label) => new Array<number>(6).fill(label));
  const { rows } = await cutLabels({ ...setOf(y), binWidth: 0.3 });
  assertEquals(rows.map(({ length }) => length), [12, 24]);
});

Deno.test("housing: without a width bins are of equal count where labels crowd, else of equal width", () => {
  const evenly = Float64Array.from({ length: 100 }, (_, i) => i);
  assertEquals(fairEdges(evenly, 4), [0, 25, 50, 75, 99]);
  // All but one of a hundred labels lie within 1, and one far off: half of the bins are theirs.
  const crowd = Float64Array.from({ length: 101 }, (_, i) => i === 100 ? 1000 : i / 100);
  const edges = fairEdges(crowd, 10);
  assertEquals(edges.map((edge) => Math.round(100 * edge) / 100), [
    0,
    0.21,
    0.41,
    0.61,
    0.81,
    1000,
    1100,
  ]);
  assertEquals(fairEdges(Float64Array.of(3, 3, 3), 5), [3, 6]);
});

/** Two features: the row's number, and what is the same in all rows. */
function setOf(y: number[]): Dataset {
  const x = Float64Array.from({ length: 2 * y.length }, (_, k) => k % 2 === 0 ? k / 2 : 7);
  const table = { features: ["a", "b"], x, y: Float64Array.from(y), skipped: 0, notes: [] };
  return { name: "made-up", table, target: "y", binWidth: 1, perBin: 2 };
}

/** The set with the row's number as its only feature. */
function numbered(set: Dataset): Dataset {
  const x = Float64Array.from(set.table.y.keys());
  return { ...set, table: { ...set.table, features: ["row"], x } };
}

Deno.test("housing: features are standardized by the training rows; constant ones are 0", async () => {
  const set = setOf(Array.from({ length: 60 }, (_, i) => i % 4));
  const { rows } = await cutLabels(set);
  const { train, test, constant, label } = drawSplit(set, rows, randomFrom(0));
  const first = Array.from(train.x).filter((_, k) => k % 2 === 0);
  const mean = (power: number) => first.reduce((sum, v) => sum + v ** power, 0) / first.length;
  assertAlmostEquals(mean(1), 0, 1e-6);
  assertAlmostEquals(mean(2), 1, 1e-6);
  assert([...train.x, ...test.x].every((value, k) => k % 2 === 0 || value === 0));
  assertEquals(constant, ["b"]);
  assertAlmostEquals(label.mean, train.y.reduce((a, b) => a + b) / train.y.length, 1e-12);
  await assertRejects(
    () => cutLabels(setOf(new Array(60).fill(3))),
    OptionError,
    "its labels must fill two bins with 6 rows at least (see --bin-width and --per-bin): current value is 1",
  );
  await assertRejects(
    () => cutLabels({ ...set, binWidth: 1e-7 }),
    OptionError,
    "binWidth must give at most 1,000,000 bins",
  );
});

Deno.test("housing: any number of rows; a quick plan trains on no more than its steps take", async () => {
  const y = Array.from({ length: 300_000 }, (_, i) => i % 100 === 0 ? 1 + i % 700 : 0);
  const { binWidth: _, ...set } = setOf(y);
  const whole = await planFor({ ...set, perBin: 50 }, { seeds: [0], steps: 240 });
  const test = whole.splits[0]!.test.y.length;
  assertEquals([whole.splits[0]!.train.y.length, whole.epochs], [y.length - 2 * test, 1]);
  const { many, medium, few } = whole.testRows;
  assertEquals(many + medium + few, test);
  assert(many >= 50 && few >= 50, `${many} ${few}`);
  const quick = await planFor({ ...set, perBin: 50 }, { seeds: [0], steps: 120, quick: true });
  const [{ train }] = quick.splits as [Split];
  assertEquals([train.y.length, quick.epochs], [120 * 64, 1]);
  const rare = train.y.filter((label) => label > 0).length / train.y.length;
  assertAlmostEquals(rare, 0.01, 0.005); // as imbalanced as all rows
});

Deno.test("housing: shots of bins that differ in width go by labels per width; the cost is in words", async () => {
  // Ten bins of forty labels: nine within 0.1, and one that reaches to 1000.
  const y = Array.from({ length: 400 }, (_, i) => i < 399 ? i / 400 : 1000);
  const { binWidth: _, ...set } = setOf(y);
  const plan = await planFor(set, { seeds: [0, 1], steps: 10, epochs: 3 });
  assertEquals(plan.testRows, { many: 18, medium: 0, few: 2 });
  const rows = plan.splits[0]!.train.y.length;
  const texts = [0.2, 89, 91, 7200].map((seconds) => costText(plan, 6, seconds));
  const begin = `6 ways x 2 seeds x 3 epochs x ${rows} rows: about `;
  assertEquals(texts, ["1 second.", "89 seconds.", "2 minutes.", "2 hours."].map((t) => begin + t));
});
