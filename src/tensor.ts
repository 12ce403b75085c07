/**
 * The tfjs types that appear in this module's signatures.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";

/** A tfjs tensor of any rank. */
export type Tensor = tf.Tensor;

/** A tfjs variable: a tensor that an optimizer may update. */
export type Variable = tf.Variable;

/** Any tfjs optimizer. */
export type Optimizer = tf.Optimizer;

/** A tfjs Keras-style model. */
export type LayersModel = tf.LayersModel;
