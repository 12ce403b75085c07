/** The report's numbers on uneven counts, and what a figure holds of them. */
import { assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  balancedMeanAbsoluteError,
  balancedMeanSquaredError,
  geometricMeanError,
  imbalanceFigure,
  type ImbalanceFigureOptions,
  type ImbalanceReport,
  imbalanceReport,
  imbalanceTable,
  meanAbsoluteError,
  meanSquaredError,
  type Metric,
  pearsonCorrelation,
  rootMeanSquaredError,
  shotwise,
  spearmanCorrelation,
} from "../../mod.ts";
import { normals } from "../support/cases.ts";

const next = normals(9);
const train = Array.from({ length: 3000 }, () => 12 * Math.abs(next()));
const test = Array.from({ length: 400 }, () => 14 * Math.abs(next()));
// Rounded: ties among predictions.
const pred = test.map((label) => Math.round(0.7 * label + 2 * next()));

Deno.test("report values: every group is the metrics' of its rows, whatever the bins", async () => {
  const ways = [{}, { binWidth: 0.5 }, { binWidth: 7 }, { bins: 9 }, { edges: [0, 1, 5, 40, 90] }];
  for (const bins of ways) {
    const options = { ...bins, many: 200, few: 60 };
    const report = await imbalanceReport(train, test, pred, options);
    // Edges by count reach over training and test labels.
    const own = "bins" in bins ? { edges: bordersOf(report) } : bins;
    const metrics: Record<string, Metric> = {
      mae: meanAbsoluteError,
      mse: meanSquaredError,
      rmse: rootMeanSquaredError,
      geometricMean: geometricMeanError,
      pearson: pearsonCorrelation,
      spearman: spearmanCorrelation,
      balancedMae: (p, t) => balancedMeanAbsoluteError(p, t, own),
      balancedMse: (p, t) => balancedMeanSquaredError(p, t, own),
    };
    for (const [name, metric] of Object.entries(metrics)) {
      const expected = await shotwise(metric, pred, test, train, options);
      for (const group of ["overall", "many", "medium", "few"] as const) {
        const value = report[group][name as keyof typeof report.overall];
        const what = `${name}, ${group}, ${JSON.stringify(bins)}`;
        assertAlmostEquals(value, expected[group], 1e-11 * (1 + Math.abs(value)), what);
      }
    }
    const sum = (name: "testCount" | "trainCount" | "binCount") =>
      report.many[name] + report.medium[name] + report.few[name];
    assertEquals([sum("testCount"), sum("trainCount")], [400, 3000]);
    assertEquals(sum("binCount"), report.overall.binCount);
  }
});

Deno.test("report values: balanced errors by hand, uneven counts in bins of 10", async () => {
  // Errors 1, 1, 1, 3 in [0, 10) and 7 in [10, 20).
  const report = await imbalanceReport([1, 2, 30], [0, 1, 2, 9, 15], [1, 2, 3, 12, 8], {
    binWidth: 10,
    many: 1,
    few: 1,
  });
  assertEquals([report.overall.balancedMae, report.overall.mae], [(1.5 + 7) / 2, 13 / 5]);
  assertEquals([report.overall.balancedMse, report.overall.mse], [(3 + 49) / 2, 61 / 5]);
  assertEquals([report.many.balancedMae, report.few.balancedMae], [1.5, 7]);
  assertEquals([report.many.trainCount, report.medium.trainCount], [2, 1]);
  assertEquals([report.medium.binCount, report.medium.balancedMae], [0, NaN]);
});

Deno.test("report values: defaults of bins and thresholds", async () => {
  const report = await imbalanceReport(train, test, pred);
  const same = { binWidth: 1, align: "edge", many: 100, few: 20 } as const;
  assertEquals(await imbalanceReport(train, test, pred, same), report);
  assertEquals([report.binWidth, report.manyAbove, report.fewBelow], [1, 100, 20]);
});

/** The data of a figure's panels. */
interface Panels {
  vconcat: [
    { width: number; layer: [unknown, { data: { values: Point[] }; encoding: Encoding }] },
    { width: number; data: { values: { from: number; trainCount: number }[] }; encoding: Encoding },
  ];
}
interface Point {
  model: string;
  center: number;
  error: number | null;
}
interface Encoding {
  x: { axis?: { title: string } };
  y: { scale: { type?: string }; axis: { title: string | string[] } };
}

function panelsOf(
  report: Parameters<typeof imbalanceFigure>[0],
  options: ImbalanceFigureOptions = {},
) {
  return (imbalanceFigure(report, options) as unknown as Panels).vconcat;
}

Deno.test("figure values: the error that was asked for, of every bin and model", async () => {
  const a = await imbalanceReport(train, test, pred, { binWidth: 5 });
  const b = await imbalanceReport(train, test, test.map((label) => label + 1), { binWidth: 5 });
  for (const error of ["mae", "rmse", "bias"] as const) {
    const [errors, density] = panelsOf({ a, b }, { error });
    const points = errors.layer[1].data.values.filter((point) => point.error !== null);
    const expected = Object.entries({ a, b }).flatMap(([model, { bins }]) =>
      bins.filter((bin) => bin.testCount > 0).map((bin) => ({
        model,
        center: (bin.from + bin.to) / 2,
        error: bin[error],
      }))
    );
    assertEquals(points, expected);
    const title = { mae: "MAE", rmse: "RMSE", bias: "mean error" }[error];
    assertEquals(errors.layer[1].encoding.y.axis.title, title);
    assertEquals(
      density.data.values.map(({ from, trainCount }) => [from, trainCount]),
      a.bins.filter((bin) => bin.trainCount > 0).map((bin) => [bin.from, bin.trainCount]),
    );
  }
  // A bin that training has not seen has no bar.
  const [, unseen] = panelsOf(await imbalanceReport([1, 1], [1, 5], [1, 5]));
  assertEquals(unseen.data.values.map(({ from }) => from), [1]);
  const [errors] = panelsOf({ b }, { error: "bias" });
  errors.layer[1].data.values.forEach(({ error }) => {
    if (error !== null) assertAlmostEquals(error, 1, 1e-12);
  });
});

Deno.test("figure values: the defaults are MAE on a logarithmic axis, 440 wide, without a unit", async () => {
  const report = await imbalanceReport(train, test, pred);
  const documented = { label: "label", error: "mae", counts: "log", width: 440 } as const;
  assertEquals(imbalanceFigure(report), imbalanceFigure(report, documented));
  const [errors, density] = panelsOf(report);
  assertEquals([errors.width, density.width, density.encoding.y.scale.type], [440, 440, "log"]);
  assertEquals(density.encoding.x.axis?.title, "label");
  const [, linear] = panelsOf(report, { counts: "linear", unit: "kg", width: 99 });
  assertEquals([linear.width, linear.encoding.y.scale.type], [99, "linear"]);
  assertEquals(linear.encoding.x.axis?.title, "label (kg)");
  const table = imbalanceTable(report);
  assertEquals(table, imbalanceTable(report, { bins: false }));
  assertStringIncludes(imbalanceTable(report, { bins: true }), `${table}\n\nlabels`);
});

Deno.test("report values: a table's borders have the digits that people give", async () => {
  const labels = [0.4, 2020.25];
  const table = async (binWidth: number) =>
    imbalanceTable(await imbalanceReport(labels, labels, labels, { binWidth }), { bins: true });
  assertStringIncludes(await table(1 / 3), "\n0.333333333333 to < 0.666666666667 ");
  assertStringIncludes(await table(0.1), "\n0.4 to < 0.5 ");
  assertStringIncludes(await table(0.05), "\n2020.25 to < 2020.3 ");
});

Deno.test("figure values: reports of other training labels, bins or thresholds are refused", async () => {
  const one = await imbalanceReport(train, test, pred);
  const others = {
    counts: await imbalanceReport([...train, train[0]!], test, pred),
    bins: await imbalanceReport(train, test, pred, { binWidth: 2 }),
    align: await imbalanceReport(train, test, pred, { align: "center" }),
    many: await imbalanceReport(train, test, pred, { many: 99 }),
    few: await imbalanceReport(train, test, pred, { few: 19 }),
  };
  for (const [name, other] of Object.entries(others)) {
    const message =
      `Cannot draw imbalance figure as all reports must be of the same training set, ` +
      `bins and thresholds: current report "${name}" differs from the first`;
    assertThrows(() => imbalanceFigure({ one, [name]: other }), RangeError, message);
    assertThrows(() => imbalanceFigure({ one, same: one, [name]: other }), RangeError, message);
  }
  imbalanceFigure({ one, two: await imbalanceReport(train, test, test) });
  // Wider bins at the end alone: edges that differ in where the last ends.
  const [near, far] = [[0, 1, 100], [0, 1, 200]];
  const a = await imbalanceReport(train, test, pred, { edges: near });
  const b = await imbalanceReport(train, test, pred, { edges: far });
  assertThrows(() => imbalanceFigure({ a, b }), RangeError, 'report "b" differs');
});

function bordersOf({ bins }: ImbalanceReport): number[] {
  return [...bins.map(({ from }) => from), bins.at(-1)!.to];
}
