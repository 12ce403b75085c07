/** The tutorial's data: CSV files, data sets, balanced sets. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { MIN_ROWS, readTable } from "../../examples/housing/csv.ts";
import { type Dataset, loadDataset } from "../../examples/housing/datasets.ts";
import { drawSplit, labelBins } from "../../examples/housing/split.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

/** A CSV of 60 rows: size, place, price. */
const LINES = Array.from({ length: 60 }, (_, i) => `${i / 2},"no, ${i}",${i % 7}`);
const csv = (lines: string[] = LINES, header = "size, place ,price") =>
  [header, ...lines].join("\r\n");
const withLine = (i: number, line: string) => csv(LINES.with(i, line));

Deno.test("housing: a CSV's numbers are read, quotes, spaces, ignored and empty cells too", () => {
  const options = { name: "a.csv", target: "price", ignore: ["place"] };
  const table = readTable(`\ufeff${csv()}\n\n`, options);
  assertEquals(table.features, ["size"]);
  assertEquals([table.x[3], table.y[3], table.y.length, table.skipped], [[1.5], 3, 60, 0]);
  const skipping = readTable(withLine(0, " NA,x,1e3"), { ...options, skipEmpty: true });
  assertEquals([skipping.y.length, skipping.x[0], skipping.skipped], [59, [0.5], 1]);
  assertEquals(readTable(withLine(2, "-.5e1,x,+2."), options).x[2], [-5]);
});

Deno.test("housing: what is wrong with a CSV is named by column and row", () => {
  const options = { name: "a.csv", target: "price", ignore: ["place"] };
  const cases: [string, Partial<typeof options>, string][] = [
    [
      csv(),
      { target: "cost" },
      'a.csv as the target must be one of its columns, size, place, price: current value is "cost"',
    ],
    [
      csv(),
      { ignore: ["plaice"] },
      'the ignored must be of its columns, size, place, price: current value is "plaice"',
    ],
    [csv(), { ignore: ["price"] }, 'the target must not be ignored: current value is "price"'],
    [csv(), { ignore: ["size", "place"] }, "there must be a column beside the target"],
    [
      csv(),
      { ignore: [] },
      'cells must be numbers (--ignore "place" leaves the column out) in row 1, column "place": current value is "no, 0"',
    ],
    [
      withLine(6, "1,x,much"),
      {},
      'cells must be numbers in row 7, column "price": current value is "much"',
    ],
    [withLine(6, "0x10,x,1"), {}, 'in row 7, column "size": current value is "0x10"'],
    [withLine(6, "1e999,x,1"), {}, 'in row 7, column "size": current value is "1e999"'],
    [
      withLine(59, ",x,1"),
      {},
      'no cell may be empty (--skip-empty leaves such rows out) in row 60, column "size": current value is ""',
    ],
    [withLine(4, "1,x"), {}, "row 5 must have 3 cells, as the header has: current value is 2"],
    [withLine(4, '1,"x,2'), {}, "it must be comma-separated values"],
    [
      csv(LINES.slice(0, MIN_ROWS - 1)),
      {},
      `there must be at least ${MIN_ROWS} rows: current value is 49`,
    ],
    [
      csv(LINES, "size,price,price"),
      {},
      'each column must have a name of its own: current value is "price" twice',
    ],
    ["", {}, "its first line must name the columns"],
  ];
  for (const [text, change, words] of cases) {
    assertThrows(() => readTable(text, { ...options, ...change }), OptionError, words);
  }
});

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
    // The row's number in place of its first feature tells which row it is.
    const x = set.table.x.map((row, i) => [i, ...row.slice(1)]);
    const { train, validation, test } = drawSplit(
      { ...set, table: { ...set.table, x } },
      randomFrom(1),
    );
    const rows = [train, validation, test].map((part) => part.x.map(([id]) => id!));
    assertEquals(new Set(rows.flat()).size, set.table.y.length);
    assertEquals(rows.flat().length, set.table.y.length);
    for (const bin of labelBins(set.table.y, set.binWidth, 3 * set.perBin)) {
      const labels = bin.map((i) => set.table.y[i]!);
      const [low, high] = [Math.min(...labels), Math.max(...labels)];
      for (const part of [validation, test]) {
        assertEquals(part.y.filter((y) => y >= low && y <= high).length, set.perBin);
      }
      assert(train.y.filter((y) => y >= low && y <= high).length >= set.perBin);
    }
  }
});

Deno.test("housing: bins of few rows are joined with the next, the last with the one before", () => {
  const y = [0, 0, 0, 1, 2, 2, 5, 5, 5, 9];
  const bins = labelBins(y, 1, 3).map((bin) => bin.map((i) => y[i]));
  assertEquals(bins, [[0, 0, 0], [1, 2, 2], [5, 5, 5, 9]]);
});

function setOf(y: number[], x = y.map((_, i) => [i, 7])): Dataset {
  const table = { features: ["a", "b"], x, y, skipped: 0 };
  return { name: "made-up", table, target: "y", binWidth: 1, perBin: 2 };
}

Deno.test("housing: features are standardized by the training rows; constant ones are 0", () => {
  const { train, test, constant, label } = drawSplit(
    setOf(Array.from({ length: 60 }, (_, i) => i % 4)),
    randomFrom(0),
  );
  const mean = (k: number, power: number) =>
    train.x.reduce((sum, row) => sum + row[k]! ** power, 0) / train.x.length;
  assertAlmostEquals(mean(0, 1), 0, 1e-12);
  assertAlmostEquals(mean(0, 2), 1, 1e-12);
  assert([...train.x, ...test.x].every(([, b]) => b === 0));
  assertEquals(constant, ["b"]);
  assertAlmostEquals(label.mean, train.y.reduce((a, b) => a + b) / train.y.length, 1e-12);
  assertThrows(
    () => drawSplit(setOf(new Array(60).fill(3)), randomFrom(0)),
    OptionError,
    "its labels must fill two bins with 6 rows at least (see --bin-width and --per-bin): current value is 1",
  );
});
