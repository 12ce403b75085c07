/** The report, its table and its figure. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { compile } from "vega-lite";
import {
  imbalanceFigure,
  imbalanceReport,
  imbalanceTable,
  pearsonCorrelation,
  shotwise,
} from "../../mod.ts";
import { renderSvg } from "../../scripts/support/render.ts";
import fixture from "../fixtures/metrics.json" with { type: "json" };
import { warnings } from "../support/warnings.ts";

const { train, target, pred, groups, counts } = fixture.shots;
const report = await imbalanceReport(train, target, pred);

Deno.test("report: groups hold the metrics' values", async () => {
  for (const name of ["overall", "many", "medium", "few"] as const) {
    for (const metric of ["mae", "mse", "rmse", "geometricMean", "pearson", "spearman"] as const) {
      assertAlmostEquals(report[name][metric], groups[name][metric], 1e-9, `${metric} ${name}`);
    }
  }
  for (const name of ["many", "medium", "few"] as const) {
    assertEquals(report[name].testCount, counts[name]);
    assertEquals(report[name].binCount, counts[name] / 3);
    // Three test rows of every label: balanced and plain agree.
    assertAlmostEquals(report[name].balancedMae, report[name].mae, 1e-12);
  }
  assertEquals(report.overall.testCount, target.length);
  assertEquals(report.overall.trainCount, train.length);
  assertEquals(report.overall.binCount, 40);
  const { few } = await shotwise(pearsonCorrelation, pred, target, train);
  assertEquals(report.few.pearson, few);
});

Deno.test("report: bins list training and test labels, from the lowest", async () => {
  const { bins } = await imbalanceReport([0.05, 0.31, 0.33], [0.3, 0.95, 0.99], [0.5, 0.9, 0.9], {
    binWidth: 0.1,
    many: 1,
    few: 1,
  });
  assertEquals(
    bins.map((
      { from, to, shot, trainCount, testCount },
    ) => [from, to, shot, trainCount, testCount]),
    [
      [0, 0.1, "medium", 1, 0],
      [0.3, 0.4, "many", 2, 1],
      [0.9, 1, "few", 0, 2],
    ],
  );
  assertEquals(bins[0]!.mae, NaN);
  assertAlmostEquals(bins[1]!.bias, 0.2, 1e-12);
  assertAlmostEquals(bins[2]!.bias, -0.07, 1e-12);
  assertAlmostEquals(bins[2]!.mae, 0.07, 1e-12);
  assertAlmostEquals(bins[2]!.rmse, Math.hypot(0.05, 0.09) / Math.SQRT2, 1e-12);
});

Deno.test("report: survives JSON, but for NaN", async () => {
  const small = await imbalanceReport([1, 1], [1, 2], [1.5, 2]);
  const parsed = JSON.parse(JSON.stringify(small));
  assertEquals(parsed.many.mae, null);
  assertEquals(parsed.few.mae, 0.25);
});

Deno.test("report: the table is aligned and shows a dash where there is no number", async () => {
  const small = await imbalanceReport([1, 1, 5], [1, 2], [1.5, 21], { many: 1, few: 1 });
  assertEquals(
    imbalanceTable(small, { bins: true }),
    [
      "shot             train  test  bins     MAE  bal. MAE     MSE  bal. MSE    RMSE      GM  Pearson  Spearman",
      "---------------  -----  ----  ----  ------  --------  ------  --------  ------  ------  -------  --------",
      "overall              3     2     2   9.750     9.750   180.6     180.6   13.44   3.082    1.000     1.000",
      "many (> 1)           2     1     1  0.5000    0.5000  0.2500    0.2500  0.5000  0.5000        –         –",
      "medium (1 to 1)      1     0     0       –         –       –         –       –       –        –         –",
      "few (< 1)            0     1     1   19.00     19.00   361.0     361.0   19.00   19.00        –         –",
      "",
      "labels      shot  train  test     MAE    RMSE    bias",
      "--------  ------  -----  ----  ------  ------  ------",
      "1 to < 2    many      2     1  0.5000  0.5000  0.5000",
      "2 to < 3     few      0     1   19.00   19.00   19.00",
      "5 to < 6  medium      1     0       –       –       –",
    ].join("\n"),
  );
  const zero = imbalanceTable(await imbalanceReport([1], [1], [1]));
  assert(!zero.includes("NaN") && zero.includes("  0  "), zero);
});

Deno.test("report: the figure compiles without a warning and names axes, units and models", async () => {
  const other = await imbalanceReport(train, target, target.map((label) => label + 1));
  for (const error of ["mae", "rmse", "bias"] as const) {
    for (const counts of ["log", "linear"] as const) {
      const models = { "plain MSE": report, "Balanced MSE": other };
      const spec = imbalanceFigure(models, { label: "age", unit: "years", error, counts });
      const warnings: unknown[] = [];
      const logger = {
        level: () => logger,
        warn: (...messages: unknown[]) => (warnings.push(messages), logger),
        info: () => logger,
        debug: () => logger,
        error: (...messages: unknown[]) => (warnings.push(messages), logger),
      };
      compile(spec as unknown as Parameters<typeof compile>[0], { logger: logger as never });
      assertEquals(warnings, []);
      const svg = await renderSvg(JSON.parse(JSON.stringify(spec)));
      for (
        const text of ["age (years)", "per bin", "plain MSE", "Balanced MSE", "many (&gt; 100)"]
      ) {
        assertStringIncludes(svg, `>${text}<`);
      }
      assert(!svg.includes("NaN") && !svg.includes("…"), "a coordinate or a cut-off text");
    }
  }
  const alone = await renderSvg(imbalanceFigure(report));
  assertStringIncludes(alone, ">MAE<");
});

Deno.test("report: the error's line breaks where labels are missing", async () => {
  const gap = await imbalanceReport([1, 2, 3, 9], [1, 3, 9], [1, 3, 9]);
  const spec = imbalanceFigure(gap) as unknown as {
    vconcat: { layer: { data: { values: { center: number; error: number | null }[] } }[] }[];
  };
  assertEquals(spec.vconcat[0]!.layer[1]!.data.values.map(({ center, error }) => [center, error]), [
    [1.5, 0],
    [2.5, null],
    [3.5, 0],
    [6.5, null],
    [9.5, 0],
  ]);
});

Deno.test("report: a figure names what it cannot draw", async () => {
  const two = [1, 2];
  const small = await imbalanceReport(two, two, two);
  const other = await imbalanceReport([1, 1, 2], two, two);
  const draw = (options: Record<string, unknown>) => () => imbalanceFigure(small, options);
  assertThrows(draw({ error: "r2" }), RangeError, '"mae", "rmse" or "bias": current value is "r2"');
  assertThrows(draw({ counts: "sqrt" }), RangeError, '"log" or "linear": current value is "sqrt"');
  assertThrows(draw({ width: 0 }), RangeError, "width must be a finite number > 0");
  assertThrows(() => imbalanceFigure({}), RangeError, "there must be a report");
  assertThrows(() => imbalanceFigure({ a: small, b: other }), RangeError, 'report "b" differs');
});

Deno.test("report: bins that nearly all training labels share are warned of, if they differ", async () => {
  const told = (labels: number[], options = {}) =>
    warnings(async () => {
      for (let call = 0; call < 2; call++) await imbalanceReport(labels, [0], [0], options);
    });
  const shares = Array.from({ length: 60 }, (_, i) => i / 60);
  assertEquals(await told([...shares, 1]), [
    "An imbalance report has 60 of 61 training labels in one bin, so that it cannot tell rare " +
    "labels from common ones: give a narrower binWidth",
  ]);
  assertEquals(await told(shares, { binWidth: 0.1 }), []);
  assertEquals(await told([...new Array<number>(60).fill(0), 1]), []); // no bin would help
  assertEquals(await told([...shares, 1, 2, 3, 4]), []); // 60 of 64
  assertEquals(await told(shares.slice(0, 19)), []); // too few to tell
});
