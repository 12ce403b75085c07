/**
 * What the config of any tfjs layer may have.
 *
 * @module
 */

/** The names that tfjs's own base class knows. */
export const LAYER_NAMES: readonly string[] = [
  ...["name", "trainable", "dtype", "inputDType", "inputShape", "batchInputShape", "batchSize"],
  ...["weights", "updatable", "customObjects"],
];
