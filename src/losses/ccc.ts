/**
 * The concordance-correlation loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "../check/check_options.ts";
import type { Tensor } from "../tensor.ts";
import { asFloat32 } from "./as_float32.ts";
import { checkRows } from "./check_rows.ts";
import { keepRows } from "./keep_rows.ts";
import { ROW_OPTIONS, type RowOptions } from "./row_options.ts";
import { type RowTensors, rowTensors } from "./row_tensors.ts";

/** Options of {@linkcode cccLoss}: those of other losses, but for `reduction`. */
export type CccOptions = Omit<RowOptions, "reduction">;

const ACTION = "CCC loss";
const NAMES = ROW_OPTIONS.filter((name) => name !== "reduction");

/**
 * Concordance-correlation loss: 1 less Lin's coefficient of the batch, `1 - 2 cov / (var(pred) +
 * var(target) + (mean(pred) - mean(target))^2)`; of several columns the mean.
 *
 * Choose it where {@linkcode concordanceCorrelation} is what counts (valence and arousal, say): it
 * holds predictions apart, as MSE does not, which shrinks them towards the mean. It knows nothing
 * of rare labels: `weights` from {@linkcode labelWeights} make it, which then weigh the moments.
 *
 * It is a matter of the batch: take dozens of rows or more. Batches that are trained in parts have
 * the coefficient of each part.
 *
 * @param pred Predictions `[N]`, `[N, 1]` or `[N, D]`, float32, in units of the label.
 * @param target Labels, in the shape of `pred`; float32, int32 or bool.
 * @param options Weights and mask.
 * @returns The loss, from 0 to 2, `[]`, without unit. 1, with gradients of 0, of a single row or of
 * predictions and labels that are all one number. NaN elements give NaN, unless masked.
 * @throws {TypeError} If a tensor's kind, rank, dtype or shape is wrong (`[N]` against `[N, 1]` is
 * not broadcast), an array has a wrong length, a tensor is disposed, or an option is unknown or of
 * the wrong kind.
 * @throws {RangeError} If the batch is empty, or an array of weights holds a negative or NaN value
 * or nothing but 0.
 *
 * @example A rising line that is too flat
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { cccLoss } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const loss = cccLoss(tf.tensor1d([1.5, 2, 2.5]), tf.tensor1d([1, 2, 3]));
 * assertAlmostEquals((await loss.data())[0]!, 0.2, 1e-6);
 * ```
 *
 * @see Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, Biometrics 45, 1989.
 */
export function cccLoss(pred: Tensor, target: Tensor, options: CccOptions = {}): Tensor {
  checkOptions(options, NAMES, `Cannot compute ${ACTION}`);
  return tf.tidy(() => {
    checkRows(pred, target, ACTION);
    const row = rowTensors(options, pred.shape[0]!, ACTION);
    return tf.customGrad((p, t, save) => {
      const [x, y, share] = columns(p as Tensor, t as Tensor, row);
      const coefficient = concordance(x, y, share).coefficient;
      (save as tf.GradSaveFunc)([x, y, share]);
      return {
        value: tf.sub(1, tf.mean(coefficient)),
        gradFunc: (upstream: Tensor, saved: Tensor[]) => {
          const [x, y, share] = saved as [Tensor, Tensor, Tensor];
          const { coefficient, spread, dx, dy, shift, size } = concordance(x, y, share);
          // Of x: -2 share ((y - meanY) - coefficient (x - meanY)) / spread, and the same of y.
          const factor = tf.mul(share, tf.mul(upstream, -2 / x.shape[1]!));
          const scale = tf.divNoNan(tf.divNoNan(factor, spread), size);
          const slope = (from: Tensor, to: Tensor) =>
            tf.reshape(tf.mul(scale, tf.sub(to, tf.mul(coefficient, from))), pred.shape);
          return [slope(tf.add(dx, shift), dy), slope(tf.sub(dy, shift), dx)];
        },
      };
    })(pred, asFloat32(target));
  });
}

/** Both as `[N, D]`, 0 where masked, and each row's part of the moments, `[N, 1]`, of sum 1. */
function columns(
  pred: Tensor,
  target: Tensor,
  { weights, mask }: RowTensors,
): [Tensor, Tensor, Tensor] {
  const rows = pred.shape[0]!;
  const keep = (x: Tensor) => mask ? keepRows(x, mask) : x;
  const column = (values: Tensor) => tf.reshape(keep(values), [rows, -1]);
  const given = keep(weights ?? tf.ones([rows]));
  const parts = weights ? tf.divNoNan(given, tf.max(given)) : given; // their sum may overflow
  return [column(pred), column(target), tf.reshape(tf.divNoNan(parts, tf.sum(parts)), [rows, 1])];
}

/**
 * The coefficient of each column, what it is divided by, and the difference of the means, each
 * `[1, D]`; with the differences from the means, `[N, D]`: all of them, and so the squares, in
 * units of a column's greatest difference, its `size`, so that no square overflows or vanishes.
 */
function concordance(x: Tensor, y: Tensor, share: Tensor) {
  const mean = (values: Tensor) => tf.sum(tf.mul(share, values), 0, true);
  // From the row that weighs most: a mean of what is far from 0 has lost the digits of differences.
  const heaviest = tf.argMax(share, 0);
  const counts = tf.step(share); // a row of weight 0 is not to set the size
  const center = (values: Tensor) => {
    const near = tf.sub(values, tf.gather(values, heaviest));
    return tf.mul(counts, tf.sub(near, mean(near)));
  };
  const [farX, farY] = [center(x), center(y)];
  const farShift = mean(tf.sub(x, y)); // not the difference of the means, for the same reason
  const greatest = (values: Tensor) => tf.max(tf.abs(values), 0, true);
  const size = tf.maximum(tf.maximum(greatest(farX), greatest(farY)), tf.abs(farShift));
  const [dx, dy, shift] = [farX, farY, farShift].map((values) => tf.divNoNan(values, size)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const squares = mean(tf.add(tf.square(dx), tf.square(dy)));
  const spread = tf.add(squares, tf.square(shift));
  const coefficient = tf.divNoNan(tf.mul(2, mean(tf.mul(dx, dy))), spread);
  return { coefficient, spread, dx, dy, shift, size };
}
