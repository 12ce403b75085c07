/**
 * The Laplace-mass kernel in tfjs operations, in blocks of rows: for `webgl`, `wasm`, `node` and
 * others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { reductionFactor } from "../log_mass/contract.ts";
import {
  type LaplaceMassAttrs,
  type LaplaceMassGradAttrs,
  type LaplaceMassGradInputs,
  type LaplaceMassInputs,
  type LaplaceMassSize,
  laplaceMassSize,
} from "./contract.ts";

/** The largest intermediate of a block of rows, in numbers: 16 MiB as float32. */
const BLOCK_SIZE = 2 ** 22;

/** See {@linkcode LaplaceMassInputs}. */
export const laplaceMassPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const tensors = inputs as unknown as LaplaceMassInputs<tf.Tensor>;
  const laplaceAttrs = attrs as unknown as LaplaceMassAttrs;
  const size = laplaceMassSize(tensors);
  const { rows, columns, dim } = size;
  const height = Math.max(1, Math.floor(BLOCK_SIZE / (columns * dim)));
  const stats = tf.tidy(() => {
    const blocks = [];
    for (let start = 0; start < rows; start += height) {
      const count = Math.min(height, rows - start);
      blocks.push(statsOfRows(tensors, start, count, size, laplaceAttrs));
    }
    return tf.concat(blocks, 1);
  });
  return [reduceLosses(stats, rows, laplaceAttrs), stats];
};

/** `|p - x| - |p - y|`, which does not cancel where p is on one side of both. */
function farther(p: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const [toX, toY] = [tf.sub(p, x), tf.sub(p, y)];
  const oneSide = tf.greaterEqual(tf.mul(tf.sign(toX), tf.sign(toY)), 0);
  const beyond = tf.mul(tf.sub(y, x), tf.sign(tf.add(toX, toY)));
  return tf.where(oneSide, beyond, tf.sub(tf.abs(toX), tf.abs(toY)));
}

/** The statistics `[3, height D]` of rows `start` to `start + height`. */
function statsOfRows(
  { pred, target, scale, center, logWeight }: LaplaceMassInputs<tf.Tensor>,
  start: number,
  height: number,
  { rows, columns, dim }: LaplaceMassSize,
  { restoreScale, ownLabel }: LaplaceMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const of = (t: tf.Tensor) =>
      tf.slice(tf.reshape(t, [rows, 1, dim]), [start, 0, 0], [height, 1, dim]);
    const [p, t] = [of(pred), of(target)];
    const b: tf.Tensor = tf.where(tf.greater(scale, 0), scale, NaN); // [] or [D]
    const columnsAt = tf.reshape(center, [1, columns, dim]);
    // All in units of the label, so that a tiny scale lets nothing overflow.
    const bias = logWeight && tf.mul(tf.reshape(logWeight, [1, columns, 1]), b);
    const nearness = (distance: tf.Tensor) => bias ? tf.sub(bias, distance) : tf.neg(distance);

    // Measured from the column that weighs most, as far as float32 tells from here, distances keep
    // their digits.
    const most = tf.argMax(nearness(tf.abs(tf.sub(p, columnsAt))), 1); // [height, D]
    const place = tf.add(
      tf.mul(most, tf.scalar(dim, "int32")),
      tf.range(0, dim, 1, "int32"),
    );
    const anchor = tf.expandDims(tf.gather(tf.reshape(center, [columns * dim]), place), 1);
    const distance = farther(p, columnsAt, anchor); // [height, columns, D]
    const near = nearness(distance);
    const peak = tf.max(near, 1, true);
    const exponentials = tf.exp(tf.div(tf.sub(near, peak), b));
    const sum = tf.sum(exponentials, 1, true);
    const mean = (x: tf.Tensor) => tf.div(tf.sum(tf.mul(exponentials, x), 1, true), sum);

    const shift = farther(p, t, anchor);
    // tf.sign(NaN) is 0, and an infinite label weighs 0: what is not finite must spoil its rows.
    const zero = (x: tf.Tensor) => tf.mul(x, 0);
    const spoil = tf.add(tf.add(zero(p), zero(t)), tf.sum(zero(columnsAt), 1, true));
    let mass = tf.add(tf.add(shift, tf.add(peak, tf.mul(tf.log(sum), b))), spoil);
    const side = tf.sign(tf.sub(p, t));
    let pull = tf.add(mean(tf.sub(side, tf.sign(tf.sub(p, columnsAt)))), spoil);
    let gap = tf.sub(mean(distance), shift);
    if (ownLabel) {
      const nats = tf.div(mass, b);
      const share = tf.sigmoid(nats); // of the prior beside the own label
      const rest = tf.log1p(tf.exp(tf.neg(tf.abs(nats))));
      mass = tf.add(tf.maximum(mass, 0), tf.mul(rest, b));
      [pull, gap] = [tf.mul(pull, share), tf.mul(gap, share)];
    }
    const loss = restoreScale ? mass : tf.div(mass, b);
    return tf.stack([loss, pull, gap].map((x) => tf.reshape(x, [height * dim])));
  });
}

/** The dimensions' losses added up and reduced over the rows. */
export function reduceLosses(
  stats: tf.Tensor,
  rows: number,
  { reduction }: LaplaceMassAttrs,
): tf.Tensor {
  return tf.tidy(() => {
    const dim = stats.shape[1]! / rows;
    const losses = tf.reshape(tf.slice(stats, [0, 0], [1, rows * dim]), [rows, dim]);
    if (reduction === "none") return dim === 1 ? tf.reshape(losses, [rows]) : tf.sum(losses, 1);
    return tf.mul(tf.sum(losses), reductionFactor(reduction, rows));
  });
}

/** See {@linkcode LaplaceMassGradInputs}. */
export const laplaceMassGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { upstream, stats, pred, scale } = inputs as unknown as LaplaceMassGradInputs<tf.Tensor>;
  const { reduction, restoreScale, of } = attrs as unknown as LaplaceMassGradAttrs;
  return tf.tidy(() => {
    const rows = pred.shape[0]!;
    const size = stats.shape[1]!;
    const statistic = tf.slice(stats, [of === "pred" ? 1 : 2, 0], [1, size]);
    const incoming = reduction === "none" ? tf.expandDims(upstream, 1) : upstream;
    const factor = reductionFactor(reduction, rows);
    const each = tf.mul(
      tf.reshape(statistic, [rows, size / rows]),
      tf.mul(incoming, factor),
    );
    if (of === "pred") return tf.reshape(restoreScale ? each : tf.div(each, scale), pred.shape);
    const sum = scale.size === 1 ? tf.sum(each) : tf.sum(each, 0);
    const byScale = tf.div(tf.reshape(sum, scale.shape), scale);
    return restoreScale ? byScale : tf.div(byScale, scale);
  });
};
