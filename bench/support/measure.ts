/** Times a loss of tfjs and keeps what it gave, so that a wrong result does not pass as a fast one. */
import * as tf from "@tensorflow/tfjs";
import { peerBatch, type PeerResult } from "../peers/batch.ts";
import { time } from "./time.ts";
import { lossAndGradient } from "./work.ts";

/** How far two results may be apart, relatively: all are the same formula in float32. */
export const AGREEMENT = 1e-3;

export type Loss = (pred: tf.Tensor2D, target: tf.Tensor2D) => tf.Scalar;
export type Batch = { pred: tf.Tensor2D; target: tf.Tensor2D };

/** A result without a timing. */
export type Values = Pick<PeerResult, "loss" | "gradient">;

/** The peers' batch as tensors of the current backend. */
export function batchOf(size: number): Batch {
  const { pred, target } = peerBatch(size);
  return { pred: tf.tensor2d(pred, [size, 1]), target: tf.tensor2d(target, [size, 1]) };
}

/** A batch without an order that sorting could gain by: normal, with deviation 1, the same in every run. */
export function normalBatch(size: number): Batch {
  const normal = (seed: number) => tf.randomNormal([size, 1], 0, 1, "float32", seed) as tf.Tensor2D;
  return { pred: normal(1), target: normal(2) };
}

/** What a loss gives on the current backend. */
export async function valuesOf(loss: Loss, { pred, target }: Batch): Promise<Values> {
  const { value, grad } = tf.valueAndGrad((p) => loss(p as tf.Tensor2D, target))(pred);
  const squares = tf.mul(tf.sum(tf.square(grad)), pred.shape[0]);
  const [[lossValue], [gradient]] = [await value.data(), await squares.data()];
  tf.dispose([value, grad, squares]);
  return { loss: lossValue!, gradient: gradient! };
}

/** Times loss and gradient on the current backend. */
export async function measure(loss: Loss, batch: Batch): Promise<PeerResult> {
  const timing = await time(lossAndGradient(loss, batch.pred, batch.target));
  return { size: batch.pred.shape[0], ...timing, ...await valuesOf(loss, batch) };
}

/** Whether two results of a size agree in loss and gradient. */
export function agrees(theirs: Values, own: Values): boolean {
  return (["loss", "gradient"] as const).every((key) =>
    Math.abs(theirs[key] - own[key]) <= AGREEMENT * Math.abs(own[key])
  );
}
