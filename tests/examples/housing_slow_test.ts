/** The tutorial's comparison: its weights, scores and runs. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../examples/housing/backend.ts";
import { compareWay, planFor, type Result } from "../../examples/housing/compare.ts";
import { secondsOf } from "../../examples/housing/cost.ts";
import { loadDataset, rowsOfBin } from "../../examples/housing/datasets.ts";
import { renderFigure } from "../../examples/housing/figure.ts";
import { shotsOf, spreadOf } from "../../examples/housing/scores.ts";
import { scoresTable } from "../../examples/housing/table.ts";
import { WAYS, waysFor } from "../../examples/housing/ways.ts";
import { OptionError } from "../../examples/support/option_error.ts";

Deno.test.beforeAll(async () => {
  await useBackend("wasm");
});

Deno.test("housing: thresholds follow the mean count, spreads pass over NaN", async () => {
  assertEquals([60, 143, 144, 1460, 1e6].map(rowsOfBin), [2, 2, 3, 9, 50]);
  const labels = Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5);
  const shots = { binWidth: 1, align: "edge" } as const;
  assertEquals(await shotsOf(labels, { shots }), { bins: shots, per: undefined, many: 6, few: 1 });
  assertEquals(spreadOf([1, NaN, 3]), { mean: 2, deviation: Math.SQRT2 });
  assert(Number.isNaN(spreadOf([NaN]).mean));
});

Deno.test("housing: rare labels weigh more, most of all by the inverse; LDS evens out", async () => {
  const bins = { binWidth: 1 };
  const labelsOf = (rare: number) =>
    Float64Array.of(...new Array(90).fill(0), ...new Array(10).fill(rare));
  const labels = labelsOf(6);
  const ratio = async (id: string) => {
    const { weights } = await WAYS.find((way) => way.id === id)!.prepare({ labels, bins });
    return weights!.at(-1)! / weights![0]!;
  };
  assertAlmostEquals(await ratio("inverse"), 9, 1e-9);
  assertAlmostEquals(await ratio("sqrt-inverse"), 3, 1e-9);
  const lds = await WAYS.find(({ id }) => id === "lds")!.prepare({ labels: labelsOf(1), bins });
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
  const plan = await planFor(dataset, {
    seeds: [seed],
    epochs: data === "housing" ? 3 : 1,
    steps: 1,
  });
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

Deno.test("housing: what a plan will cost is timed, and nothing is left behind", async () => {
  const tensors = tf.memory().numTensors;
  const plan = await planFor(await loadDataset({ data: "housing" }), { seeds: [0], steps: 8 });
  const seconds = await secondsOf(plan, WAYS.slice(0, 1));
  assert(seconds > 0 && seconds < 600, `${seconds} s`);
  assertEquals(tf.memory().numTensors, tensors);
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
