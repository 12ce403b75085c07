/**
 * The squared errors of rows in units of the noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Dimensions } from "../kernels/log_mass/contract.ts";
import { provideGradients, RESHAPE, SUB } from "../kernels/gradients.ts";
import { sumTo } from "../kernels/long_sum.ts";

provideGradients(RESHAPE, SUB);

/**
 * `sum_d (pred_id - target_id)^2 / (2 noiseVar_d)` a row, `[N]`, or the terms of dimensions that
 * are for themselves, `[N, D]`; differentiable in `pred` and `noiseVar`.
 *
 * With a gradient of its own: tfjs's squares the error alone, which overflows from 1e19 on.
 */
export function squaredErrors(
  pred: tf.Tensor,
  target: tf.Tensor,
  noiseVar: tf.Tensor,
  dimensions: Dimensions,
): tf.Tensor {
  const shape = [pred.shape[0]!, pred.shape[1] ?? 1];
  const errors = tf.reshape(tf.sub(pred, withoutGradient(target)), shape);
  const halves = (e: tf.Tensor, s: tf.Tensor) => tf.mul(tf.square(tf.div(e, tf.sqrt(s))), 0.5);
  return tf.customGrad((e, s, save) => {
    (save as tf.GradSaveFunc)([e as tf.Tensor, s as tf.Tensor]);
    const terms = halves(e as tf.Tensor, s as tf.Tensor);
    return {
      value: dimensions === "each" ? terms : tf.sum(terms, 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [e, s] = saved as [tf.Tensor, tf.Tensor];
        const incoming = dy.rank === 1 ? tf.expandDims(dy, 1) : dy;
        const terms = tf.neg(tf.mul(incoming, tf.div(halves(e, s), s)));
        return [tf.mul(incoming, tf.div(e, s)), sumTo(terms, s.shape)];
      },
    };
  })(errors, noiseVar);
}

/** The same labels; whoever asks for their gradient gets an error, as from the other term. */
function withoutGradient(target: tf.Tensor): tf.Tensor {
  return tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: () => {
      throw new Error(
        "Cannot differentiate log mass in target: only pred and noiseVar, and only once",
      );
    },
  }))(target);
}
