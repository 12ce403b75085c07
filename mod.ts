/**
 * Balanced MSE losses for imbalanced regression.
 *
 * Where some labels are much more common in training than others, MSE learns the crowd. Balanced MSE (Ren et al., CVPR
 * 2022) divides the training-label distribution out of the likelihood: a drop-in replacement, as one fused WebGPU
 * kernel behind TensorFlow.js. Start with {@linkcode bmcLoss} and {@linkcode train}.
 *
 * All of it; its parts are entries of their own: `./losses`, `./priors`, `./metrics`, `./train` and `./layers`. Only
 * the last one loads `@tensorflow/tfjs-layers`.
 *
 * Stability: before 1.0 names, options and defaults may change with a minor version, as the changelog says.
 *
 * @example A drop-in replacement for MSE
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(0.5));
 * const [x, y] = [tf.tensor1d([0, 1, 2, 3]), tf.tensor1d([0, 1, 2, 3])];
 * const loss = () => bmcLoss(tf.mul(x, slope), y, 0.25);
 * const before = await loss().data();
 * tf.train.sgd(0.05).minimize(loss);
 * assert((await loss().data())[0]! < before[0]!);
 * ```
 *
 * @module
 */
export * from "./src/losses/mod.ts";
export * from "./src/priors/mod.ts";
export * from "./src/metrics/mod.ts";
export * from "./src/train/mod.ts";
export * from "./src/layers/mod.ts";
