/** The criteria that the rotation benchmark compares: one row each. */
import {
  bmcLoss,
  fitLabelMixture,
  gaiLoss,
  LabelNoise,
  labelWeights,
  mseLoss,
  type Tensor,
} from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";

/** A loss over a batch, in degrees: predictions and angles `[N, 1]`, and the rows' weights `[N]`. */
export type Loss = (pred: Tensor, target: Tensor, weights: Tensor) => Tensor;

/** A criterion, ready for one training run. */
export interface Objective {
  readonly loss: Loss;
  /** One weight a training row; all weigh 1 where absent. */
  readonly weights?: readonly number[];
  /** Present if the noise is learned along. */
  readonly noise?: LabelNoise;
  /** Frees what the loss keeps on the device; the noise is disposed apart. */
  dispose?(): void;
}

/** One row of the comparison. */
export interface Criterion {
  /** As given to `--criteria`. */
  readonly id: string;
  /** As shown. */
  readonly name: string;
  /** The line's color, from Okabe and Ito's palette, and its dashes, where lines may lie on each other. */
  readonly color: string;
  readonly dash: readonly number[];
  /** Prepares it for the angles of a training set. */
  prepare(angles: Float32Array): Objective | Promise<Objective>;
}

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
    prepare: () => ({ loss: (pred, target) => mseLoss(pred, target) }),
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
      loss: (pred, target, weights) => mseLoss(pred, target, { weights }),
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
