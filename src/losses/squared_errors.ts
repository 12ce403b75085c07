/**
 * The squared errors of rows in units of the noise.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { provideGradients, RESHAPE, SUB } from "../kernels/gradients.ts";
import { longSum } from "../kernels/long_sum.ts";

provideGradients(RESHAPE, SUB);

/**
 * `sum_d (pred_id - target_id)^2 / (2 noiseVar_d)` a row, `[N]`; differentiable in `pred` and
 * `noiseVar`.
 *
 * With a gradient of its own: tfjs's squares the error alone, which overflows from 1e19 on.
 */
export function squaredErrors(pred: tf.Tensor, target: tf.Tensor, noiseVar: tf.Tensor): tf.Tensor {
  const shape = [pred.shape[0]!, pred.shape[1] ?? 1];
  const errors = tf.reshape(tf.sub(pred, withoutGradient(target)), shape);
  const halves = (e: tf.Tensor, s: tf.Tensor) => tf.mul(tf.square(tf.div(e, tf.sqrt(s))), 0.5);
  return tf.customGrad((e, s, save) => {
    (save as tf.GradSaveFunc)([e as tf.Tensor, s as tf.Tensor]);
    return {
      value: tf.sum(halves(e as tf.Tensor, s as tf.Tensor), 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [e, s] = saved as [tf.Tensor, tf.Tensor];
        const incoming = tf.expandDims(dy, 1);
        const terms = tf.neg(tf.mul(incoming, tf.div(halves(e, s), s)));
        const byNoise = s.rank === 0
          ? longSum(terms)
          : tf.stack(tf.unstack(terms, 1).map((column) => longSum(column)));
        return [tf.mul(incoming, tf.div(e, s)), tf.reshape(byNoise, s.shape)];
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
