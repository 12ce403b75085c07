/** The criteria that the synthetic benchmark compares: one row each. */
import { bmcLoss, bniLoss, gaiLoss, LabelNoise } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { CriterionOf } from "../support/criterion.ts";
import type { Objective } from "../support/objective.ts";
import { NOISE_SIGMA } from "./data.ts";
import { type LabelDistribution, rarityOf } from "./distributions.ts";
import { labelBins, labelMixture } from "./priors.ts";

/** One row of the comparison. */
export interface Criterion extends CriterionOf<LabelDistribution, Objective> {
  /** Whether it is only for labels of one dimension. */
  readonly only1d?: true;
}

/** A learnable noise starts this far off the true one, as in the paper. */
const WRONG_BY = 1.5;

/** All criteria, in the order in which they are trained and shown. */
export const CRITERIA: readonly Criterion[] = [
  {
    id: "mse",
    name: "MSE",
    color: "#D55E00",
    dash: [],
    prepare: () => ({ loss: (pred, target) => tf.mean(tf.squaredDifference(pred, target)) }),
  },
  {
    id: "reweight",
    name: "Reweight",
    color: "#CC79A7",
    dash: [],
    prepare: (labels) => ({
      // Softmax of the rarity is 1 / density, normalized to sum 1 within the batch.
      loss: (pred, target) => {
        const weights = tf.softmax(rarityOf(labels, target));
        const squares = tf.sum(tf.squaredDifference(pred, target), 1);
        return tf.sum(tf.mul(weights, squares));
      },
    }),
  },
  {
    id: "bmc",
    name: "BMC",
    color: "#0072B2",
    dash: [],
    prepare: () => ({
      loss: (pred, target, batch) => bmcLoss(pred, target, NOISE_SIGMA ** 2, batch),
    }),
  },
  {
    id: "bmc-learnable",
    name: "BMC learnable",
    color: "#56B4E9",
    dash: [6, 4],
    prepare: () => {
      const noise = new LabelNoise({ sigma: WRONG_BY * NOISE_SIGMA });
      return {
        noise,
        loss: (pred, target, batch) => bmcLoss(pred, target, noise.variance(), batch),
      };
    },
  },
  {
    id: "gai",
    name: "GAI",
    color: "#009E73",
    dash: [],
    prepare: async (labels) => {
      const { mixture, dispose } = await labelMixture(labels);
      return {
        loss: (pred, target) => gaiLoss(pred, target, NOISE_SIGMA ** 2, mixture),
        dispose,
      };
    },
  },
  {
    id: "gai-learnable",
    name: "GAI learnable",
    color: "#8BD0B4",
    dash: [6, 4],
    prepare: async (labels) => {
      const { mixture, dispose } = await labelMixture(labels);
      const noise = new LabelNoise({ sigma: WRONG_BY * NOISE_SIGMA });
      return {
        noise,
        loss: (pred, target) => gaiLoss(pred, target, noise.variance(), mixture),
        dispose,
      };
    },
  },
  {
    id: "bni",
    name: "BNI",
    color: "#E69F00",
    dash: [2, 3],
    only1d: true,
    prepare: async (labels) => {
      const { bins, dispose } = await labelBins(labels);
      return { loss: (pred, target) => bniLoss(pred, target, NOISE_SIGMA ** 2, bins), dispose };
    },
  },
];
