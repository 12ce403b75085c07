/**
 * The running statistics of a batch normalization.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Shape, Tensor } from "../tensor.ts";

/** The mean and the variance `[C]` by which pictures are normalized at inference. */
export interface RunningStatistics {
  readonly mean: tf.LayerVariable;
  readonly variance: tf.LayerVariable;
}

/** A batch's mean and variance `[C]`, the latter as it normalizes: divided by `rows`. */
export interface BatchStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** How many values each of them is of. */
  readonly rows: number;
}

/**
 * Moves running statistics to a batch's by a share of the way. The variance is first made unbiased,
 * as in PyTorch: tf.layers leaves that out.
 */
export function updateRunning(
  running: RunningStatistics,
  { mean, variance, rows }: BatchStatistics,
  share: number,
): void {
  tf.tidy(() => {
    running.mean.write(mixed(running.mean.read(), mean, share));
    const unbiased = share * rows / (rows - 1);
    running.variance.write(tf.add(
      tf.mul(running.variance.read(), 1 - share),
      tf.mul(variance, unbiased),
    ));
  });
}

function mixed(old: Tensor, fresh: Tensor, share: number): Tensor {
  return tf.add(tf.mul(old, 1 - share), tf.mul(fresh, share));
}

/** How many values a channel has in a batch `[N, H, W, C]`; throws where there is but one. */
export function rowsOf(shape: Shape, name: string): number {
  const rows = shape.slice(0, -1).reduce<number>((product, size) => product * size!, 1);
  if (rows > 1) return rows;
  throw new RangeError(
    `Cannot normalize a batch as each channel must have more than one value in training, ` +
      `use larger batches or pictures: current shape at ${name} is [${shape}]`,
  );
}
