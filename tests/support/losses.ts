/** Every loss of the module in one table, each with its formula in float64: what the contract runs over. */
import * as tf from "@tensorflow/tfjs";
import {
  balancedMse,
  bmaeLoss,
  bmcLoss,
  bniLoss,
  focalMaeLoss,
  focalMseLoss,
  gaiLoss,
  huberLoss,
  maeLoss,
  mseLoss,
  type RowOptions,
  type Tensor,
} from "../../mod.ts";
import { type Prior, reference } from "./reference.ts";
import { type LaplaceProblem, referenceLaplace } from "./reference_laplace.ts";
import { priorTensors } from "./tensors.ts";

export interface Loss {
  name: string;
  /** How errors name it: "Cannot compute ... as". */
  action: string;
  loss: (pred: Tensor, target: Tensor, options?: RowOptions) => Tensor;
  /** One value a row, from `[N][D]`. */
  truth: (pred: number[][], target: number[][]) => number[];
  /** Whether the sign of the error does not matter: then the gradient is 0 where pred is the label. */
  symmetric: boolean;
}

const NOISE = 2.25;
const PRIOR: Prior = { center: [[-3], [0.5], [4]], logWeight: [-0.5, -1, -2] };

const VARIANCES = [0.5, 1, 4];

/** The fixed prior in as many dimensions as `pred` has. */
function prior(dim: number): Prior {
  return { ...PRIOR, center: PRIOR.center.map(([x]) => Array<number>(dim).fill(x!)) };
}

/** Rows' values from a formula of one dimension's error. */
function ofError(element: (x: number) => number): Loss["truth"] {
  return (pred, target) =>
    pred.map((row, i) => row.reduce((sum, x, d) => sum + element(x - target[i]![d]!), 0));
}

function balanced(of: (pred: number[][], target: number[][]) => Prior): Loss["truth"] {
  return (pred, target) =>
    reference({ pred, target, noiseVar: NOISE, prior: of(pred, target) })
      .nats.map((nats) => 2 * NOISE * nats);
}

function balancedMae(
  of: (pred: number[][], target: number[][]) => Omit<LaplaceProblem, "pred" | "target" | "scale">,
): Loss["truth"] {
  return (pred, target) => {
    const scale = pred[0]!.map(() => NOISE);
    const { nats } = referenceLaplace({ pred, target, scale, ...of(pred, target) });
    return nats.map((row) => row.reduce((sum, x) => sum + NOISE * x, 0));
  };
}

/** The formula of focal-R, as printed in the code of Yang et al. */
export function focal(
  x: number,
  power: 1 | 2,
  activation: "sigmoid" | "tanh" = "sigmoid",
  beta = 0.2,
  gamma = 1,
): number {
  const size = Math.abs(x);
  const factor = activation === "tanh"
    ? Math.tanh(beta * size)
    : 2 / (1 + Math.exp(-beta * size)) - 1;
  return size ** power * factor ** gamma;
}

export function huber(x: number, delta = 1): number {
  const size = Math.abs(x);
  return size <= delta ? x * x / 2 : delta * (size - delta / 2);
}

export const LOSSES: readonly Loss[] = [
  {
    name: "mseLoss",
    action: "MSE",
    loss: mseLoss,
    truth: ofError((x) => x * x),
    symmetric: true,
  },
  {
    name: "maeLoss",
    action: "MAE",
    loss: maeLoss,
    truth: ofError(Math.abs),
    symmetric: true,
  },
  {
    name: "huberLoss",
    action: "Huber loss",
    loss: huberLoss,
    truth: ofError((x) => huber(x)),
    symmetric: true,
  },
  {
    name: "focalMseLoss",
    action: "focal MSE",
    loss: focalMseLoss,
    truth: ofError((x) => focal(x, 2)),
    symmetric: true,
  },
  {
    name: "focalMaeLoss",
    action: "focal MAE",
    loss: focalMaeLoss,
    truth: ofError((x) => focal(x, 1)),
    symmetric: true,
  },
  {
    name: "bmcLoss",
    action: "balanced MSE",
    loss: (pred, target, options) => bmcLoss(pred, target, NOISE, options),
    truth: balanced((_, target) => ({ center: target })),
    symmetric: false,
  },
  {
    name: "balancedMse",
    action: "balanced MSE",
    loss: (pred, target, options) =>
      tf.tidy(() =>
        balancedMse(pred, target, NOISE, priorTensors(prior(target.shape[1] ?? 1)), options)
      ),
    truth: balanced((pred) => prior(pred[0]!.length)),
    symmetric: false,
  },
  {
    name: "bniLoss",
    action: "BNI loss",
    loss: (pred, target, options) =>
      bniLoss(pred, target, NOISE, {
        centers: prior(target.shape[1] ?? 1).center,
        weights: PRIOR.logWeight!.map(Math.exp),
      }, options),
    truth: balanced((pred) => prior(pred[0]!.length)),
    symmetric: false,
  },
  {
    name: "gaiLoss",
    action: "GAI loss",
    loss: (pred, target, options) =>
      gaiLoss(pred, target, NOISE, {
        means: prior(target.shape[1] ?? 1).center,
        variances: VARIANCES,
        weights: PRIOR.logWeight!.map(Math.exp),
      }, options),
    truth: balanced((pred) => ({
      ...prior(pred[0]!.length),
      variance: VARIANCES.map((v) => pred[0]!.map(() => v)),
    })),
    symmetric: false,
  },
  {
    name: "bmaeLoss",
    action: "balanced MAE",
    loss: (pred, target, options) => bmaeLoss(pred, target, NOISE, options),
    truth: balancedMae((_, target) => ({ center: target })),
    symmetric: false,
  },
  {
    name: "bmaeLoss of bins",
    action: "balanced MAE",
    loss: (pred, target, options) =>
      bmaeLoss(pred, target, NOISE, {
        ...options,
        bins: {
          centers: prior(target.shape[1] ?? 1).center,
          weights: PRIOR.logWeight!.map(Math.exp),
        },
      }),
    truth: balancedMae((pred) => ({
      center: prior(pred[0]!.length).center,
      logWeight: PRIOR.logWeight!,
    })),
    symmetric: false,
  },
];
