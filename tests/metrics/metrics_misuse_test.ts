/** Metrics and labels given what they cannot take: errors in our words, nothing left running. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  depthErrors,
  labelHistogram,
  meanAbsoluteError,
  sera,
  shotwise,
  type Tensor,
} from "../../mod.ts";
import * as mse from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";

// deno-lint-ignore no-explicit-any
const loose = mse as any; // as from JavaScript
const two = [1, 2];

testOnBackends(
  "misuse: tensors and text in messages are named, neither read nor printed",
  async () => {
    const y = tf.tidy(() => tf.add(tf.zeros([2048, 1]), 1));
    const cases: [() => Promise<unknown>, string][] = [
      [
        () => loose.labelHistogram([y], { binWidth: 1 }),
        "Cannot make label histogram as labels must be numbers: " +
        "current label 0 is a float32 tensor of shape [2048,1]",
      ],
      [
        () => loose.meanAbsoluteError([y, y], y),
        "Cannot compute MAE as pred must hold numbers: " +
        "current element 0 is a float32 tensor of shape [2048,1]",
      ],
      [
        () => loose.labelHistogram(["24", "31"], { binWidth: 1 }),
        'labels must be numbers: current label 0 is "24"',
      ],
      [
        () => loose.labelHistogram([["24"], ["31"]], { binWidth: 1 }),
        'labels must be numbers: current label 0 is "24"',
      ],
      [() => loose.meanAbsoluteError(two, ["1", "2"]), 'current element 0 is "1"'],
      [
        () => loose.meanAbsoluteError(two, { data: [two], shape: [1] }),
        "current element 0 is [1, 2]",
      ],
      [() => loose.meanAbsoluteError(two, { data: two, shape: [-1, -2] }), "shape is [-1, -2]"],
    ];
    for (const [run, message] of cases) await assertRejects(run, TypeError, message);
    y.dispose();
  },
);

Deno.test("misuse: shotwise in the wrong order names the order; its metric gives a number", async () => {
  await assertRejects(
    () => shotwise(two as never, two, two, meanAbsoluteError as never),
    TypeError,
    "Cannot compute shot-wise metric as the order must be metric, pred, target, trainLabels: " +
      "current first argument is [1, 2]",
  );
  await assertRejects(
    () => shotwise(depthErrors as never, two, two, two),
    TypeError,
    "the metric must return a number: current value is { rmse, mae, log10",
  );
  for (const value of ["0.5", undefined, null, Promise.resolve(1)]) {
    await assertRejects(
      () => sera(two, two, () => value as never),
      TypeError,
      "Cannot compute SERA as relevance must give a number: current value is ",
    );
  }
});

testOnBackends(
  "misuse: int32 and bool tensors, cast ones too, are labels as floats are",
  async () => {
    const whole = Array.from({ length: 2000 }, (_, i) => (i * 7) % 50);
    const int = tf.tidy(() => tf.add(tf.tensor1d(whole, "int32"), tf.scalar(0, "int32")));
    const bool = tf.greater(int, 20);
    const expected = { int: whole, bool: whole.map((x) => Number(x > 20)) };
    for (const [tensor, values] of [[int, expected.int], [bool, expected.bool]] as const) {
      const cast = tf.cast(tensor, "float32");
      for (const labels of [tensor, cast]) await checkLabels(labels, values);
      cast.dispose();
    }
    tf.dispose([int, bool]);
  },
);

async function checkLabels(labels: Tensor, values: number[]): Promise<void> {
  const bins = { binWidth: 1 };
  assertEquals(await labelHistogram(labels, bins), await labelHistogram(values, bins));
  assertEquals(await mse.labelWeights(labels, bins), await mse.labelWeights(values, bins));
  assertEquals(await mse.referenceSample(labels, 9), await mse.referenceSample(values, 9));
  const one = { components: 1 };
  assertEquals(await mse.fitLabelMixture(labels, one), await mse.fitLabelMixture(values, one));
  assertEquals(await meanAbsoluteError(labels, values), 0);
  assertAlmostEquals(await mse.spearmanCorrelation(labels, values), 1, 1e-15);
  assertEquals(
    await mse.imbalanceReport(labels, labels, labels),
    await mse.imbalanceReport(values, values, values),
  );
}

Deno.test("misuse: a metric that rejects leaves no reading behind, and none unhandled", async () => {
  const unhandled: unknown[] = [];
  const hear = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  addEventListener("unhandledrejection", hear);
  let running = 0;
  const slow = tf.zeros([2]);
  const read = slow.data.bind(slow);
  const late = async () => {
    running++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
    return await read();
  };
  Object.assign(slow, { data: late });
  const broken = tf.zeros([2]);
  Object.assign(broken, { data: () => Promise.reject(new RangeError("lost")) });
  const calls: [string, () => Promise<unknown>][] = [
    ["pair", () => meanAbsoluteError(broken, slow)],
    ["both", () => meanAbsoluteError(broken, broken)],
    ["binBy", () => mse.balancedMeanAbsoluteError(slow, two, { binBy: broken })],
    ["shotwise", () => shotwise(meanAbsoluteError, slow, broken, slow)],
    ["report", () => mse.imbalanceReport(broken, slow, broken)],
    ["sera", () => sera(broken, two, slow)],
    ["mask", () => depthErrors(two, broken, { mask: slow })],
    ["its metric", () => shotwise(() => Promise.reject(new RangeError("lost")), two, two, two)],
  ];
  for (const [name, call] of calls) {
    await assertRejects(call, RangeError, "lost", name);
    assertEquals(running, 0, name);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(unhandled, []);
  removeEventListener("unhandledrejection", hear);
  tf.dispose([slow, broken]);
  assert(calls.length === 8);
});
