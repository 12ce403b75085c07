/** Gradients by central differences of the float64 reference, with an incoming gradient that is not 1. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertThrows } from "@std/assert";
import { balancedMse, bmcLoss } from "../../../mod.ts";
import { BACKENDS, read, testOnBackends } from "../../support/backends.ts";
import { CASES, normals } from "../../support/cases.ts";
import { type Problem, reference } from "../../support/reference.ts";
import { lossOf, predTensor } from "../../support/tensors.ts";

const STEP = 1e-4; // in sigmas: truncation 1e-8, rounding of float64 1e-12 / 1e-4

function weightedLoss(test: Problem, incoming: number[]): number {
  return reference(test).nats.reduce((sum, x, i) => sum + incoming[i]! * x, 0);
}

/** Derivatives of `sum_i incoming_i nats_i`: by noiseVar, and by pred of one row. */
function differences(test: Problem, incoming: number[], row: number): [number, number[]] {
  const s = test.noiseVar;
  const byNoise = [1, -1].map((sign) =>
    sign * weightedLoss({ ...test, noiseVar: s * (1 + sign * STEP) }, incoming)
  );
  const step = STEP * Math.sqrt(s);
  const byPred = test.pred[row]!.map((_, d) => {
    const at = (sign: number) => {
      const pred = test.pred.with(row, test.pred[row]!.with(d, test.pred[row]![d]! + sign * step));
      return weightedLoss({ ...test, pred }, incoming);
    };
    return (at(1) - at(-1)) / (2 * step);
  });
  return [(byNoise[0]! + byNoise[1]!) / (2 * s * STEP), byPred];
}

for (const test of CASES.filter(({ pred }) => pred.length < 1000)) {
  const next = normals(7);
  const incoming = test.pred.map(() => Math.fround(next()));
  const row = test.pred.length >> 1;
  const [byNoise, byPred] = differences(test, incoming, row);
  const s = test.noiseVar;

  testOnBackends(`gradients: ${test.name}`, async () => {
    const [gradPred, gradNoise] = await read(() => {
      const loss = lossOf(test, { reduction: "none", restoreScale: false });
      return tf.grads((p: tf.Tensor, s: tf.Tensor) => loss(p, s))(
        [predTensor(test), tf.scalar(s)],
        tf.tensor1d(incoming),
      );
    });
    // The sum over rows may cancel: what counts is its largest terms.
    const terms = reference(test).gradNoise.map((x, i) => Math.abs(x * incoming[i]!));
    const size = terms.reduce((a, b) => a + b);
    assertAlmostEquals(gradNoise![0]!, byNoise, 3e-5 * (size + 1 / s), "noiseVar");
    byPred.forEach((expected, d) => {
      const actual = gradPred![row * byPred.length + d]!;
      const tolerance = 3e-5 * (Math.abs(expected) + 1 / Math.sqrt(s));
      assertAlmostEquals(actual, expected, tolerance, `pred[${row}, ${d}]`);
    });
  });
}

testOnBackends("gradients: every reduction and scale is the row gradients' own", async () => {
  const test = CASES.find(({ name }) => name === "batch of 99 in 3-D")!;
  const { gradPred, gradNoise } = reference(test);
  const [rows, s] = [test.pred.length, test.noiseVar];
  for (const reduction of ["mean", "sum", "none"] as const) {
    for (const restoreScale of [true, false]) {
      const [byPred, byNoise] = await read(() => {
        const loss = lossOf(test, { reduction, restoreScale });
        const scaled = (p: tf.Tensor, s: tf.Tensor) =>
          tf.sum(tf.mul(loss(p, s), 0.25)) as tf.Scalar;
        return tf.grads(scaled)([predTensor(test), tf.scalar(s)]);
      });
      const factor = 0.25 * (restoreScale ? 2 * s : 1) / (reduction === "mean" ? rows : 1);
      gradPred.flat().forEach((x, i) => {
        assertAlmostEquals(
          byPred![i]!,
          factor * x,
          1e-5 * factor,
          `${reduction} ${restoreScale} ${i}`,
        );
      });
      const sum = gradNoise.reduce((a, b) => a + b);
      assertAlmostEquals(byNoise![0]!, factor * sum, 1e-5 * Math.abs(factor * sum), reduction);
    }
  }
});

testOnBackends(
  "gradients: labels, priors and second derivatives are refused, never a silent 0",
  () => {
    const [a, b] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 2, 4])];
    const [center, other] = [tf.tensor1d([0, 1]), tf.tensor1d([1, 2])];
    const message = "Cannot differentiate log mass";
    const f = (g: (x: tf.Tensor) => tf.Tensor) => g as (x: tf.Tensor) => tf.Scalar;
    const inScope = (run: () => tf.Tensor) => () => tf.tidy(run);
    assertThrows(
      inScope(() => tf.grad(f((t) => bmcLoss(a, t, 1)))(b)),
      Error,
      `${message} in target`,
    );
    assertThrows(
      inScope(() => tf.grad(f((c) => balancedMse(a, b, 1, { center: c })))(center)),
      Error,
      `${message} in the prior's center`,
    );
    assertThrows(
      inScope(() => tf.grad(f((w) => balancedMse(a, b, 1, { center, logWeight: w })))(other)),
      Error,
      `${message} in the prior's logWeight`,
    );
    assertThrows(
      inScope(() => tf.grad(f((v) => balancedMse(a, b, 1, { center, variance: v })))(other)),
      Error,
      `${message} in the prior's variance`,
    );
    // With a term whose second derivative is known: it alone must not be what comes back.
    const loss = (p: tf.Tensor) => tf.add(bmcLoss(p, b, 1), tf.sum(tf.square(p)));
    const first = (x: tf.Tensor) => tf.grad(f(loss))(x);
    assertThrows(inScope(() => tf.grad(first)(a)), Error, `${message} a second time`);
    tf.dispose([a, b, center, other]);
  },
  BACKENDS,
  { leaky: "tfjs never frees what it saved for a gradient that throws" },
);
