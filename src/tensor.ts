/**
 * The tfjs types that appear in this module's signatures.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

/** A tfjs tensor of any rank. */
export type Tensor = tf.Tensor;

/** A tfjs variable: a tensor that an optimizer may update. */
export type Variable = tf.Variable;

/** Any tfjs optimizer. */
export type Optimizer = tf.Optimizer;

/** What a loss returns, `[]` or `[N]`: a tensor, and for the types what an optimizer minimizes. */
export type LossValue = Tensor & ReturnType<Parameters<Optimizer["minimize"]>[0]>;

/** A tfjs Keras-style model. */
export type LayersModel = tfl.LayersModel;

/** Where tfjs saves models to and loads them from. */
export type IOHandler = tf.io.IOHandler;

/** A layer of such a model. */
export type Layer = tfl.layers.Layer;

/** A shape as tfjs's layers give it: null where a size is not known beforehand. */
export type Shape = tfl.Shape;
