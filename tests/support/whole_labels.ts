/** Losses of whole numbers, by how these are made. */
import * as tf from "@tensorflow/tfjs";
import {
  balancedMse,
  bmcLoss,
  bniLoss,
  focalMaeLoss,
  focalMseLoss,
  gaiLoss,
  huberLoss,
  layersLoss,
  maeLoss,
  mseLoss,
  type Tensor,
} from "../../mod.ts";

/** How whole numbers come. The first is what the others must agree with, bit by bit. */
export type Maker = (values: number[], shape?: number[]) => Tensor;
export const plain: Maker = (values, shape) => tf.tensor(values, shape, "float32");
export const MAKERS: Record<string, Maker> = {
  int32: (values, shape) => tf.tensor(values, shape, "int32"),
  "int32, cast": (values, shape) => tf.cast(tf.tensor(values, shape, "int32"), "float32"),
};

export const ROWS = 1100;
export const degrees = Array.from({ length: ROWS }, (_, i) => -20 + (i * 7) % 60);
export const flags = degrees.map((degree) => Number(degree > 0));
/** Predictions near the degrees, and near the flags, `[N]`. */
export const predictions = () => tf.tensor1d(degrees.map((degree, i) => degree + 4 * Math.sin(i)));
export const shares = () => tf.tensor1d(degrees.map((degree, i) => flags[i]! + degree / 100));

/** A float32 tensor's, whatever else is cast. */
export const VARIANCE = 16;

/** What takes whole numbers, as a function of how they are made. */
export const CALLS: Record<string, (make: Maker) => Tensor | Tensor[]> = {
  target: (make) => bmcLoss(predictions(), make(degrees), VARIANCE),
  "target, direct": (make) => bmcLoss(predictions(), make(degrees), VARIANCE, { method: "direct" }),
  "target, linear": (make) => bmcLoss(predictions(), make(degrees), VARIANCE, { method: "linear" }),
  "target [N, 2]": (make) =>
    bmcLoss(
      tf.stack([predictions(), shares()], 1),
      make(degrees.concat(degrees), [ROWS, 2]),
      VARIANCE,
    ),
  "target of 3 rows": (make) => bmcLoss(tf.tensor1d([-20, 3, 40]), make([-20, 1, 42]), VARIANCE),
  "target in 130-D": (make) =>
    bmcLoss(tf.zeros([8, 130]), make(degrees.slice(0, 1040), [8, 130]), VARIANCE),
  "gradients of pred and noise": (make) => {
    const target = make(degrees);
    const loss = (p: tf.Tensor, s: tf.Tensor) => bmcLoss(p, target, s) as tf.Scalar;
    return tf.grads(loss)([predictions(), tf.scalar(VARIANCE)]);
  },
  reference: (make) =>
    bmcLoss(predictions(), plain(degrees), VARIANCE, { reference: make(degrees.slice(0, 700)) }),
  centers: (make) =>
    bniLoss(predictions(), plain(degrees), VARIANCE, {
      centers: make([-20, -10, 5, 20, 30]),
      weights: tf.tensor1d([1, 2, 3, 2, 1]),
    }),
  "weights of bins": (make) =>
    bniLoss(predictions(), plain(degrees), VARIANCE, {
      centers: [-20, -10, 5, 20, 30],
      weights: make([1, 2, 3, 0, 1]),
    }),
  mixture: (make) =>
    gaiLoss(predictions(), make(degrees), VARIANCE, {
      weights: make([1, 2]),
      means: make([-10, 10]),
      variances: make([9, 25]),
    }),
  "mixture with covariances": (make) =>
    gaiLoss(
      tf.stack([predictions(), shares()], 1),
      make(degrees.concat(degrees), [ROWS, 2]),
      VARIANCE,
      {
        weights: make([1, 2]),
        means: make([-10, 10, 0, 20], [2, 2]),
        covariances: [[[9, 1], [1, 4]], [[25, 2], [2, 9]]],
      },
    ),
  prior: (make) =>
    balancedMse(predictions(), make(degrees), VARIANCE, {
      center: make([-20, 0, 20]),
      logWeight: make([-1, 0, -2]),
      variance: make([4, 9, 0]),
    }),
  "prior [M, 2] with a variance a column": (make) =>
    balancedMse(
      tf.stack([predictions(), shares()], 1),
      make(degrees.concat(degrees), [ROWS, 2]),
      16,
      {
        center: make([-20, 0, 20, -10], [2, 2]),
        variance: make([4, 9]),
      },
    ),
  "terms weighed apart": (make) =>
    bmcLoss(predictions(), make(degrees), VARIANCE, { mseWeight: 2, priorWeight: 0.5 }),
  "weights of rows": (make) => bmcLoss(predictions(), make(degrees), 16, { weights: make(flags) }),
  mask: (make) => bmcLoss(predictions(), make(degrees), VARIANCE, { mask: make(flags) }),
  "mask of a reference": (make) =>
    bmcLoss(predictions(), make(degrees), VARIANCE, {
      mask: make(flags),
      reference: make(degrees),
    }),
  mse: (make) => mseLoss(predictions(), make(degrees)),
  "mse, weights and mask": (make) =>
    mseLoss(predictions(), make(degrees), { weights: make(degrees), mask: make(flags) }),
  mae: (make) => maeLoss(predictions(), make(degrees)),
  huber: (make) => huberLoss(predictions(), make(degrees), { reduction: "none" }),
  "focal mse": (make) => focalMseLoss(predictions(), make(degrees)),
  "focal mae": (make) => focalMaeLoss(predictions(), make(degrees)),
  "layers loss": (make) =>
    layersLoss((p, y) => bmcLoss(p, y, VARIANCE))(make(degrees), predictions()),
};
