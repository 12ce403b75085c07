/**
 * The factor that makes a loss focal, and its options.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import { checkNumber } from "./check_rows.ts";
import type { RowOptions } from "./row_options.ts";

/** A factor of no account whose powers are finite in float32, those of exponent -1 too. */
const TINY = 1e-30;

/** Options of {@linkcode focalMseLoss} and {@linkcode focalMaeLoss}. */
export interface FocalOptions extends RowOptions {
  /**
   * How the size of an error becomes a factor from 0 to 1: `"sigmoid"` (default),
   * `2 sigmoid(beta |x|) - 1`, or `"tanh"`, `tanh(beta |x|)`, which rises twice as fast. The authors'
   * `activate`.
   */
  readonly activation?: "sigmoid" | "tanh";
  /** How fast the factor rises with the error, above 0, per unit of the label. Default 0.2. */
  readonly beta?: number;
  /** The factor's exponent, at least 0, without unit; 0 is the loss without the factor. Default 1. */
  readonly gamma?: number;
}

/**
 * Checks the options and returns the factor `activation(beta |x|)^gamma` as a function of `|x|`.
 *
 * @throws {RangeError} If an option is out of its domain.
 */
export function focalFactor(options: FocalOptions, action: string): (size: Tensor) => Tensor {
  const { activation = "sigmoid", beta = 0.2, gamma = 1 } = options;
  if (activation !== "sigmoid" && activation !== "tanh") {
    throw new RangeError(
      `Cannot compute ${action} as activation must be "sigmoid" or "tanh": current value is ${activation}`,
    );
  }
  checkNumber(beta, "beta", action);
  checkNumber(gamma, "gamma", action, true);
  // 2 sigmoid(z) - 1 = tanh(z / 2), which does not subtract two numbers that are nearly equal.
  const rate = activation === "tanh" ? beta : beta / 2;
  return (size) => {
    const factor = tf.tanh(tf.mul(size, rate));
    if (gamma === 1) return factor;
    // The derivative of 0^gamma is infinite for gamma < 1, and WGSL's pow(0, 0) is NaN.
    return tf.pow(tf.maximum(factor, TINY), gamma);
  };
}
