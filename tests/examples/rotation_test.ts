/** The rotation benchmark: its flags, scores, training and output, on made-up garments. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { mseLoss, type Tensor } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { ROTATION } from "../../examples/rotation/backend.ts";
import { type Result, runCriterion, scoreTest } from "../../examples/rotation/benchmark.ts";
import { CRITERIA, type Criterion } from "../../examples/rotation/criteria.ts";
import { type Dataset, drawDataset } from "../../examples/rotation/data.ts";
import { figureRotation } from "../../examples/rotation/figure.ts";
import { parseOptions } from "../../examples/rotation/options.ts";
import { summarize } from "../../examples/rotation/summary.ts";
import { resultsTable } from "../../examples/rotation/table.ts";
import { chooseBackend } from "../../examples/support/backend.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { renderSpec } from "../../examples/synthetic/figure.ts";
import { type BackendName, testOnBackends } from "../support/backends.ts";
import { wedges } from "../support/wedges.ts";

const ON: readonly BackendName[] = ["webgpu", "cpu"];

Deno.test("rotation: errors are scored by how often angles were seen", async () => {
  // Five-degree bins: 150 training angles in [0, 5), 50 in [5, 10), 1 in [10, 15), none in [15, 20).
  const train = Float32Array.from([...Array(150).fill(2), ...Array(50).fill(7), 12]);
  const { mae, balancedMae, report } = await scoreTest(
    train,
    Float32Array.of(2, 2, 7, 12, 17),
    Float32Array.of(3, 1, 10, 8, 11),
  );
  assertEquals(mae, { overall: 3, many: 1, medium: 3, few: 5 });
  assertEquals(balancedMae, (1 + 3 + 4 + 6) / 4);
  assertEquals(report.bins.map(({ trainCount }) => trainCount), [150, 50, 1, 0]);
});

Deno.test("rotation: flags have their defaults; --quick is smaller; a wrong one is refused by name", () => {
  const { criteria, ...rest } = parseOptions([]);
  assertEquals(criteria, CRITERIA);
  assertEquals(rest, {
    help: false,
    json: false,
    garments: ["boot"],
    train: 5000,
    test: 900,
    grain: 0.5,
    epochs: 12,
    seeds: [0, 1, 2],
    backend: "auto",
    data: "/usr/share/datasets/fashion-mnist",
    out: "out/rotation.svg",
    outGiven: false,
  });
  const quick = parseOptions(["--quick", "--epochs", "3", "--seed=5", "--seeds=2", "--grain=.5"]);
  assertEquals([quick.train, quick.epochs, quick.seeds, quick.grain], [2000, 3, [5, 6], 0.5]);
  assertEquals(parseOptions(["--garments", "boot, bag"]).garments, ["bag", "boot"]);
  assertEquals(parseOptions(["--criteria=bmc,mse"]).criteria.map(({ id }) => id), ["mse", "bmc"]);
  const cases: [string[], string][] = [
    [["--epoch", "1"], "did you mean --epochs: "],
    [["quick"], "did you mean --quick: "],
    [["--garments", "boots"], "--garments must be of t-shirt, trouser, "],
    [
      ["--criteria", "mse,bni"],
      "--criteria must be of mse, sqinv-lds, bmc, gai: current value is bni",
    ],
    [["--train", "0"], "--train must be an integer from 1 to 60000: current value is 0"],
    [["--test", "1e2"], "--test must be an integer from 1 to 10000: current value is 1e2"],
    [["--grain=-1"], "--grain must be a number from 0 to 10: current value is -1"],
    [["--grain", "x"], "--grain must be a number from 0 to 10: current value is x"],
    [["--seeds", "0"], "--seeds must be an integer from 1 to 100: current value is 0"],
    [["--seeds", "101"], "--seeds must be an integer from 1 to 100: current value is 101"],
    [["--backend", "gpu"], "--backend must be auto or webgpu or cpu: current value is gpu"],
    [["--data="], '--data must be a folder: current value is ""'],
    [["--out", "a.pdf"], "--out must end in .svg or .png: current value is a.pdf"],
    [["--seed", "1", "--seed", "2"], "--seed is given once at most: current value is 1 2"],
  ];
  for (const [args, words] of cases) assertThrows(() => parseOptions(args), OptionError, words);
});

Deno.test("rotation: auto takes any adapter, a software one too, and cpu where there is none", () => {
  const lavapipe = { name: "llvmpipe", software: true };
  assertEquals(chooseBackend("auto", lavapipe, ROTATION).backend, "webgpu");
  assertEquals(chooseBackend("auto", undefined, ROTATION).backend, "cpu");
  assertEquals(chooseBackend("cpu", lavapipe, ROTATION).backend, "cpu");
  assertThrows(
    () => chooseBackend("webgpu", undefined, ROTATION),
    OptionError,
    "--backend must be auto or cpu",
  );
});

const CASE = { train: 128, test: 90, grain: 0 };
const named = (id: string) => CRITERIA.find((criterion) => criterion.id === id)!;
const run = (criterion: Criterion, data: Dataset, seed: number, epochs: number) =>
  runCriterion(criterion, data, { epochs, seed, batchSize: 32, progress: false });

testOnBackends("rotation: a row's weight follows its angle through the shuffling", async () => {
  const data = drawDataset(wedges(128, 90), { ...CASE, train: 50 }, 1);
  const seen: [Tensor, Tensor][] = [];
  const criterion: Criterion = {
    ...named("mse"),
    prepare: (angles) => ({
      weights: Array.from(angles, (angle) => 500 + 3 * angle),
      loss: (pred, target, { weights }) => {
        seen.push([tf.keep(target.clone()), tf.keep(weights!.clone())]);
        return mseLoss(pred, target);
      },
    }),
  };
  await run(criterion, data, 1, 1);
  assertEquals(seen.map(([, weights]) => weights.shape), [[32], [18]]);
  const angles: number[] = [];
  for (const [target, weights] of seen) {
    const [labels, factors] = await Promise.all([target.data(), weights.data()]);
    labels.forEach((label, i) => assertAlmostEquals(factors[i]!, 500 + 3 * label, 1e-3));
    angles.push(...labels);
    tf.dispose([target, weights]);
  }
  assertNotEquals(angles, [...data.train.angles]);
  const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
  assertEquals(ascending(angles), ascending(data.train.angles));
}, ON);

Deno.test("rotation: table and figure tell every criterion, and few-shot errors against MSE's", async () => {
  const data = drawDataset(wedges(128, 90), CASE, 1);
  const score = async (id: string, seed: number, shrink: number): Promise<Result> => {
    const predictions = data.test.angles.map((angle) => shrink * angle);
    const scores = await scoreTest(data.train.angles, data.test.angles, predictions);
    return { criterion: named(id), seed, ...scores, predictions, seconds: 1, stepsPerSecond: 1 };
  };
  const results = await Promise.all([
    score("mse", 0, 0.5),
    score("bmc", 0, 0.8),
    score("mse", 1, 0.5),
    score("bmc", 1, 0.9),
  ]);
  const [mse, bmc] = summarize(results);
  assertAlmostEquals(bmc!.mae.few.mean / mse!.mae.few.mean, 0.15 / 0.5, 1e-5);
  assertEquals(mse!.mae.few.deviation, 0);
  const gap = 0.1 * mse!.mae.few.mean / 0.5;
  assertAlmostEquals(bmc!.mae.few.deviation, gap / Math.SQRT2, 1e-4);
  assertStringIncludes(resultsTable([mse!, bmc!]), "Few-shot MAE against MSE's: BMC 70 % under.");
  assertStringIncludes(resultsTable([bmc!, mse!]), "none"); // of 128 angles no bin holds a hundred

  const svg = await renderSpec(figureRotation(data.test, data.test, results));
  const words = [
    "true angle (degrees)",
    "predicted angle (degrees)",
    "MAE (degrees)",
    "BMC",
    "−40°",
  ];
  for (const word of words) assertStringIncludes(svg, word);
  assertEquals(svg.match(/data:image\/png;base64,iVBORw0K/g)!.length, 18);
  assert(!svg.includes("NaN") && svg.length < 300_000);
});
