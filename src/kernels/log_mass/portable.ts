/**
 * The log-mass kernel in tfjs operations, in blocks of rows: for `webgl`, `wasm`, `node` and
 * others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  type LogMassInputs,
  type LogMassSize,
  logMassSize,
  reductionFactor,
} from "./contract.ts";
import type { ColumnTerms } from "./column_terms.ts";
import { longSum, longSums } from "../long_sum.ts";
import { rotatedTerms, spreadTerms } from "./rotated.ts";

/** The largest intermediate of a block of rows, in numbers: 16 MiB as float32. */
const BLOCK_SIZE = 2 ** 22;

/** The exponent from which a row is far from every column: see log_mass_far.wgsl. */
const FAR = 700;

/** See {@linkcode LogMassInputs}. */
export const logMassPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as LogMassInputs<tf.Tensor>;
  const { reduction, restoreScale } = attrs as unknown as LogMassAttrs;
  const size = logMassSize(tensors);
  const { rows, columns, dim } = size;
  const height = Math.max(1, Math.floor(BLOCK_SIZE / (columns * dim)));
  const stats = tf.tidy(() => {
    const blocks = [];
    for (let start = 0; start < rows; start += height) {
      blocks.push(statsOfRows(tensors, start, Math.min(height, rows - start), size));
    }
    return tf.concat(blocks, 1);
  });
  return [reduceStat(stats, 0, tensors.noiseVar, { reduction, restoreScale }), stats];
};

/** The statistics `[1 + P + D, height]` of rows `start` to `start + height`. */
function statsOfRows(
  { pred, target, noiseVar, center, logWeight, variance, rotation }: LogMassInputs<tf.Tensor>,
  start: number,
  height: number,
  { rows, columns, dim, noiseDim }: LogMassSize,
): tf.Tensor {
  return tf.tidy(() => {
    const of = (t: tf.Tensor) =>
      tf.slice(tf.reshape(t, [rows, 1, dim]), [start, 0, 0], [height, 1, dim]);
    const s: tf.Tensor = tf.where(tf.greater(noiseVar, 0), noiseVar, NaN); // [] or [D]
    const column = tf.reshape(center, [1, columns, dim]);
    const halfPrecision = tf.div<tf.Tensor>(0.5, s);
    const { origin, slope } = variance
      ? { origin: of(pred), slope: 0 }
      : originOf(of(pred), column, halfPrecision);
    // The square of a difference, less that of the origin's.
    const square = (x: tf.Tensor) => tf.neg(tf.mul(tf.mul(x, halfPrecision), tf.add(x, slope)));
    const residual = tf.sub(of(target), origin); // [height, 1, D]
    const ownTerms = square(residual); // of q_i
    const own = tf.sum(ownTerms, 2); // [height, 1]

    const termsOf = (): ColumnTerms => {
      if (rotation) return rotatedTerms(origin, s, { center, variance: variance!, rotation });
      const e = tf.sub(column, origin);
      const terms = variance
        ? spreadTerms(e, tf.reshape(variance, [1, columns, dim]), s)
        : { exponent: square(e), label: e, score: tf.neg(tf.div(square(e), s)) };
      return { ...terms, exponent: tf.sum(terms.exponent, 2) };
    };
    const { exponent, label, score } = termsOf();
    const logits = logWeight === undefined ? exponent : tf.add(exponent, logWeight);
    const peak = tf.max(logits, 1, true);
    const weights = tf.exp(tf.sub(logits, peak));
    const mass = tf.sum(weights, 1, true);
    const softmax = tf.div(weights, mass);
    const logMass = tf.add(tf.sub(peak, own), tf.log(mass));
    // [height, D]
    const weighted = (t: tf.Tensor) => tf.sum(tf.mul(tf.expandDims(softmax, 2), t), 1);
    const ownScore = tf.squeeze(tf.div(ownTerms, s), [1]);
    const noiseScore = noiseDim === dim
      ? tf.add(weighted(score), ownScore)
      : tf.add(tf.sum(weighted(score), 1, true), tf.sum(ownScore, 1, true));
    const shift = tf.sub(weighted(label), tf.squeeze(residual, [1]));
    // An infinite label has weight 0 and would vanish from logMass alone.
    const finite = tf.all(tf.isFinite(shift), 1, true);
    return tf.transpose(tf.concat([tf.where(finite, logMass, NaN), noiseScore, shift], 1));
  });
}

/**
 * What each row's labels are measured from, `[height, 1, D]`, and `slope = -2 (pred - origin)`: the
 * prediction, or a column where it is far outside of all, as far from that column as from the
 * others; see log_mass_far.wgsl.
 */
function originOf(pred: tf.Tensor, columns: tf.Tensor, halfPrecision: tf.Tensor) {
  const anchor = tf.slice(columns, [0, 0, 0], [1, 1, -1]);
  const exponent = (x: tf.Tensor) =>
    tf.sum(tf.mul(tf.squaredDifference(x, pred), halfPrecision), 2, true);
  const inside = tf.minimum(tf.maximum(pred, tf.min(columns, 1, true)), tf.max(columns, 1, true));
  const nearest = exponent(inside); // no column is nearer
  const far = tf.logicalAnd(
    tf.greater(nearest, FAR),
    tf.lessEqual(exponent(anchor), tf.mul(nearest, 1.1)),
  );
  const origin: tf.Tensor = tf.where(far, anchor, pred);
  return { origin, slope: tf.mul(tf.sub(pred, origin), -2) };
}

/** One statistic `[N]`, times twice the mean of `noiseVar` where the loss restores its scale. */
export function scaledRows(
  stats: tf.Tensor,
  statistic: number,
  noiseVar: tf.Tensor,
  restoreScale: boolean,
): tf.Tensor {
  return tf.tidy(() => {
    const length = stats.shape[1]!;
    const rows = tf.reshape(tf.slice(stats, [statistic, 0], [1, length]), [length]);
    return restoreScale ? tf.mul(rows, tf.mul(tf.mean(noiseVar), 2)) : rows;
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
    return tf.mul(longSum(rows), reductionFactor(reduction, stats.shape[1]!));
  });
}

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { upstream, stats, pred, noiseVar } = inputs as unknown as LogMassGradInputs<tf.Tensor>;
  const { reduction, restoreScale, of } = attrs as unknown as LogMassGradAttrs;
  if (of === "noiseVar") {
    return noiseGradient(upstream, stats, noiseVar, { reduction, restoreScale });
  }
  return tf.tidy(() => {
    const noiseDim = noiseVar.shape[0] ?? 1;
    const dim = stats.shape[0]! - 1 - noiseDim;
    const rows = stats.shape[1]!;
    const shift = tf.transpose(tf.slice(stats, [1 + noiseDim, 0], [dim, rows]));
    const loss = restoreScale ? tf.mul(tf.mean(noiseVar), 2) : 1;
    const scale = noiseDim === 1 && restoreScale ? 2 : tf.div(loss, noiseVar);
    const factor = tf.mul(scale, reductionFactor(reduction, rows));
    const incoming = reduction === "none" ? tf.expandDims(upstream, 1) : upstream;
    return tf.reshape(tf.mul(shift, tf.mul(incoming, factor)), pred.shape);
  });
};

/** The gradient of `noiseVar`, in its shape. */
export function noiseGradient(
  upstream: tf.Tensor,
  stats: tf.Tensor,
  noiseVar: tf.Tensor,
  { reduction, restoreScale }: LogMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const rows = stats.shape[1]!;
    const scores = tf.slice(stats, [1, 0], [noiseVar.size, rows]);
    const sums = longSums(tf.mul(scores, upstream));
    const scale = restoreScale ? tf.mul(tf.mean(noiseVar), 2) : 1;
    const gradient = tf.mul(sums, tf.mul(scale, reductionFactor(reduction, rows)));
    return tf.reshape(gradient, noiseVar.shape);
  });
}
