/**
 * Mixtures with full covariances keep the contract of the others: NaN for a bad noise, errors for
 * what has no gradient.
 */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { balancedMse, gaiLoss, type LabelPrior } from "../../mod.ts";
import { BACKENDS, read, testOnBackends } from "../support/backends.ts";

const MIXTURE = {
  weights: [0.4, 0.6],
  means: [[0, 1], [2, -1]],
  covariances: [[[2, 0.5], [0.5, 1]], [[1, -0.3], [-0.3, 3]]],
};
const PRED = [[0.3, 0.2], [1, -2], [5, 5]];
const TARGET = [[0, 0], [1, 1], [2, 2]];

testOnBackends("covariances: a noise tensor that is not above 0 gives NaN", async () => {
  for (const bad of [0, -1, -0.5, NaN]) {
    const [loss, pred, noise] = await read(() => {
      const { value, grads } = tf.valueAndGrads((p, s) =>
        gaiLoss(p!, tf.tensor2d(TARGET), s!, MIXTURE) as tf.Scalar
      )([tf.tensor2d(PRED), tf.scalar(bad)]);
      return [value, ...grads];
    });
    for (const values of [loss!, pred!, noise!]) assert(values.every(Number.isNaN), `noise ${bad}`);
  }
});

/** The prior that gaiLoss makes of one component of covariance `[[2, 1], [1, 2]]` at 0. */
function rotatedPrior(): LabelPrior {
  const h = Math.SQRT1_2;
  return {
    center: tf.zeros([1, 2]),
    variance: tf.tensor2d([[1, 3]]),
    rotation: tf.tensor3d([[[h, h], [-h, h]]]),
  };
}

testOnBackends("covariances: the gradients of pred and noise, by hand", async () => {
  const [value, pred, noise] = await read(() => {
    const { value, grads } = tf.valueAndGrads((p, s) =>
      balancedMse(p!, tf.zeros([1, 2]), s!, rotatedPrior(), { restoreScale: false }) as tf.Scalar
    )([tf.tensor2d([[1, 1]]), tf.scalar(1)]);
    return [value, ...grads];
  });
  // The prediction lies along the axis of variance 3: |p|^2 (1 / s - 1 / (3 + s)) / 2 - log(2 4) /
  // 2
  assertAlmostEquals(value![0]!, 1 - 1 / 4 - Math.log(8) / 2, 1e-6);
  for (const x of pred!) assertAlmostEquals(x, 1 - 1 / 4, 1e-6);
  // Of -log(1 + s) / 2 - log(3 + s) / 2 + log s - 1 / (3 + s) + 1 / s
  assertAlmostEquals(noise![0]!, -1 / 4 - 1 / 8 + 1 + 1 / 16 - 1, 1e-6);
});

testOnBackends(
  "covariances: what has no gradient says so, a second derivative too",
  () => {
    tf.tidy(() => {
      const [pred, target] = [tf.tensor2d(PRED), tf.tensor2d(TARGET)];
      const refused: [string, tf.Tensor, (x: tf.Tensor) => tf.Tensor][] = [
        ["in target", target, (x) => gaiLoss(pred, x, 1, MIXTURE)],
        ["in target", target, (x) => gaiLoss(pred, x, 1, MIXTURE, { mseWeight: 2 })],
        ["in target", target, (x) => gaiLoss(pred, x, 1, MIXTURE, { mseWeight: 0.1 })],
        [
          "in the prior's center",
          tf.tensor2d(MIXTURE.means),
          (x) => gaiLoss(pred, target, 1, { ...MIXTURE, means: x }),
        ],
        [
          "in the prior's logWeight",
          tf.tensor1d(MIXTURE.weights),
          (x) => gaiLoss(pred, target, 1, { ...MIXTURE, weights: x }),
        ],
      ];
      for (const name of ["variance", "rotation"] as const) {
        const prior = rotatedPrior();
        const run = (x: tf.Tensor) => balancedMse(pred, target, 1, { ...prior, [name]: x });
        refused.push([`in the prior's ${name}`, prior[name]!, run]);
      }
      const second = (x: tf.Tensor) => {
        // With a term whose second derivative is known: it alone must not be what comes back.
        const loss = (p: tf.Tensor) => tf.add(gaiLoss(p, target, 1, MIXTURE), tf.sum(tf.square(p)));
        return tf.grad(loss)(x);
      };
      refused.push(["a second time", pred, second]);
      for (const [what, x, run] of refused) {
        assertThrows(() => tf.grad(run)(x), Error, `Cannot differentiate log mass ${what}`);
      }
      const noise = tf.ones([2]);
      for (const bad of [noise, [1, 1]]) {
        assertThrows(
          () => balancedMse(pred, target, bad, rotatedPrior()),
          TypeError,
          "a prior with a rotation takes a single noiseVar: current number of them is 2",
        );
      }
    });
  },
  BACKENDS,
  { leaky: "tfjs never frees what it saved for a gradient that throws" },
);
