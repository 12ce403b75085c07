/** The authors' cases as calls of the module: imported by tests, and bundled for browsers. */
import * as tf from "@tensorflow/tfjs";
import { bmcLoss, bniLoss, gaiLoss } from "../../mod.ts";

/** One case: arguments, and what the authors' code made of them. */
export interface AuthorsCase {
  name: string;
  kind: "bmc" | "bni" | "gai" | "gai-md";
  pred: number[][];
  target: number[][];
  noiseVar: number;
  loss: number;
  gradPred: number[][];
  gradNoiseVar: number;
  bucketCenters: number[];
  bucketWeights: number[];
  weights: number[];
  means: number[] | number[][];
  variances: number[];
  covariances: number[][][];
}

/** Loss, gradient of `pred` and gradient of `noiseVar`, still on the device. */
export function authorsResult(test: AuthorsCase): tf.Tensor[] {
  const labels = tf.tensor2d(test.target);
  const { value, grads } = tf.valueAndGrads((pred: tf.Tensor, noiseVar: tf.Tensor) =>
    lossOf(test)(pred, labels, noiseVar) as tf.Scalar
  )([tf.tensor2d(test.pred), tf.scalar(test.noiseVar)]);
  return [value, ...grads];
}

function lossOf(
  { kind, bucketCenters, bucketWeights, weights, means, variances, covariances }: AuthorsCase,
) {
  return (pred: tf.Tensor, target: tf.Tensor, noiseVar: tf.Tensor): tf.Tensor => {
    switch (kind) {
      case "bmc":
        return bmcLoss(pred, target, noiseVar);
      case "bni":
        return bniLoss(pred, target, noiseVar, { centers: bucketCenters, weights: bucketWeights });
      case "gai":
        return gaiLoss(pred, target, noiseVar, { weights, means, variances });
      case "gai-md":
        return gaiLoss(pred, target, noiseVar, { weights, means, covariances });
    }
  };
}
