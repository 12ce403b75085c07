/** Evaluation of predicted ages: the authors' numbers, the tables, the JSON, the CSV, the figure. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { scoresOf } from "../../examples/imdb_wiki/evaluation.ts";
import { figureAge } from "../../examples/imdb_wiki/figure.ts";
import { reportOf } from "../../examples/imdb_wiki/json_report.ts";
import { readPredictions, writePredictions } from "../../examples/imdb_wiki/predictions.ts";
import { PUBLISHED } from "../../examples/imdb_wiki/published.ts";
import type { Result } from "../../examples/imdb_wiki/result.ts";
import { scoresTables } from "../../examples/imdb_wiki/table.ts";
import { renderSpec } from "../../examples/synthetic/figure.ts";
import fixture from "../fixtures/age_evaluation.json" with { type: "json" };
import { inFolder } from "../support/in_folder.ts";

type Numbers = Record<string, number | null>;

for (const { name, train, age, pred, ...expected } of fixture.cases) {
  Deno.test(`imdb-wiki: bMAE, MAE and G-mean are those of the authors' definitions: ${name}`, async () => {
    const scores = await scoresOf(
      Float32Array.from(train),
      Float32Array.from(age),
      Float32Array.from(pred),
    );
    for (const metric of ["bMae", "mae", "gMean"] as const) {
      assertEquals(Object.keys(scores[metric]), ["all", "many", "medium", "few"]);
      for (const [group, value] of Object.entries(expected[metric] as Numbers)) {
        const ours = scores[metric][group as "all"];
        if (value === null) assert(Number.isNaN(ours), `${metric} of ${group}`);
        else assertAlmostEquals(ours, value, 1e-12 * value);
      }
    }
  });
}

Deno.test("imdb-wiki: shots as by hand, at the thresholds and at others", async () => {
  // 101 pictures of age 30, 100 of 31, 20 of 32, 19 of 33, none of 34.
  const counts = [[30, 101], [31, 100], [32, 20], [33, 19]] as const;
  const train = Float32Array.from(counts.flatMap(([age, n]) => Array(n).fill(age)));
  const test = Float32Array.of(30, 30, 31, 32, 33, 34);
  const pred = Float32Array.of(31, 33, 35, 32.5, 35, 42);
  const { bMae, mae, gMean } = await scoresOf(train, test, pred);
  assertEquals(mae, { all: 18.5 / 6, many: 2, medium: 2.25, few: 5 });
  assertEquals(bMae, { all: (2 + 4 + 0.5 + 2 + 8) / 5, many: 2, medium: 2.25, few: 5 });
  assertAlmostEquals(gMean.few, 4, 1e-12);
  const wide = await scoresOf(train, test, pred, { many: 19, few: 1 });
  assertEquals(wide.mae, { all: 18.5 / 6, many: 8.5 / 4, medium: 2, few: 8 });
});

function resultOf(id: string, name: string, sigma: number | null): Result {
  const numbers = { all: 9.876, many: 5, medium: NaN, few: 20 };
  const scores = { bMae: numbers, mae: numbers, gMean: numbers };
  return { id, name, scores, predictions: Float32Array.of(31, 40, 60), sigma, seconds: 12.34 };
}

Deno.test("imdb-wiki: tables have ours above what is published, and nothing that is not", () => {
  const results = [resultOf("vanilla", "vanilla", null), resultOf("gai", "GAI", 9.5)];
  const [bMae, mae, gMean] = scoresTables(results, PUBLISHED["imdb-wiki"]).split("\n\n");
  assertEquals(bMae!.split("\n").slice(0, 4), [
    "bMAE, years                     all  many  medium    few  sigma  seconds",
    "----------------------------  -----  ----  ------  -----  -----  -------",
    "vanilla                        9.88  5.00    none  20.00            12.3",
    "GAI                            9.88  5.00    none  20.00   9.50     12.3",
  ]);
  assertStringIncludes(bMae!, "published: BNI                12.65  7.65   12.70  28.08");
  assert(!bMae!.includes("FDS") && mae!.includes("published: SQINV + LDS + FDS   7.68"));
  assertEquals(gMean!.split("\n").length, 4);
  assert(!scoresTables(results).includes("published"));
});

Deno.test("imdb-wiki: JSON has these keys and no others; a shot without a picture is null", () => {
  const run = {
    data: "made",
    stage: 2 as const,
    seconds: 1,
    backend: "cpu",
    adapter: null,
    picturesPerSecond: 7,
  };
  const numbers = { all: 9.876, many: 5, medium: null, few: 20 };
  assertEquals(JSON.parse(JSON.stringify(reportOf(run, [resultOf("bmc", "BMC", 8)]))), {
    data: "made",
    stage: 2,
    seconds: 1,
    criteria: [
      { name: "BMC", bMae: numbers, mae: numbers, gMean: numbers, sigma: 8, seconds: 12.34 },
    ],
    backend: "cpu",
    adapter: null,
    picturesPerSecond: 7,
  });
});

Deno.test("imdb-wiki: predictions come back from their CSV bit by bit, whatever the path", async () => {
  await inFolder(async (dir) => {
    const rows = [
      { path: 'a/0_"x", y.jpg', age: 31, pred: Math.fround(30.1) },
      { path: "b.jpg", age: 0, pred: Math.fround(-1 / 3) },
    ];
    await writePredictions(`${dir}/new/p.csv`, rows);
    const text = await Deno.readTextFile(`${dir}/new/p.csv`);
    assertEquals(text.split("\r\n")[0], "path,age,pred");
    const read = await readPredictions(`${dir}/new/p.csv`);
    assertEquals(read.map((row) => ({ ...row, pred: Math.fround(row.pred) })), rows);
    assertEquals([...Deno.readDirSync(`${dir}/new`)].map(({ name }) => name), ["p.csv"]);
  });
});

Deno.test("imdb-wiki: the figure names what it shows, of any number of criteria", async () => {
  const ages = { trainAges: Float32Array.of(30, 30, 186), testAges: Float32Array.of(30, 41, 62) };
  const vanilla = resultOf("vanilla", "vanilla", null);
  for (const results of [[vanilla], [vanilla, resultOf("bmc", "BMC", 8)]]) {
    const svg = await renderSpec(await figureAge({ ...ages, results }));
    for (const word of ["predicted age (years)", "MAE (years)", "vanilla"]) {
      assertStringIncludes(svg, word);
    }
    assertEquals(svg.includes("BMC"), results.length === 2);
    assert(!svg.includes("NaN"));
  }
});
