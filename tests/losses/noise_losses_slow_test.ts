/** The losses' noise: one for each dimension, and its gradient through options. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { balancedMse, bmcLoss, type BmcOptions } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { problem } from "../support/cases.ts";
import { assertAllClose, CASES } from "../support/prior_cases.ts";
import { reference } from "../support/reference.ts";

// Few dimensions, whose loops the WebGPU pass over mixtures unrolls, and many, for which it has
// another shader.
for (const dim of [3, 5, 18, 130]) {
  testOnBackends(
    `losses: a noise for each of ${dim} dimensions, values and gradients`,
    async () => {
      const test = problem("", { rows: 24, dim, sigma: 0.7 });
      const noise = Array.from({ length: dim }, (_, d) => [0.5, 1, 4][d % 3]!);
      for (const spread of [false, true]) {
        // The reference takes one noise: scale each dimension by its sigma and take noise 1.
        const scaled = (rows: number[][]) =>
          rows.map((row) => row.map((x, d) => x / Math.sqrt(noise[d]!)));
        const variance = test.target.map((row) => row.map((x) => x * x / 9));
        const target = scaled(test.target);
        const byScale = {
          pred: scaled(test.pred),
          target,
          noiseVar: 1,
          prior: {
            center: target,
            ...(spread && { variance: variance.map((row) => row.map((v, d) => v / noise[d]!)) }),
          },
        };
        const truth = reference(byScale);
        const [value, byPred, byNoise] = await read(() => {
          const labels = tf.tensor2d(test.target);
          const prior = { center: labels, ...(spread && { variance: tf.tensor2d(variance) }) };
          const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
            balancedMse(p, labels, s, prior, { restoreScale: false, reduction: "sum" }) as tf.Scalar
          )([tf.tensor2d(test.pred), tf.tensor1d(noise)]);
          return [value, ...grads];
        });
        const sum = (rows: number[]) => rows.reduce((a, b) => a + b);
        assertAlmostEquals(value![0]!, sum(truth.nats), 1e-4 * Math.abs(sum(truth.nats)));
        const expected = truth.gradPred.flatMap((row) =>
          row.map((g, d) => g / Math.sqrt(noise[d]!))
        );
        assertAllClose(byPred!, expected, 1e-5, "pred");
        // d / d s_d by central differences of the scaled problem
        noise.forEach((s, d) => {
          const at = (factor: number) => {
            const rescale = (rows: number[][]) =>
              rows.map((row) => row.with(d, row[d]! / Math.sqrt(factor)));
            const rows = rescale(target);
            const { variance } = byScale.prior;
            return sum(
              reference({
                ...byScale,
                pred: rescale(byScale.pred),
                target: rows,
                prior: {
                  center: rows,
                  ...(variance &&
                    { variance: variance.map((row) => row.with(d, row[d]! / factor)) }),
                },
              }).nats,
            );
          };
          const slope = (at(1 + 1e-5) - at(1 - 1e-5)) / (2e-5 * s);
          assertAlmostEquals(byNoise![d]!, slope, 1e-3 * (1 + Math.abs(slope)), `noise ${d}`);
        });
        const [scaledLoss, plain] = await read(() => {
          const labels = tf.tensor2d(test.target);
          const loss = (restoreScale: boolean) =>
            balancedMse(tf.tensor2d(test.pred), labels, noise, { center: labels }, {
              restoreScale,
            });
          return [loss(true), loss(false)];
        });
        const mean = sum(noise) / dim;
        assertAlmostEquals(scaledLoss![0]!, 2 * mean * plain![0]!, 1e-5 * scaledLoss![0]!);
      }
    },
  );
}

testOnBackends(
  "losses: the gradient of the noise through options is that without them",
  async () => {
    const test = CASES[0]!;
    const grads = await read(() => {
      const [pred, target] = [tf.tensor2d(test.pred), tf.tensor2d(test.target)];
      const by = (options: BmcOptions) =>
        tf.grad((s) => bmcLoss(pred, target, s, options) as tf.Scalar)(tf.scalar(0.7));
      const ones = test.pred.map(() => 1);
      return [
        by({}),
        by({ weights: ones }),
        by({ mask: ones }),
        by({ mseWeight: 2, priorWeight: 2 }),
      ];
    });
    const [plain, weighted, masked, doubled] = grads.map((grad) => grad[0]!);
    for (const same of [weighted!, masked!, doubled! / 2]) {
      assertAlmostEquals(same, plain!, 1e-5 * Math.abs(plain!));
    }
  },
);
