/** What the second stage compares: one row each. */
import {
  bmcLoss,
  bniLoss,
  fitLabelMixture,
  gaiLoss,
  labelHistogram,
  LabelNoise,
  type LabelSmoothing,
  maeLoss,
  type Tensor,
} from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { CriterionOf } from "../support/criterion.ts";
import type { Loss, Objective } from "../support/objective.ts";
import { weighted } from "./weighted.ts";

/** What a criterion is prepared for. */
export interface Task {
  /** Of the training pictures, whole years. */
  readonly ages: Float32Array;
  /** Where the noise starts, or is held, in years. */
  readonly sigma: number;
  readonly learnsSigma: boolean;
  /** Components of GAI's mixture. */
  readonly components: number;
  /** The kernel of LDS. */
  readonly smoothing: LabelSmoothing;
  /** The least and the greatest count that `inverse` takes an age to have. */
  readonly clip: readonly [number, number];
}

/** One row of the comparison. */
export interface Criterion extends CriterionOf<Task, Objective> {
  /** Whether it has a label noise, learned or held. */
  readonly hasNoise?: true;
}

/** The network of the first stage, as it is shown beside them. */
export const VANILLA = { id: "vanilla", name: "vanilla", color: "#000000", dash: [] } as const;

/** The histogram's ages; the authors leave older ones out. */
const BNI_BELOW = 200;

/** All criteria, in the order in which they are trained and shown. */
export const CRITERIA: readonly Criterion[] = [
  {
    id: "l1",
    name: "RRT + L1",
    color: "#7f7f7f",
    dash: [],
    prepare: () => ({ loss: maeLoss }),
  },
  {
    id: "inverse",
    name: "RRT + inverse",
    color: "#E69F00",
    dash: [],
    prepare: ({ ages, clip }) => weighted(ages, { scheme: "inverse", clip }),
  },
  {
    id: "lds",
    name: "RRT + LDS",
    color: "#CC79A7",
    dash: [],
    prepare: ({ ages, smoothing: lds }) => weighted(ages, { scheme: "sqrt-inverse", lds }),
  },
  {
    id: "gai",
    name: "GAI",
    hasNoise: true,
    color: "#009E73",
    dash: [],
    prepare: async (task) => {
      const components = Math.min(task.components, new Set(task.ages).size);
      const fit = await fitLabelMixture(task.ages, { components });
      const mixture = {
        weights: tf.tensor1d(fit.weights),
        means: tf.tensor1d(fit.means as number[]),
        variances: tf.tensor1d(fit.variances as number[]),
      };
      return balanced(
        task,
        mixture,
        (pred, age, noiseVar) => gaiLoss(pred, age, noiseVar, mixture),
      );
    },
  },
  {
    id: "bmc",
    name: "BMC",
    hasNoise: true,
    color: "#0072B2",
    dash: [6, 4],
    prepare: (task) =>
      balanced(task, {}, (pred, age, noiseVar, batch) => bmcLoss(pred, age, noiseVar, batch)),
  },
  {
    id: "bni",
    name: "BNI",
    hasNoise: true,
    color: "#D55E00",
    dash: [2, 3],
    prepare: async (task) => {
      const ages = task.ages.filter((age) => age < BNI_BELOW);
      const { centers, weights } = await labelHistogram(ages, { binWidth: 1 });
      const bins = { centers: tf.tensor1d(centers), weights: tf.tensor1d(weights) };
      return balanced(task, bins, (pred, age, noiseVar) => bniLoss(pred, age, noiseVar, bins));
    },
  },
];

type BalancedLoss = (
  pred: Tensor,
  target: Tensor,
  noiseVar: Tensor | number,
  batch: Parameters<Loss>[2],
) => Tensor;

/** Balanced MSE, its noise learned or held; `owned` is freed with it. */
function balanced(
  { sigma, learnsSigma }: Task,
  owned: Record<string, Tensor>,
  loss: BalancedLoss,
): Objective {
  const dispose = () => tf.dispose(owned);
  if (!learnsSigma) {
    return { loss: (pred, target, batch) => loss(pred, target, sigma ** 2, batch), dispose };
  }
  const noise = new LabelNoise({ sigma });
  return {
    noise,
    loss: (pred, target, batch) => loss(pred, target, noise.variance(), batch),
    dispose,
  };
}
