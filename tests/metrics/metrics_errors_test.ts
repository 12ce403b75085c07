/** Bad input to the metrics: errors by class and message. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  balanced,
  balancedMeanAbsoluteError,
  boxPlotRelevance,
  concordanceCorrelation,
  depthErrors,
  geometricMeanError,
  imbalanceReport,
  meanAbsoluteError,
  meanSquaredError,
  mpjpe,
  mpvpe,
  paMpjpe,
  pearsonCorrelation,
  relevanceFunction,
  rootMeanSquaredError,
  sera,
  shotwise,
  spearmanCorrelation,
  type Values,
} from "../../mod.ts";

type Rule = [
  run: () => Promise<unknown>,
  errorClass: typeof TypeError | typeof RangeError,
  message: string,
];

const two = [1, 2];
const mae = meanAbsoluteError;

async function check(rules: Rule[]): Promise<void> {
  for (const [run, errorClass, message] of rules) {
    const error = await assertRejects(run, errorClass, message);
    assert(error.message.startsWith("Cannot compute "), error.message);
    assertEquals(error.constructor, errorClass, error.message);
  }
}

Deno.test("metrics: every metric names itself, the argument and its value", async () => {
  const metrics = {
    "MSE": meanSquaredError,
    "RMSE": rootMeanSquaredError,
    "MAE": meanAbsoluteError,
    "geometric mean error": geometricMeanError,
    "Pearson correlation": pearsonCorrelation,
    "Spearman correlation": spearmanCorrelation,
    "concordance correlation": concordanceCorrelation,
    "balanced MAE": balancedMeanAbsoluteError,
    "SERA": (pred: Values, target: Values) => sera(pred, target, () => 1),
    "depth errors": depthErrors,
    "MPJPE": mpjpe,
    "MPVPE": mpvpe,
    "PA-MPJPE": paMpjpe,
    "balanced metric": (pred: Values, target: Values) => balanced(mae, pred, target, two),
    "shot-wise metric": (pred: Values, target: Values) => shotwise(mae, pred, target, two),
  };
  for (const [name, metric] of Object.entries(metrics)) {
    await check([
      [
        () => metric([], []),
        RangeError,
        `Cannot compute ${name} as pred must not be empty: current shape is [0]`,
      ],
      [
        () => metric(two, [1, 2, 3]),
        TypeError,
        `Cannot compute ${name} as pred and target must have the same shape: current shapes are [2] and [3]`,
      ],
      [
        () => metric(two, [NaN, NaN]),
        RangeError,
        `Cannot compute ${name} as target must be finite: current value has 2 NaN and 0 infinite of 2 elements`,
      ],
    ]);
  }
});

Deno.test("metrics: what holds no numbers is refused", async () => {
  const gone = tf.zeros([2]);
  gone.dispose();
  const words = tf.tensor1d(["a", "b"]);
  const scalar = tf.scalar(1);
  const wrong = (values: unknown) => () => mae(values as Values, two);
  await check([
    [wrong(null), TypeError, "pred must be numbers or a tensor: current value is null"],
    [wrong(7), TypeError, "current value is 7"],
    [wrong("12"), TypeError, 'pred must be numbers or a tensor: current value is "12"'],
    [wrong(["1", "2"]), TypeError, 'pred must hold numbers: current element 0 is "1"'],
    [wrong([1, undefined]), TypeError, "pred must hold numbers: current element 1 is undefined"],
    [wrong(new BigInt64Array(2)), TypeError, "pred must hold numbers: current element 0 is 0n"],
    [
      wrong([[1, 2], [3]]),
      TypeError,
      "rows of pred must be equally long: current lengths are 2 and 1",
    ],
    [wrong([[1], 3]), TypeError, "current lengths are 1 and undefined"],
    [wrong([1, [3]]), TypeError, "pred must hold numbers: current element 1 is [3]"],
    [wrong([[[1], [2]], [[3], [4, 5]]]), TypeError, "current lengths are 1 and 2"],
    [wrong({ data: two, shape: [3] }), TypeError, "current shape is [3], current length is 2"],
    [wrong({ data: two }), TypeError, "as many elements as its shape says"],
    [wrong({}), TypeError, "must be numbers or a tensor: current value is {}"],
    [wrong(gone), TypeError, "pred must not be disposed"],
    [wrong(words), TypeError, "pred must be numeric: current dtype is string"],
    [wrong(scalar), TypeError, "pred must have rows: current shape is []"],
    [wrong([[1, 2]]), TypeError, "current shapes are [1,2] and [2]"],
    [wrong([1, -Infinity]), RangeError, "current value has 0 NaN and 1 infinite of 2 elements"],
    [() => mae([[], []], [[], []]), RangeError, "pred must not be empty: current shape is [2,0]"],
  ]);
  tf.dispose([words, scalar]);
});

Deno.test("metrics: bins and thresholds out of their domain are refused", async () => {
  const [rows, pairs] = [[[1, 2], [3, 4]], [1, 2]];
  const bin = (binWidth: number) => () => balancedMeanAbsoluteError(two, two, { binWidth });
  const shots = (options: { many?: number; few?: number; binWidth?: number }) => () =>
    shotwise(mae, two, two, two, options);
  await check([
    [bin(0), RangeError, "binWidth must be a finite number > 0: current value is 0"],
    [bin(-1), RangeError, "current value is -1"],
    [bin(NaN), RangeError, "current value is NaN"],
    [bin(Infinity), RangeError, "current value is Infinity"],
    [
      bin(1e-300),
      RangeError,
      "resolved by a float64 at the largest label, 2: current value is 1e-300",
    ],
    [shots({ many: 5 }), RangeError, "0 <= few <= many: current values are few 20 and many 5"],
    [shots({ few: 101 }), RangeError, "current values are few 101 and many 100"],
    [shots({ few: -1 }), RangeError, "current values are few -1 and many 100"],
    [shots({ many: NaN }), RangeError, "current values are few 20 and many NaN"],
    [shots({ binWidth: 0 }), RangeError, "shot-wise metric as binWidth"],
    [() => shotwise(mae, two, two, []), RangeError, "trainLabels must not be empty"],
    [() => shotwise(mae, two, two, rows), TypeError, "trainLabels must be [N] or [N, 1]"],
    [() => shotwise(mae, rows, rows, two), TypeError, "without binBy: current shape is [2,2]"],
    [
      () => balancedMeanAbsoluteError(rows, rows, { binBy: [1, 2, 3] }),
      TypeError,
      "binBy must have a number a row: current length is 3 for 2 rows",
    ],
    [() => balancedMeanAbsoluteError(rows, rows), TypeError, "without binBy"],
    [() => imbalanceReport([], two, two), RangeError, "trainLabels must not be empty"],
    [() => imbalanceReport(two, two, [1]), TypeError, "current lengths are 2 and 1"],
    [() => imbalanceReport(two, rows, two), TypeError, "testLabels must be [N] or [N, 1]"],
    [() => imbalanceReport(two, two, [1, NaN]), RangeError, "predictions must be finite"],
    [
      () => imbalanceReport(two, two, pairs, { few: 200 }),
      RangeError,
      "current values are few 200",
    ],
    [() => imbalanceReport(two, two, pairs, { binWidth: -2 }), RangeError, "current value is -2"],
  ]);
});

Deno.test("metrics: relevance, depth and joints out of their domain are refused", async () => {
  const poses = [[[1, 2, 3], [4, 5, 6]]];
  const box = (options: Record<string, unknown>) => () =>
    boxPlotRelevance([1, 2, 3, 4, 9], options);
  await check([
    [box({ extremes: "all" }), RangeError, '"both", "high" or "low": current value is "all"'],
    [
      box({ boxPlot: "notched" }),
      RangeError,
      '"adjusted" or "standard": current value is "notched"',
    ],
    [box({ coefficient: 0 }), RangeError, "coefficient must be a finite number > 0"],
    [
      () => boxPlotRelevance([0, 0, 0, 0, 7]),
      RangeError,
      "must not be one value: current value is 0",
    ],
    [
      () => sera(two, two, () => 1.5),
      RangeError,
      "from 0 to 1: current value is 1.5 for the label 1",
    ],
    [() => sera(two, two, () => NaN), RangeError, "current value is NaN"],
    [() => sera(two, two, [1, 2, 3]), TypeError, "current length is 3 for 2 rows"],
    [() => sera([two], [two], () => 1), TypeError, "[N] or [N, 1]: current shape is [1,2]"],
    [
      () => depthErrors([1, 2], [0, 2]),
      RangeError,
      "depths of target must be finite and > 0 (or masked)",
    ],
    [() => depthErrors([1, -2], [1, 2]), RangeError, "current value has 1 others of 2 elements"],
    [() => depthErrors([1, NaN], two, { mask: [1, 1] }), RangeError, "depths of pred"],
    [() => depthErrors(two, two, { mask: [0, 0] }), RangeError, "mask must leave an element"],
    [() => depthErrors(two, two, { mask: [1] }), TypeError, "current shapes are [2], [2] and [1]"],
    [() => mpjpe(two, two), TypeError, "pred must be [N, J, 3]: current shape is [2]"],
    [() => paMpjpe([[[1, 2]]], [[[1, 2]]]), TypeError, "current shape is [1,1,2]"],
    [() => mpjpe(poses, poses, { root: 2 }), RangeError, "one of 2 joints: current value is 2"],
    [
      () => mpjpe(poses, poses, { root: 0.5 }),
      RangeError,
      "root must be an integer >= 0: current value is 0.5",
    ],
    [() => pearsonCorrelation(poses, poses), TypeError, "current shape is [1,2,3]"],
  ]);
  const points = (value: unknown) => () => relevanceFunction(value as []);
  assertThrows(points([]), RangeError, "there must be a point");
  assertThrows(points([[1, 0], [1, 1]]), RangeError, "rise strictly: current values are 1 and 1");
  assertThrows(points([[2, 0], [1, 1]]), RangeError, "current values are 2 and 1");
  assertThrows(
    points([[1, 1.1]]),
    RangeError,
    "relevance must be from 0 to 1: current value is 1.1",
  );
  assertThrows(
    points([[1, NaN]]),
    TypeError,
    "must be two finite numbers: current value is [1, NaN]",
  );
  assertThrows(points([[1]]), TypeError, "must be two finite numbers");
});
