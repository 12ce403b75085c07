/** BNI, GAI and BMC with a reference sample, weights, masks and terms weighed apart. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bmcLoss, type BmcOptions, bniLoss, gaiLoss } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { type Case, problem } from "../support/cases.ts";
import { assertAllClose, CASES } from "../support/prior_cases.ts";
import { reference } from "../support/reference.ts";

/** Value and gradient of pred, incoming gradient 1, of a loss of a case's rows. */
function valueAndGrad(
  { pred, target }: Case,
  loss: (pred: tf.Tensor, target: tf.Tensor) => tf.Tensor,
): Promise<Float32Array[]> {
  return read(() => {
    const labels = tf.tensor2d(target);
    const { value, grad } = tf.valueAndGrad((p) => tf.sum(loss(p, labels)) as tf.Scalar)(
      tf.tensor2d(pred),
    );
    return [value, grad];
  });
}

testOnBackends(
  "losses: weights multiply rows, a mask takes them out as rows and columns",
  async () => {
    for (const test of CASES) {
      const rows = test.pred.length;
      const keep = test.pred.map((_, i) => i % 3 !== 0);
      const weights = test.pred.map((_, i) => i / rows);
      const rest = (matrix: number[][]) => matrix.filter((_, i) => keep[i]);
      const target = rest(test.target);
      const truth = reference({
        ...test,
        pred: rest(test.pred),
        target,
        prior: { center: target },
      });
      const restWeights = weights.filter((_, i) => keep[i]);
      const count = truth.nats.length;
      const scale = 2 * test.noiseVar / count;
      const expected = truth.nats.reduce((sum, x, i) => sum + restWeights[i]! * x, 0) * scale;
      // What is masked may hold NaN, and must not touch loss or gradient.
      const spoiled = (matrix: number[][]) =>
        matrix.map((row, i) => keep[i] ? row : row.map(() => NaN));
      const broken = { ...test, pred: spoiled(test.pred), target: spoiled(test.target) };
      const [value, grad] = await valueAndGrad(
        broken,
        (p, t) => bmcLoss(p, t, test.noiseVar, { mask: keep, weights }),
      );
      assertAlmostEquals(value![0]!, expected, 1e-5 * Math.abs(expected), test.name);
      let k = 0;
      const gradient = keep.flatMap((kept, i) => {
        if (!kept) return test.pred[0]!.map(() => 0);
        return truth.gradPred[k++]!.map((g) => g * weights[i]! * scale);
      });
      assertAllClose(grad!, gradient, 1e-5, test.name);
    }
  },
);

testOnBackends("losses: all masked gives 0, with a gradient of 0", async () => {
  const test = CASES[0]!;
  const mask = test.pred.map(() => false);
  for (const reduction of ["mean", "sum"] as const) {
    const [value, grad] = await valueAndGrad(
      test,
      (p, t) => bmcLoss(p, t, 1, { mask, reduction }),
    );
    assert(value![0] === 0 && grad!.every((x) => x === 0), `${value} ${grad}`);
  }
});

testOnBackends(
  "losses: a reference sample is the prior, and each row's own label joins it",
  async () => {
    for (const test of CASES) {
      const labels =
        problem("reference", { rows: 17, dim: test.pred[0]!.length, sigma: 1 }, 9).target;
      for (const batch of [1, 5]) {
        const part = {
          ...test,
          pred: test.pred.slice(0, batch),
          target: test.target.slice(0, batch),
        };
        let expected = 0;
        const gradient: number[] = [];
        part.pred.forEach((p, i) => {
          const target = [part.target[i]!];
          const prior = { center: [...labels, ...target] };
          const truth = reference({ pred: [p], target, noiseVar: test.noiseVar, prior });
          expected += truth.nats[0]! * 2 * test.noiseVar;
          gradient.push(...truth.gradPred[0]!.map((g) => g * 2 * test.noiseVar));
        });
        const options: BmcOptions = { reduction: "sum" };
        const [value, grad] = await valueAndGrad(
          part,
          (p, t) => bmcLoss(p, t, test.noiseVar, { ...options, reference: tf.tensor2d(labels) }),
        );
        assertAlmostEquals(value![0]!, expected, 1e-5 * (expected + test.noiseVar), test.name);
        assertAllClose(grad!, gradient, 2e-5, test.name);
      }
    }
  },
);

testOnBackends("losses: the two terms can be weighed apart", async () => {
  const test = CASES[1]!;
  const s = test.noiseVar;
  const [, gradBoth] = await valueAndGrad(test, (p, t) => bmcLoss(p, t, s));
  const [mse, gradMse] = await valueAndGrad(test, (p, t) => bmcLoss(p, t, s, { priorWeight: 0 }));
  const [prior, gradPrior] = await valueAndGrad(test, (p, t) => bmcLoss(p, t, s, { mseWeight: 0 }));
  const [sum, grad] = await valueAndGrad(
    test,
    (p, t) => bmcLoss(p, t, s, { mseWeight: 3, priorWeight: 0.5 }),
  );
  assertAlmostEquals(sum![0]!, 3 * mse![0]! + 0.5 * prior![0]!, 1e-4 * Math.abs(sum![0]!));
  // The first term alone is MSE, up to the constant of the density.
  const [, plain] = await valueAndGrad(
    test,
    (p, t) => tf.mean(tf.sum(tf.squaredDifference(p, t), 1)),
  );
  assertAllClose(gradMse!, [...plain!], 1e-5);
  assertAllClose(grad!, [...gradMse!].map((g, i) => 3 * g + 0.5 * gradPrior![i]!), 1e-5);
  assertAllClose(gradBoth!, [...gradMse!].map((g, i) => g + gradPrior![i]!), 1e-5);
});

testOnBackends(
  "losses: covariances that are diagonal are variances; numbers are tensors",
  async () => {
    const test = problem("2-D", { rows: 20, dim: 2, sigma: 0.5 });
    const mixture = { weights: [0.3, 0.7], means: [[0, 1], [2, -1]] };
    const variances = [[1, 2], [0.5, 3]];
    const covariances = variances.map(([a, b]) => [[a!, 0], [0, b!]]);
    const [value, grad] = await valueAndGrad(
      test,
      (p, t) => gaiLoss(p, t, 1, { ...mixture, variances }),
    );
    const [full, fullGrad] = await valueAndGrad(
      test,
      (p, t) => gaiLoss(p, t, 1, { ...mixture, covariances }),
    );
    assertAlmostEquals(full![0]!, value![0]!, 1e-5);
    assertAllClose(fullGrad!, [...grad!], 1e-5);
    const [tensors] = await valueAndGrad(test, (p, t) =>
      gaiLoss(p, t, 1, {
        weights: tf.tensor1d(mixture.weights),
        means: tf.tensor2d(mixture.means),
        variances: tf.tensor2d(variances),
      }));
    assertEquals(tensors![0], value![0]);
    const bins = { centers: [[0, 1], [2, -1]], weights: [0, 1] };
    const [bni] = await valueAndGrad(test, (p, t) => bniLoss(p, t, 1, bins));
    const [one] = await valueAndGrad(
      test,
      (p, t) => bniLoss(p, t, 1, { centers: tf.tensor2d([[2, -1]]), weights: tf.tensor1d([1]) }),
    );
    assertAlmostEquals(bni![0]!, one![0]!, 1e-5 * Math.abs(one![0]!));
  },
);
