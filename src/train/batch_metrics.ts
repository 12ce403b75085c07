/**
 * Metrics of a model on validation data.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import type { Batches, ValidationMetric } from "./train_options.ts";

/**
 * Computes each metric's mean over the batches, weighted by their rows, on the device.
 *
 * @returns One scalar a metric, in the order of `metrics`; the caller's to dispose.
 */
export async function batchMetrics(
  predict: (x: Tensor) => Tensor,
  batches: Batches,
  metrics: readonly ValidationMetric[],
): Promise<Tensor[]> {
  let sums: Tensor[] = [];
  let rows = 0;
  for await (const { x, y } of batches) {
    const size = y.shape[0]!;
    rows += size;
    const previous = sums;
    sums = tf.tidy(() => {
      const pred = predict(x);
      return metrics.map((metric, i) => {
        const value = tf.mul(metric(pred, y), size);
        return previous[i] ? tf.add(previous[i], value) : value;
      });
    });
    tf.dispose(previous);
  }
  if (rows === 0) {
    throw new RangeError("Cannot validate as data yielded no batch: current rows are 0");
  }
  const means = tf.tidy(() => sums.map((sum) => tf.div(sum, rows)));
  tf.dispose(sums);
  return means;
}
