/**
 * The running statistics of a batch normalization.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Group } from "../distributed/group.ts";
import type { BatchNorm } from "../kernels/batch_norm/batch_norm.ts";
import { movingMoments } from "../kernels/batch_norm/moving_moments.ts";
import type { Shape } from "../tensor.ts";
import { read } from "../webgpu/read.ts";

/** The mean and the variance `[C]` by which pictures are normalized at inference. */
export interface RunningStatistics {
  readonly mean: tfl.LayerVariable;
  readonly variance: tfl.LayerVariable;
}

/** Moves running statistics to a batch's, of so many rows, by a share of the way. */
export function updateRunning(
  { mean, variance }: RunningStatistics,
  batch: Pick<BatchNorm<tf.Tensor>, "mean" | "variance">,
  rows: number,
  share: number,
): void {
  const old = { mean: mean.read(), variance: variance.read() };
  const inputs = { ...old, batchMean: batch.mean, batchVariance: batch.variance };
  const moved = movingMoments(inputs, { momentum: 1 - share, rows });
  mean.write(moved[0]);
  variance.write(moved[1]);
}

/** Makes them the means of all ranks' ones; those that are the same stay so, bit by bit. */
export async function mergeRunning(
  group: Group,
  { mean, variance }: RunningStatistics,
): Promise<void> {
  if (group.size === 1) return;
  const own = tf.tidy(() => tf.stack([mean.read(), variance.read()]));
  const { buffer, byteOffset, byteLength } = await read(own).finally(() => own.dispose());
  const all = (await group.allGather(new Uint8Array(buffer, byteOffset, byteLength)))
    .map((bytes) => new Float32Array(bytes.slice().buffer));
  const merged = all[0]!.map((first, i) =>
    first + all.reduce((sum, values) => sum + (values[i]! - first), 0) / group.size
  );
  const channels = merged.length / 2;
  tf.tidy(() => {
    mean.write(tf.tensor1d(merged.slice(0, channels)));
    variance.write(tf.tensor1d(merged.slice(channels)));
  });
}

/** How many values a channel has in a batch `[N, H, W, C]`; throws where there is but one. */
export function rowsOf(shape: Shape, name: string): number {
  const rows = shape.slice(0, -1).reduce<number>((product, size) => product * size!, 1);
  if (rows > 1) return rows;
  throw new RangeError(
    "Cannot normalize a batch as each channel must have more than one value in training, " +
      `use larger batches or pictures: current shape at ${name} is [${shape}]`,
  );
}
