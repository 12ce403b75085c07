/** The tutorial's comparison: its tables, sets, weights and runs. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { chooseBackend, useBackend } from "../examples/housing/backend.ts";
import { compareWay, planFor, type Result } from "../examples/housing/compare.ts";
import { MIN_ROWS, readTable } from "../examples/housing/csv.ts";
import { type Dataset, loadDataset, roundWidth } from "../examples/housing/datasets.ts";
import { renderFigure } from "../examples/housing/figure.ts";
import { parseOptions } from "../examples/housing/options.ts";
import { shotsOf, spreadOf } from "../examples/housing/scores.ts";
import { drawSplit, labelBins } from "../examples/housing/split.ts";
import { scoresTable } from "../examples/housing/table.ts";
import { WAYS, waysFor } from "../examples/housing/ways.ts";
import { OptionError } from "../examples/support/option_error.ts";
import { randomFrom } from "../examples/synthetic/random.ts";

Deno.test.beforeAll(async () => {
  await useBackend("wasm");
});

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

Deno.test("housing: widths are round, thresholds follow the mean count, spreads pass over NaN", () => {
  assertEquals([[5, 50], [0, 119], [0, 1], [3, 3]].map(roundWidth), [5, 10, 0.1, 1]);
  assertEquals(shotsOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5], 1), { binWidth: 1, many: 6, few: 1 });
  assertEquals(spreadOf([1, NaN, 3]), { mean: 2, deviation: Math.SQRT2 });
  assert(Number.isNaN(spreadOf([NaN]).mean));
});

Deno.test("housing: rare labels weigh more, most of all by the inverse; LDS evens out", async () => {
  const labels = [...new Array(90).fill(0), ...new Array(10).fill(6)];
  const ratio = async (id: string) => {
    const { weights } = await WAYS.find((way) => way.id === id)!.prepare({ labels, binWidth: 1 });
    return weights!.at(-1)! / weights![0]!;
  };
  assertAlmostEquals(await ratio("inverse"), 9, 1e-9);
  assertAlmostEquals(await ratio("sqrt-inverse"), 3, 1e-9);
  const beside = [...new Array(90).fill(0), ...new Array(10).fill(1)];
  const lds = await WAYS.find(({ id }) => id === "lds")!.prepare({ labels: beside, binWidth: 1 });
  const evened = lds.weights!.at(-1)! / lds.weights![0]!;
  assert(evened > 1 && evened < 1.2, `${evened}`);
});

Deno.test("housing: without a sigma to hold that way is left out, or refused", () => {
  assertEquals(waysFor(undefined, 8).length, 6);
  assertEquals(waysFor(undefined, undefined).map(({ id }) => id).at(-1), "balanced");
  assertThrows(
    () => waysFor(WAYS, undefined),
    OptionError,
    "--sigma must be given for balanced-held: current value is none",
  );
});

async function compare(
  data: "housing" | "weather",
  seed: number,
  ids: string[],
): Promise<Result[]> {
  const dataset = await loadDataset({ data });
  const plan = planFor(dataset, { seeds: [seed], epochs: data === "housing" ? 3 : 1, steps: 1 });
  const results = [];
  for (const way of WAYS.filter(({ id }) => ids.includes(id))) {
    results.push(await compareWay(way, plan));
  }
  return results;
}

Deno.test("housing: every way runs, on each data set; nothing leaks; the table and the figure come", async () => {
  const tensors = tf.memory().numTensors;
  const results = await compare("housing", 0, WAYS.map(({ id }) => id));
  const weather = await compare("weather", 0, ["balanced"]);
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals(results.map(({ sigmas }) => sigmas?.length), [
    undefined,
    undefined,
    undefined,
    undefined,
    1,
    undefined,
  ]);
  for (const { scores, name } of [...results, ...weather]) {
    const { all, few } = scores;
    assert(all.mae.mean > 0.5 && all.mse.mean >= all.mae.mean ** 2, name);
    assert(all.gmean.mean <= all.mae.mean && few.mae.mean > 0, name);
  }
  // Three epochs: far better than the mean of the training labels, whose MAE is about 12 here.
  assert(results[0]!.scores.all.mae.mean < 8, `${results[0]!.scores.all.mae.mean}`);
  const table = scoresTable(results);
  for (const words of ["MSE ", "MAE ", "G-mean ", "few", "LDS", "Balanced MSE, 8", "±"]) {
    assertStringIncludes(table, words);
  }
  const svg = await renderFigure(results, { target: "price", unit: "1000 $" });
  for (const words of ["price (1000 $)", "MAE (1000 $)", "sqrt-inverse", "few (&lt; 9)"]) {
    assertStringIncludes(svg, words);
  }
  assert(!svg.includes("NaN") && !svg.includes("Balanced MSE, 8"));
});

Deno.test("housing: the same seed gives the same numbers, another seed others", async () => {
  const [first, again, other] = [
    await compare("housing", 0, ["inverse"]),
    await compare("housing", 0, ["inverse"]),
    await compare("housing", 1, ["inverse"]),
  ];
  assertEquals(again, first);
  assert(other[0]!.scores.all.mae.mean !== first[0]!.scores.all.mae.mean);
});

Deno.test("housing: wasm before a software adapter, a real GPU before both", () => {
  const [gpu, software] = [false, true].map((software) => ({ name: "x", software }));
  assertEquals(chooseBackend("auto", { adapter: gpu!, read: true }), "webgpu");
  assertEquals(chooseBackend("auto", { adapter: software!, read: true }), "wasm");
  assertEquals(chooseBackend("auto", { adapter: software!, read: false }), "webgpu");
  assertEquals(chooseBackend("auto", { read: false }), "cpu");
  assertEquals(chooseBackend("cpu", { adapter: gpu!, read: true }), "cpu");
  const refused = (wish: "webgpu" | "wasm") => () => chooseBackend(wish, { read: false });
  assertThrows(refused("webgpu"), OptionError, "must not be webgpu without a WebGPU adapter");
  assertThrows(refused("wasm"), OptionError, "must not be wasm without --allow-read");
});

Deno.test("housing: flags have their defaults, and a wrong one is refused with the right ones", async () => {
  const { source, changes, ways, seed, seeds, steps, epochs, out } = parseOptions([]);
  assertEquals({ source, changes, ways, seed, seeds, steps, epochs, out }, {
    source: { data: "housing" },
    changes: {},
    ways: undefined,
    seed: 0,
    seeds: 5,
    steps: 240,
    epochs: undefined,
    out: "out/housing.svg",
  });
  const own = parseOptions(["--csv", "a.csv", "--target=y", "--ignore", "b, c", "--sigma", "2e1"]);
  assertEquals(own.source, { csv: "a.csv", target: "y", ignore: ["b", "c"], skipEmpty: false });
  assertEquals([own.changes, own.out], [{ sigma: 20 }, "out/csv.svg"]);
  assertEquals(parseOptions(["--quick"]).seeds, 2);
  const cases: [string[], string][] = [
    [["--cvs", "a.csv"], "the only flags are --data, --csv, --target, "],
    [["--data", "houses"], "--data must be housing or weather: current value is houses"],
    [
      ["--csv", "a.csv"],
      '--target must name the column to predict with --csv: current value is ""',
    ],
    [["--csv", "a.csv", "--data", "housing"], "--data and --csv exclude each other"],
    [["--target", "y"], "--target is for --csv only: current value is y"],
    [["--skip-empty"], "--skip-empty is for --csv only: current value is true"],
    [["--sigma=-1"], "--sigma must be a number > 0: current value is -1"],
    [["--bin-width", "0"], "--bin-width must be a number > 0: current value is 0"],
    [["--per-bin", "0"], "--per-bin must be an integer from 1 to 1000000: current value is 0"],
    [["--seeds", "0"], "--seeds must be an integer from 1 to 1000: current value is 0"],
    [
      ["--ways", "l1,l2"],
      "--ways must be of l1, inverse, sqrt-inverse, lds, balanced, balanced-held: current value is l2",
    ],
    [["--backend", "gpu"], "--backend must be auto or webgpu or wasm or cpu: current value is gpu"],
    [["--out", "a.pdf"], "--out must end in .svg or .png: current value is a.pdf"],
    [["--seed", "1", "--seed", "2"], "--seed is given once at most: current value is 1 2"],
  ];
  for (const [args, words] of cases) assertThrows(() => parseOptions(args), OptionError, words);
  const missing = { csv: "/nowhere/a.csv", target: "y", ignore: [], skipEmpty: false };
  await assertRejects(() => loadDataset(missing), OptionError, "Cannot read /nowhere/a.csv");
});
