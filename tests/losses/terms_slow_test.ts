/** The two terms weighed apart, a noise per dimension, the scale, weights: value and gradients by central differences. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { balancedMse } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { logNormal, logSumExp } from "../support/reference.ts";

interface Terms {
  rows: number;
  dim: number;
  noise: number[];
  mseWeight?: number;
  priorWeight?: number;
  restoreScale?: boolean;
  /** The logarithms of the columns' weights. */
  logWeight?: number[];
  /** Columns with variances: the pass over a mixture. */
  spread?: boolean;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Labels, predictions and variances of some rows. */
function problemOf({ rows, dim }: Terms) {
  const next = normals(11);
  const matrix = (scale: number) =>
    Array.from(
      { length: rows },
      () => Array.from({ length: dim }, () => Math.fround(scale * next())),
    );
  const target = matrix(2);
  const offsets = matrix(1);
  const pred = target.map((row, i) => row.map((x, d) => Math.fround(x + offsets[i]![d]!)));
  const variance = matrix(1).map((row) => row.map((x) => Math.fround(x * x + 0.1)));
  return { pred, target, variance };
}

/** The sum over the rows, as printed: a nll + b log mass, in nats. */
function lossOf(terms: Terms, pred: number[][], noise: number[]): number {
  const { mseWeight = 1, priorWeight = 1, logWeight, spread } = terms;
  const { target, variance } = problemOf(terms);
  const one = noise.length === 1 ? Array(terms.dim).fill(noise[0]!) as number[] : noise;
  return sum(pred.map((p, i) => {
    const logits = target.map((c, j) =>
      (logWeight?.[j] ?? 0) +
      logNormal(p, c, one.map((s, d) => s + (spread ? variance[j]![d]! : 0)))
    );
    return priorWeight * logSumExp(logits) - mseWeight * logNormal(target[i]!, p, one);
  }));
}

/** Central differences by every element of `pred` and of `noise`. */
function slopes(terms: Terms, pred: number[][], noise: number[]) {
  const step = 1e-5;
  const byPred = pred.map((row, i) =>
    row.map((x, d) => {
      const at = (y: number) => lossOf(terms, pred.with(i, row.with(d, y)), noise);
      return (at(x + step) - at(x - step)) / (2 * step);
    })
  );
  const byNoise = noise.map((s, d) => {
    const at = (y: number) => lossOf(terms, pred, noise.with(d, y));
    return (at(s * (1 + step)) - at(s * (1 - step))) / (2 * step * s);
  });
  return { byPred, byNoise };
}

function testTerms(name: string, terms: Terms): void {
  testOnBackends(`terms: ${name}`, async () => {
    const { mseWeight = 1, priorWeight = 1, restoreScale = false, noise, logWeight, spread } =
      terms;
    const { pred, target, variance } = problemOf(terms);
    const [value, gradPred, gradNoise] = await read(() => {
      const labels = tf.tensor2d(target);
      const prior = {
        center: labels, // the same tensor: the pass is told that a row's own label is a column
        ...(logWeight && { logWeight: tf.tensor1d(logWeight) }),
        ...(spread && { variance: tf.tensor2d(variance) }),
      };
      const options = { mseWeight, priorWeight, restoreScale, reduction: "sum" } as const;
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
        balancedMse(p, labels, s, prior, options) as tf.Scalar
      )([tf.tensor2d(pred), noise.length === 1 ? tf.scalar(noise[0]!) : tf.tensor1d(noise)]);
      return [value, ...grads];
    });
    const scale = restoreScale ? 2 * sum(noise) / noise.length : 1;
    const truth = scale * lossOf(terms, pred, noise);
    assertAlmostEquals(value![0]!, truth, 1e-5 * (1 + Math.abs(truth)), "value");
    const { byPred, byNoise } = slopes(terms, pred, noise);
    const close = (found: Float32Array, expected: number[], what: string) => {
      const size = Math.max(...expected.map(Math.abs));
      expected.forEach((x, k) =>
        assertAlmostEquals(found[k]!, scale * x, 3e-5 * scale * size, what)
      );
    };
    close(gradPred!, byPred.flat(), "gradient of pred");
    close(gradNoise!, byNoise, "gradient of the noise");
  });
}

for (const restoreScale of [false, true]) {
  const scaled = restoreScale ? ", scaled" : "";
  testTerms(`a noise per dimension${scaled}`, {
    rows: 9,
    dim: 3,
    noise: [0.3, 1, 4],
    restoreScale,
  });
  testTerms(`a noise per dimension, a mixture${scaled}`, {
    rows: 9,
    dim: 3,
    noise: [0.3, 1, 4],
    spread: true,
    restoreScale,
  });
  for (const dim of [1, 2, 5]) {
    testTerms(`3 nll + mass / 2, D = ${dim}${scaled}`, {
      rows: 8,
      dim,
      noise: [0.7],
      mseWeight: 3,
      priorWeight: 0.5,
      restoreScale,
    });
  }
  testTerms(`5 mass, no nll, D = 2${scaled}`, {
    rows: 8,
    dim: 2,
    noise: [0.7],
    mseWeight: 0,
    priorWeight: 5,
    restoreScale,
  });
  testTerms(`nll / 4 + 2 mass, a noise per dimension${scaled}`, {
    rows: 8,
    dim: 2,
    noise: [0.3, 2],
    mseWeight: 0.25,
    priorWeight: 2,
    restoreScale,
  });
}

// The own label's column weighs little or nothing: its logit, that of weight 1, must not be the peak.
for (const low of [-40, -300, -Infinity]) {
  testTerms(`own labels among weighted columns, weights of ${low} nats`, {
    rows: 12,
    dim: 1,
    noise: [1e-2],
    logWeight: Array.from({ length: 12 }, (_, j) => j % 3 === 0 ? 0 : low),
  });
}
