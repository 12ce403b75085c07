/**
 * The gradients of the log-mass kernel in tfjs operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sumTo } from "../long_sum.ts";
import {
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  reductionFactor,
} from "./contract.ts";
import { lossScale } from "./portable_reduce.ts";

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as LogMassGradInputs<tf.Tensor>;
  const gradAttrs = attrs as unknown as LogMassGradAttrs;
  const { reduction, restoreScale, of, dimensions } = gradAttrs;
  if (of === "noiseVar") return noiseGradient(tensors, gradAttrs);
  return tf.tidy(() => {
    const { upstream, pred, noiseVar } = tensors;
    const rows = pred.shape[0]!;
    const noiseDim = noiseVar.shape.at(-1) ?? 1;
    const each = dimensions === "each";
    const shift = byRow(tensors, each ? 2 : 1 + noiseDim, each ? 1 : pred.shape[1] ?? 1, each);
    const loss = restoreScale ? lossScale(noiseVar, dimensions) : 1;
    const cancels = restoreScale && (each || noiseDim === 1);
    const scale = cancels ? 2 : tf.div(loss, noiseVar);
    const factor = tf.mul(scale, reductionFactor(reduction, rows));
    const incoming = upstream.rank === 1 ? tf.expandDims(upstream, 1) : upstream;
    return tf.reshape(tf.mul(shift, tf.mul(incoming, factor)), pred.shape);
  });
};

/** The gradient of `noiseVar`, in its shape. */
export function noiseGradient(
  tensors: LogMassGradInputs<tf.Tensor>,
  { reduction, restoreScale, dimensions }: LogMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const { upstream, pred, noiseVar } = tensors;
    const each = dimensions === "each";
    const scores = byRow(tensors, 1, each ? 1 : noiseVar.shape.at(-1) ?? 1, each);
    const incoming = upstream.rank === 1 ? tf.expandDims(upstream, 1) : upstream;
    const scale = restoreScale ? lossScale(noiseVar, dimensions) : 1;
    const factor = tf.mul(scale, reductionFactor(reduction, pred.shape[0]!));
    const derivatives = tf.mul(scores, incoming);
    if (factor.rank === 0) return tf.mul(sumTo(derivatives, noiseVar.shape), factor);
    return sumTo(tf.mul(derivatives, factor), noiseVar.shape);
  });
}

/** `count` statistics from `first` on, by row: `[N, count]`, of one a dimension `[N, D]`. */
function byRow(
  { stats, pred }: LogMassGradInputs<tf.Tensor>,
  first: number,
  count: number,
  each: boolean,
): tf.Tensor {
  const part = tf.slice(stats, [first, 0], [count, stats.shape[1]!]);
  return each ? tf.reshape(part, [pred.shape[0]!, -1]) : tf.transpose(part);
}
