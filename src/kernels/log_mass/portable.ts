/**
 * The log-mass kernel in tfjs operations, in blocks of rows: for `webgl`, `wasm`, `node` and
 * others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { hasNoiseByRow, type LogMassAttrs, type LogMassInputs } from "./contract.ts";
import type { ColumnTerms } from "./column_terms.ts";
import { reduceStat } from "./portable_reduce.ts";
import { rotatedTerms, spreadTerms } from "./rotated.ts";

/** The largest intermediate of a block of rows, in numbers: 16 MiB as float32. */
const BLOCK_SIZE = 2 ** 22;

/** The exponent from which a row is far from every column: see log_mass_far.wgsl. */
const FAR = 700;

/** See {@linkcode LogMassInputs}. */
export const logMassPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as LogMassInputs<tf.Tensor>;
  const kernelAttrs = attrs as unknown as LogMassAttrs;
  const [rows, columns] = [tensors.pred.shape[0]!, tensors.center.shape[0]!];
  const height = Math.max(1, Math.floor(BLOCK_SIZE / (columns * (tensors.pred.shape[1] ?? 1))));
  const stats = tf.tidy(() => {
    const blocks = [];
    for (let start = 0; start < rows; start += height) {
      blocks.push(statsOfRows(tensors, start, Math.min(height, rows - start), kernelAttrs));
    }
    return tf.concat(blocks, 1);
  });
  return [reduceStat(stats, 0, tensors.noiseVar, rows, kernelAttrs), stats];
};

/** The statistics of rows `start` to `start + height`: `[1 + P + D, height]`, `[3, height D]`. */
function statsOfRows(
  { pred, target, noiseVar, center, logWeight, variance, rotation }: LogMassInputs<tf.Tensor>,
  start: number,
  height: number,
  { dimensions }: LogMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const each = dimensions === "each";
    // Dimensions that are for themselves are not added.
    const join: Join = each ? (x) => x : (x) => tf.sum(x, 2, true);
    const of = (t: tf.Tensor) => {
      const width = t.shape[1] ?? 1;
      const rows = tf.reshape(t, [pred.shape[0]!, 1, width]);
      return tf.slice(rows, [start, 0, 0], [height, 1, width]);
    };
    const ofColumns = (t: tf.Tensor) => tf.reshape(t, [1, t.shape[0]!, t.shape[1] ?? 1]);
    const noise = hasNoiseByRow({ noiseVar }) ? of(noiseVar) : noiseVar;
    const s: tf.Tensor = tf.where(tf.greater(noise, 0), noise, NaN); // [], [D] or [height, 1, P]
    const column = ofColumns(center);
    const halfPrecision = tf.div<tf.Tensor>(0.5, s);
    const { origin, slope } = variance
      ? { origin: of(pred), slope: 0 }
      : originOf(of(pred), column, halfPrecision, join);
    // The square of a difference, less that of the origin's.
    const square = (x: tf.Tensor) => tf.neg(tf.mul(tf.mul(x, halfPrecision), tf.add(x, slope)));
    const residual = tf.sub(of(target), origin); // [height, 1, D]
    const ownTerms = square(residual); // of q_i

    const termsOf = (): ColumnTerms => {
      if (rotation) return rotatedTerms(origin, s, { center, variance: variance!, rotation });
      const e = tf.sub(column, origin);
      const terms = variance
        ? spreadTerms(e, ofColumns(variance), s)
        : { exponent: square(e), label: e, score: tf.neg(tf.div(square(e), s)) };
      return { ...terms, exponent: join(terms.exponent) };
    };
    const { exponent, label, score } = termsOf(); // [height, columns, D], of exponents their sum
    const logits = logWeight === undefined ? exponent : tf.add(exponent, ofColumns(logWeight));
    const peak = tf.max(logits, 1, true);
    const weights = tf.exp(tf.sub(logits, peak));
    const mass = tf.sum(weights, 1, true);
    const softmax = tf.div(weights, mass);
    const logMass = tf.add(tf.sub(peak, join(ownTerms)), tf.log(mass)); // [height, 1, 1 or D]
    const weighted = (t: tf.Tensor) => tf.sum(tf.mul(softmax, t), 1, true); // [height, 1, D]
    const scores = [weighted(score), tf.div(ownTerms, s)];
    const noiseDim = each ? 1 : noiseVar.shape.at(-1) ?? 1;
    const isCommon = !each && noiseDim < ownTerms.shape[2]!;
    const [mean, own] = isCommon ? scores.map((x) => tf.sum(x, 2, true)) : scores;
    const shift = tf.sub(weighted(label), residual);
    // An infinite label has weight 0 and would vanish from logMass alone.
    const isFinite = tf.isFinite(shift);
    const sound = tf.where(each ? isFinite : tf.all(isFinite, 2, true), logMass, NaN);
    const all = [sound, tf.add(mean!, own!), shift];
    if (each) return tf.stack(all.map((x) => tf.reshape(x, [-1])));
    return tf.transpose(tf.squeeze(tf.concat(all, 2), [1]));
  });
}

/** From the terms of dimensions, the last axis, to those of a problem: their sum, or themselves. */
type Join = (x: tf.Tensor) => tf.Tensor;

/**
 * What each row's labels are measured from, `[height, 1, D]`, and `slope = -2 (pred - origin)`: the
 * prediction, or a column where it is far outside of all, as far from that column as from the
 * others; see log_mass_far.wgsl.
 */
function originOf(pred: tf.Tensor, columns: tf.Tensor, halfPrecision: tf.Tensor, join: Join) {
  const anchor = tf.slice(columns, [0, 0, 0], [1, 1, -1]);
  const exponent = (x: tf.Tensor) => join(tf.mul(tf.squaredDifference(x, pred), halfPrecision));
  const inside = tf.minimum(tf.maximum(pred, tf.min(columns, 1, true)), tf.max(columns, 1, true));
  const nearest = exponent(inside); // no column is nearer
  const far = tf.logicalAnd(
    tf.greater(nearest, FAR),
    tf.lessEqual(exponent(anchor), tf.mul(nearest, 1.1)),
  );
  const origin: tf.Tensor = tf.where(far, anchor, pred);
  return { origin, slope: tf.mul(tf.sub(pred, origin), -2) };
}
