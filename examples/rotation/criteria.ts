/** The criteria that the rotation benchmark compares: one row each. */
import {
  bmcLoss,
  fitLabelMixture,
  gaiLoss,
  LabelNoise,
  labelWeights,
  mseLoss,
} from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { CriterionOf } from "../support/criterion.ts";
import type { Objective } from "../support/objective.ts";

/** One row of the comparison, prepared for angles in degrees. */
export type Criterion = CriterionOf<Float32Array, Objective>;

/** Where the learned noise starts, in degrees: what one may expect of a small network. */
const FIRST_SIGMA = 10;
/** Label bins of the weights, in degrees; LDS smooths over five of them. */
const WEIGHT_BIN = 5;

/** All criteria, in the order in which they are trained and shown. */
export const CRITERIA: readonly Criterion[] = [
  {
    id: "mse",
    name: "MSE",
    color: "#D55E00",
    dash: [],
    prepare: () => ({ loss: mseLoss }),
  },
  {
    id: "sqinv-lds",
    name: "SQINV + LDS",
    color: "#CC79A7",
    dash: [],
    prepare: async (angles) => ({
      weights: await labelWeights(angles, {
        binWidth: WEIGHT_BIN,
        scheme: "sqrt-inverse",
        lds: {},
      }),
      loss: mseLoss, // which takes the rows' weights
    }),
  },
  {
    id: "bmc",
    name: "BMC",
    color: "#0072B2",
    dash: [],
    prepare: () => {
      const noise = new LabelNoise({ sigma: FIRST_SIGMA });
      return { noise, loss: (pred, target) => bmcLoss(pred, target, noise.variance()) };
    },
  },
  {
    id: "gai",
    name: "GAI",
    color: "#009E73",
    dash: [6, 4],
    prepare: async (angles) => {
      const { weights, means, variances } = await fitLabelMixture(angles, { components: "auto" });
      const mixture = {
        weights: tf.tensor1d(weights),
        means: tf.tensor1d(means as number[]),
        variances: tf.tensor1d(variances as number[]),
      };
      const noise = new LabelNoise({ sigma: FIRST_SIGMA });
      return {
        noise,
        loss: (pred, target) => gaiLoss(pred, target, noise.variance(), mixture),
        dispose: () => tf.dispose(mixture),
      };
    },
  },
];
