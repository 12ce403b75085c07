/** Gradients by central differences of the float64 reference, with an incoming gradient that is not 1. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bmaeLoss } from "../../../mod.ts";
import type { Method } from "../../../src/kernels/log_mass/contract.ts";
import { BACKENDS, read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { LAPLACE_CASES, laplaceOf } from "../../support/laplace_cases.ts";
import { sum } from "../../support/near.ts";
import { type LaplaceProblem, referenceLaplace } from "../../support/reference_laplace.ts";

/** Derivatives of `sum_i incoming_i nats_i`: by the scales, and by pred of one row. */
function differences(test: LaplaceProblem, incoming: number[], row: number) {
  const weighted = (problem: LaplaceProblem) =>
    sum(referenceLaplace(problem).nats.map((x, i) => incoming[i]! * sum(x)));
  const slope = (at: (sign: number) => LaplaceProblem, step: number) =>
    (weighted(at(1)) - weighted(at(-1))) / (2 * step);
  const { scale, pred } = test;
  const byScale = scale.map((b, d) => {
    const step = 1e-5 * b;
    return slope((sign) => ({ ...test, scale: scale.with(d, b + sign * step) }), step);
  });
  const byPred = pred[row]!.map((x, d) => {
    // The loss has a kink at every label. A step may begin at one, where the mean of both sides' slopes is that of
    // sign(0) = 0, but must cross none.
    const gaps = [...test.center, ...test.target].map((c) => Math.abs(c[d]! - x));
    const step = Math.min(1e-4 * scale[d]!, ...gaps.filter((gap) => gap > 0).map((gap) => gap / 2));
    const moved = (sign: number) => pred.with(row, pred[row]!.with(d, x + sign * step));
    return slope((sign) => ({ ...test, pred: moved(sign) }), step);
  });
  return { byScale, byPred };
}

/** What central differences can tell apart: steps and losses not drowned in what cancels. */
const NAMES = [
  "odd",
  "batch of 256",
  "batch of 99 in 3-D",
  "huge noise in 3-D",
  "years",
  "weighted bins",
  "weighted columns in 3-D",
  "ties",
  "ties, weighed",
  "a scale a dimension",
  "a reference, own labels beside it",
  "few rows, thousands of columns",
];

for (const name of NAMES) {
  const test = LAPLACE_CASES.find((entry) => entry.name === name)!;
  const next = normals(7);
  const incoming = test.pred.map(() => Math.fround(next()));
  const row = test.pred.length >> 1;

  const check = async (method: Method) => {
    const { byScale, byPred } = differences(test, incoming, row);
    const [gradPred, gradScale] = await read(() => {
      const loss = laplaceOf(test, { method });
      return tf.grads((p: tf.Tensor, s: tf.Tensor) => loss(p, s))(
        [tf.tensor2d(test.pred), tf.tensor1d(test.scale)],
        tf.tensor1d(incoming),
      );
    });
    const { gradScale: terms } = referenceLaplace(test);
    byScale.forEach((expected, d) => {
      // The sum over rows may cancel: what counts is its largest terms.
      const size = sum(terms.map((row, i) => Math.abs(row[d]! * incoming[i]!)));
      const tolerance = 3e-5 * (size + 1 / test.scale[d]!);
      assertAlmostEquals(gradScale![d]!, expected, tolerance, `scale ${d}`);
    });
    byPred.forEach((expected, d) => {
      const actual = gradPred![row * byPred.length + d]!;
      const tolerance = 3e-5 * (Math.abs(expected) + 1 / test.scale[d]!);
      assertAlmostEquals(actual, expected, tolerance, `pred[${row}, ${d}]`);
    });
  };
  testOnBackends(`laplace gradients: ${name}`, () => check("auto"));
  testOnBackends(`laplace gradients: ${name}, linear`, () => check("linear"), ["webgpu"]);
}

testOnBackends("laplace gradients: every reduction and scale is the rows' own", async () => {
  for (const name of ["batch of 99 in 3-D", "a scale a dimension"]) {
    const test = LAPLACE_CASES.find((entry) => entry.name === name)!;
    const { gradPred, gradScale } = referenceLaplace(test);
    const { scale } = test;
    const rows = test.pred.length;
    for (const reduction of ["mean", "sum", "none"] as const) {
      for (const restoreScale of [true, false]) {
        const [byPred, byScale] = await read(() => {
          const loss = laplaceOf(test, { reduction, restoreScale });
          const scaled = (p: tf.Tensor, s: tf.Tensor) =>
            tf.sum(tf.mul(loss(p, s), 0.25)) as tf.Scalar;
          return tf.grads(scaled)([tf.tensor2d(test.pred), tf.tensor1d(scale)]);
        });
        const factors = scale.map((b) =>
          0.25 * (restoreScale ? b : 1) / (reduction === "mean" ? rows : 1)
        );
        const words = `${name} ${reduction} ${restoreScale}`;
        gradPred.flat().forEach((x, at) => {
          const d = at % scale.length;
          const tolerance = 1e-5 * factors[d]! / scale[d]!;
          assertAlmostEquals(byPred![at]!, factors[d]! * x, tolerance, words);
        });
        scale.forEach((b, d) => {
          const column = gradScale.map((row) => row[d]!);
          const size = sum(column.map(Math.abs)) + 1 / b;
          const expected = factors[d]! * sum(column);
          assertAlmostEquals(byScale![d]!, expected, 1e-5 * factors[d]! * size, words);
        });
      }
    }
  }
});

testOnBackends("laplace gradients: one scale of three dimensions gets all of theirs", async () => {
  const test = LAPLACE_CASES.find(({ name }) => name === "batch of 99 in 3-D")!;
  const [one, each] = await read(() => {
    const loss = laplaceOf(test, { reduction: "mean" });
    const pred = tf.tensor2d(test.pred);
    const of = tf.grad((s: tf.Tensor) => loss(pred, s));
    return [of(tf.scalar(test.scale[0]!)), of(tf.tensor1d(test.scale))];
  });
  assertEquals(one!.length, 1);
  assertAlmostEquals(one![0]!, sum([...each!]), 1e-5 * sum([...each!].map(Math.abs)));
});

testOnBackends(
  "laplace gradients: labels, priors and second derivatives are refused, never a silent 0",
  () => {
    const [a, b] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 2, 4])];
    const [c, w] = [tf.tensor1d([0.5, 1]), tf.tensor1d([1, 2])];
    const f = (g: (x: tf.Tensor) => tf.Tensor) => g as (x: tf.Tensor) => tf.Scalar;
    const refused = (run: () => tf.Tensor, message: string) =>
      assertThrows(() => tf.tidy(run), Error, `Cannot differentiate balanced MAE ${message}`);
    const prior = (bins: { centers: tf.Tensor; weights: tf.Tensor }) => bmaeLoss(a, b, 1, { bins });
    refused(() => tf.grad(f((t) => bmaeLoss(a, t, 1)))(b), "in target");
    refused(
      () => tf.grad(f((r) => bmaeLoss(a, b, 1, { reference: r })))(c),
      "in the prior's center",
    );
    refused(
      () => tf.grad(f((centers) => prior({ centers, weights: c })))(c),
      "in the prior's center",
    );
    refused(
      () => tf.grad(f((weights) => prior({ centers: c, weights })))(w),
      "in the prior's logWeight",
    );
    // With a term whose second derivative is known: it alone must not be what comes back.
    const loss = (p: tf.Tensor) => tf.add(bmaeLoss(p, b, 1), tf.sum(tf.square(p)));
    refused(() => tf.grad(f((x) => tf.grad(f(loss))(x)))(a), "a second time");
    tf.dispose([a, b, c, w]);
  },
  BACKENDS,
  { leaky: "tfjs never frees what it saved for a gradient that throws" },
);
