/**
 * Balanced MSE with weights, a mask, or terms that are weighed apart: row by row, in tfjs
 * operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  ADD,
  AT_LEAST,
  LOGARITHM,
  MULTIPLY,
  NEGATE,
  provideGradients,
  SELECT,
  SOFTPLUS,
  SUB,
  SUM,
} from "../kernels/gradients.ts";
import { logMass } from "../kernels/log_mass/log_mass.ts";
import {
  type Dimensions,
  hasNoiseByRow,
  type LogMassInputs,
  type Method,
} from "../kernels/log_mass/contract.ts";
import { lossScale } from "../kernels/log_mass/portable_reduce.ts";
import { keepRows } from "./keep_rows.ts";
import { offTape } from "./off_tape.ts";
import { reduceRows } from "./reduce_rows.ts";
import type { RowTensors } from "./row_tensors.ts";
import { squaredErrors } from "./squared_errors.ts";

provideGradients(ADD, AT_LEAST, LOGARITHM, MULTIPLY, NEGATE, SELECT, SOFTPLUS, SUB, SUM);

interface Terms {
  readonly restoreScale: boolean;
  readonly mseWeight: number;
  readonly priorWeight: number;
  readonly noiseNormalizer: boolean;
  readonly ownLabel: boolean;
  readonly method: Method;
  readonly dimensions: Dimensions;
}

/**
 * The reduced loss; called within a tidy. Dimensions that are for themselves are terms `[N, D]`
 * until they are added last.
 */
export function balancedRows(
  inputs: LogMassInputs<tf.Tensor>,
  row: RowTensors,
  terms: Terms,
): tf.Tensor {
  const { mseWeight, priorWeight, restoreScale, dimensions } = terms;
  const { mask } = row;
  if (mask) {
    const { noiseVar } = inputs;
    // Rows left out may hold NaN, and 0 times NaN is NaN: they become a row at its label, 0.
    inputs = {
      ...inputs,
      pred: keepRows(inputs.pred, mask),
      target: keepRows(inputs.target, mask),
      noiseVar: hasNoiseByRow(inputs) ? keepRows(noiseVar, mask, 1) : noiseVar,
    };
  }
  let rows = mseWeight === priorWeight
    ? priorWeight === 1 ? together(inputs, terms) : tf.mul(together(inputs, terms), priorWeight)
    : weighedApart(inputs, terms);
  if (restoreScale) {
    const scale = offTape(() => lossScale(inputs.noiseVar, dimensions));
    const isColumn = dimensions === "joint" && scale.rank === 2;
    rows = tf.mul(rows, isColumn ? tf.squeeze(scale, [1]) : scale);
  }
  return reduceRows(rows.rank === 2 ? tf.sum(rows, 1) : rows, row);
}

/** Both terms, each counted once: the log mass less the own label's log-density. */
function together(inputs: LogMassInputs<tf.Tensor>, terms: Terms): tf.Tensor {
  const { ownLabel, method, dimensions } = terms;
  const rows = logMass(inputs, { reduction: "none", restoreScale: false, method, dimensions });
  return ownLabel ? tf.softplus(rows) : rows; // the own label's column adds exp(0)
}

/**
 * `a nll + b mass`, in the one of two ways that does not cancel:
 *
 *     b (nll + mass) + (a - b) nll   where both terms are near their sum's size, far from all
 *     a nll + b mass                 where the first counts little, near labels, far from the own
 *
 * Without the noise's normalizer both are less their own: nll - Z and mass + Z.
 */
function weighedApart(inputs: LogMassInputs<tf.Tensor>, terms: Terms): tf.Tensor {
  const { mseWeight: a, priorWeight: b, noiseNormalizer, ownLabel, method, dimensions } = terms;
  const { pred, target, noiseVar } = inputs;
  const squares = squaredErrors(pred, target, noiseVar, dimensions);
  // The constant in both.
  const normalized = (rows: tf.Tensor) =>
    noiseNormalizer ? tf.add(rows, tf.mul(logNorm(pred, noiseVar, dimensions), a - b)) : rows;
  if (2 * a >= b) {
    return normalized(tf.add(tf.mul(together(inputs, terms), b), tf.mul(squares, a - b)));
  }
  // As seen from the prediction itself, a constant here, where the own label's log-density is 0.
  const here = offTape(() => pred.clone());
  const attrs = { reduction: "none", restoreScale: false, method, dimensions } as const;
  let mass = logMass({ ...inputs, target: here }, attrs);
  if (ownLabel) mass = logAddExp(mass, tf.neg(squares));
  return normalized(tf.add(tf.mul(squares, a), tf.mul(mass, b)));
}

/** `log(exp(x) + exp(y))`; the larger one comes first, so that nothing cancels. */
function logAddExp(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const gap = tf.sub(x, y);
  const first = tf.add(x, tf.softplus(tf.neg(gap)));
  const second = tf.add(y, tf.softplus(gap));
  return tf.where(tf.greaterEqual(gap, 0), first, second);
}

/** The constant of -log N(target_i; pred_i, noiseVar): of all rows, or by row. */
function logNorm(pred: tf.Tensor, noiseVar: tf.Tensor, dimensions: Dimensions): tf.Tensor {
  // A noise that is not above 0 must give NaN; its logarithm does, but for 0 itself.
  const logs = tf.mul(tf.log(tf.mul(noiseVar, 2 * Math.PI)), 0.5);
  if (dimensions === "each") return logs;
  const dim = pred.shape[1] ?? 1;
  if (noiseVar.rank === 0) return tf.mul(logs, dim);
  const sum = hasNoiseByRow({ noiseVar }) ? tf.sum(logs, 1) : tf.sum(logs);
  return noiseVar.shape.at(-1) === dim ? sum : tf.mul(sum, dim);
}
