/**
 * The log-mass kernel in tfjs operations, in blocks of rows: for `webgl`, `wasm`, `node` and others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  logMassSize,
  reductionFactor,
} from "./log_mass_kernel.ts";

/** The largest intermediate of a block of rows, in numbers: 16 MiB as float32. */
const BLOCK_SIZE = 2 ** 22;

/** See {@linkcode LogMassInputs}. */
export const logMassPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as LogMassInputs<tf.Tensor>;
  const { reduction, restoreScale } = attrs as unknown as LogMassAttrs;
  const { rows, columns, dim } = logMassSize(tensors);
  const height = Math.max(1, Math.floor(BLOCK_SIZE / (columns * dim)));
  const stats = tf.tidy(() => {
    const blocks = [];
    for (let start = 0; start < rows; start += height) {
      blocks.push(statsOfRows(tensors, start, Math.min(height, rows - start), columns, dim));
    }
    return tf.concat(blocks, 1);
  });
  return [reduceStat(stats, 0, tensors.noiseVar, { reduction, restoreScale }), stats];
};

/** The statistics `[D + 2, height]` of rows `start` to `start + height`. */
function statsOfRows(
  { pred, target, noiseVar, center, logWeight, variance }: LogMassInputs<tf.Tensor>,
  start: number,
  height: number,
  columns: number,
  dim: number,
): tf.Tensor {
  return tf.tidy(() => {
    const rows = pred.shape[0]!;
    const of = (t: tf.Tensor) =>
      tf.slice(tf.reshape(t, [rows, 1, dim]), [start, 0, 0], [height, 1, dim]);
    const s: tf.Tensor = tf.where(tf.greater(noiseVar, 0), noiseVar, NaN);
    const e = tf.sub(tf.reshape(center, [1, columns, dim]), of(pred));
    const residual = tf.sub(of(target), of(pred)); // [height, 1, D]
    const halfPrecision = tf.div(0.5, s);
    const own = tf.mul(tf.sum(tf.square(residual), 2), tf.neg(halfPrecision)); // q_i, [height, 1]

    let q: tf.Tensor; // [height, columns], the logit without its weight
    let label: tf.Tensor; // [height, columns, D], E[label - pred | column]
    let score: tf.Tensor; // [height, columns], d q / d s
    if (variance === undefined) {
      q = tf.mul(tf.sum(tf.square(e), 2), tf.neg(halfPrecision));
      label = e;
      score = tf.neg(tf.div(q, s));
    } else {
      const v = tf.reshape(variance, [1, columns, dim]);
      const r = tf.div(s, tf.add(v, s));
      label = tf.mul(r, e);
      const square = tf.mul(tf.mul(label, e), halfPrecision);
      q = tf.sum(tf.sub(tf.mul(tf.log(r), 0.5), square), 2);
      const change = tf.add(tf.div(v, tf.add(v, s)), tf.div(tf.square(label), s));
      score = tf.mul(tf.sum(change, 2), halfPrecision);
    }
    const logits = logWeight === undefined ? q : tf.add(q, logWeight);
    const peak = tf.max(logits, 1, true);
    const weights = tf.exp(tf.sub(logits, peak));
    const mass = tf.sum(weights, 1, true);
    const softmax = tf.div(weights, mass);
    const logMass = tf.add(tf.sub(peak, own), tf.log(mass));
    const noiseScore = tf.add(tf.sum(tf.mul(softmax, score), 1, true), tf.div(own, s));
    const mean = tf.sum(tf.mul(tf.expandDims(softmax, 2), label), 1);
    const shift = tf.sub(mean, tf.squeeze(residual, [1]));
    // An infinite label has weight 0 and would vanish from logMass alone.
    const finite = tf.all(tf.isFinite(shift), 1, true);
    return tf.transpose(tf.concat([tf.where(finite, logMass, NaN), noiseScore, shift], 1));
  });
}

/** One statistic `[N]`, times `2 noiseVar` where the loss restores its scale. */
export function scaledRows(
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.Tensor,
  restoreScale: boolean,
): tf.Tensor {
  return tf.tidy(() => {
    const length = stats.shape[1]!;
    const rows = tf.reshape(tf.slice(stats, [statistic, 0], [1, length]), [length]);
    return restoreScale ? tf.mul(rows, tf.mul(noiseVar, 2)) : rows;
  });
}

/** One statistic reduced over the rows: `[]`, or `[N]` for reduction `none`. */
export function reduceStat(
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.Tensor,
  { reduction, restoreScale }: LogMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const rows = scaledRows(stats, statistic, noiseVar, restoreScale);
    if (reduction === "none") return rows;
    return tf.mul(tf.sum(rows), reductionFactor(reduction, stats.shape[1]!));
  });
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { upstream, stats, pred, noiseVar } = inputs as unknown as LogMassGradInputs<tf.Tensor>;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  if (of === "noiseVar") {
    return tf.tidy(() => {
      const scores = reduceStat(stats, 1, noiseVar, { reduction, restoreScale });
      return tf.sum(tf.mul(upstream, scores));
    });
  }
  const [height, rows] = stats.shape as [number, number];
  return tf.tidy(() => {
    const shift = tf.transpose(tf.slice(stats, [2, 0], [height - 2, rows]));
    const scale = restoreScale ? tf.scalar(2) : tf.div(1, noiseVar);
    const factor = tf.mul(scale, reductionFactor(reduction, rows));
    const incoming = reduction === "none" ? tf.expandDims(upstream, 1) : upstream;
    return tf.reshape(tf.mul(shift, tf.mul(incoming, factor)), pred.shape);
  });
};
