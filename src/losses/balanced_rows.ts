/**
 * Balanced MSE with weights, a mask, or terms that are weighed apart: row by row, in tfjs operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { logMass } from "../kernels/log_mass/log_mass.ts";
import type { LogMassInputs, Method } from "../kernels/log_mass/contract.ts";
import { logMassRotated } from "../kernels/log_mass/rotated.ts";
import { keepRows } from "./keep_rows.ts";
import { offTape } from "./off_tape.ts";
import { reduceRows } from "./reduce_rows.ts";
import type { RowTensors } from "./row_tensors.ts";

interface Terms {
  readonly restoreScale: boolean;
  readonly mseWeight: number;
  readonly priorWeight: number;
  readonly ownLabel: boolean;
  readonly method: Method;
}

/** The reduced loss; called within a tidy. */
export function balancedRows(
  inputs: LogMassInputs<tf.Tensor>,
  rotation: tf.Tensor | undefined,
  row: RowTensors,
  { mseWeight, priorWeight, restoreScale, ownLabel, method }: Terms,
): tf.Tensor {
  const { mask } = row;
  if (mask) {
    // Rows left out may hold NaN, and 0 times NaN is NaN: they become a row at its label, 0.
    inputs = {
      ...inputs,
      pred: keepRows(inputs.pred, mask),
      target: keepRows(inputs.target, mask),
    };
  }
  let rows = rotation
    ? logMassRotated({ ...inputs, rotation })
    : logMass(inputs, { reduction: "none", restoreScale: false, method });
  // The rows are log mass less the own label's log-density: its column adds exp(0).
  if (ownLabel) rows = tf.softplus(rows);
  if (mseWeight !== 1 || priorWeight !== 1) {
    // a nll + b mass = b (nll + mass) + (a - b) nll
    const nll = tf.mul(negativeLogLikelihood(inputs), mseWeight - priorWeight);
    rows = tf.add(tf.mul(rows, priorWeight), nll);
  }
  if (restoreScale) rows = tf.mul(rows, offTape(() => tf.mul(tf.mean(inputs.noiseVar), 2)));
  return reduceRows(rows, row);
}

/** -log N(target_i; pred_i, noiseVar), `[N]`. */
function negativeLogLikelihood({ pred, target, noiseVar }: LogMassInputs<tf.Tensor>): tf.Tensor {
  const dim = pred.shape[1] ?? 1;
  const shape = [pred.shape[0]!, dim];
  const squares = tf.reshape(tf.squaredDifference(pred, target), shape);
  // A noise that is not above 0 must give NaN; its logarithm does, but for 0 itself.
  const precision = tf.div(0.5, noiseVar);
  const logs = tf.mul(tf.log(tf.mul(noiseVar, 2 * Math.PI)), 0.5);
  const norm = noiseVar.rank === 0 ? tf.mul(logs, dim) : tf.sum(logs);
  return tf.add(tf.sum(tf.mul(squares, precision), 1), norm);
}
