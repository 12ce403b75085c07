/**
 * The factor that makes a loss focal, and its options.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { MAXIMUM, MULTIPLY, POWER, provideGradients, TANH } from "../kernels/gradients.ts";
import type { Tensor } from "../tensor.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { ROW_OPTIONS, type RowOptions } from "./row_options.ts";

provideGradients(MAXIMUM, MULTIPLY, POWER, TANH);

/** A factor of no account whose powers are finite in float32, those of exponent -1 too. */
const TINY = 1e-30;

/** Options of {@linkcode focalMseLoss} and {@linkcode focalMaeLoss}. */
export interface FocalOptions extends RowOptions {
  /**
   * How the size of an error becomes a factor from 0 to 1: `"sigmoid"` (default),
   * `2 sigmoid(beta |x|) - 1`, or `"tanh"`, `tanh(beta |x|)`, which rises twice as fast. The
   * authors' `activate`.
   */
  readonly activation?: "sigmoid" | "tanh" | undefined;
  /** How fast the factor rises with the error, above 0, per unit of the label. Default 0.2. */
  readonly beta?: number | undefined;
  /**
   * The factor's exponent, at least 0, without unit; 0 is the loss without the factor. Default 1.
   */
  readonly gamma?: number | undefined;
}

/**
 * Checks the options and returns the factor `activation(beta |x|)^gamma` as a function of `|x|`.
 *
 * @throws {RangeError} If an option is out of its domain.
 */
export function focalFactor(options: FocalOptions, action: string): (size: Tensor) => Tensor {
  const claim = `Cannot compute ${action}`;
  checkOptions(options, [...ROW_OPTIONS, "activation", "beta", "gamma"], claim);
  const { activation = "sigmoid", beta = 0.2, gamma = 1 } = options;
  checkChoice(activation, "activation", ["sigmoid", "tanh"], claim);
  checkNumber(beta, "beta", claim, { above: 0, float32: true });
  checkNumber(gamma, "gamma", claim, { least: 0, float32: true });
  // 2 sigmoid(z) - 1 = tanh(z / 2), which does not subtract two numbers that are nearly equal.
  const rate = activation === "tanh" ? beta : beta / 2;
  return (size) => {
    const factor = tf.tanh(tf.mul(size, rate));
    if (gamma === 1) return factor;
    // The derivative of 0^gamma is infinite for gamma < 1, and WGSL's pow(0, 0) is NaN.
    return tf.pow(tf.maximum(factor, TINY), gamma);
  };
}
