/**
 * Counts, means and variances of features per label bin, gathered batch by batch on the device.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Group } from "../distributed/group.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";

/** What one or more batches amount to. */
export interface Moments {
  /** Rows, `[B, 1]`. */
  readonly count: Tensor;
  /** Means, `[B, D]`; 0 without rows. */
  readonly mean: Tensor;
  /** Sums of squared differences from the mean, `[B, D]`. */
  readonly squares: Tensor;
}

/**
 * Moments of a batch; `bin` `[N]`, int32, tells each row's bin.
 *
 * Sums by matrix product rather than by segment: WebGPU's segment sum adds atomically, in no fixed
 * order, and the same seed must give the same run.
 */
function momentsOf(features: Tensor, bin: Tensor, bins: number): Moments {
  // Not tf.oneHot, which refuses one bin.
  const own = tf.equal(tf.expandDims(bin, 1), tf.range(0, bins, 1, "int32"));
  const oneHot = tf.cast(own, "float32");
  const count = tf.reshape(tf.sum(oneHot, 0), [-1, 1]);
  const mean = tf.divNoNan(tf.matMul(oneHot, features, true), count);
  // Differences first: features far from zero would lose their variance in a sum of squares.
  const gap = tf.sub(features, tf.gather(mean, bin));
  return { count, mean, squares: tf.matMul(oneHot, tf.square(gap), true) };
}

/** What an epoch has gathered so far. */
export class GatheredMoments {
  /** Kept; absent before the first batch. */
  moments: Moments | undefined;

  /** Adds a batch; `bin` `[N]` tells each row's bin. */
  add(features: Tensor, bin: Tensor, bins: number): void {
    const batch = momentsOf(features, bin, bins);
    const all = this.moments ? mergeMoments(this.moments, batch) : batch;
    this.#set(all);
  }

  /** Makes these the moments of all ranks' rows, merged in their order. */
  async mergeRanks(group: Group, [bins, dim]: Shape): Promise<void> {
    if (group.size === 1) return;
    const { count, mean, squares } = this.moments ?? {};
    const own = count && tf.tidy(() => tf.concat([count, mean!, squares!], 1));
    const values = own ? await read(own).finally(() => own.dispose()) : new Float32Array(0);
    const { buffer, byteOffset, byteLength } = values;
    const all = await group.allGather(new Uint8Array(buffer, byteOffset, byteLength));
    const given = all.filter(({ length }) => length > 0);
    if (given.length === 0) return;
    tf.tidy(() => {
      this.#set(given.map((bytes) => momentsIn(bytes, bins!, dim!)).reduce(mergeMoments));
    });
  }

  /** Forgets everything. */
  dispose(): void {
    tf.dispose({ ...this.moments });
    this.moments = undefined;
  }

  #set(all: Moments): void {
    this.dispose();
    this.moments = all;
    for (const tensor of Object.values(all)) tf.keep(tensor);
  }
}

/** Moments as bytes: count, means and squares of a bin in a row. */
function momentsIn(bytes: Uint8Array, bins: number, dim: number): Moments {
  const values = new Float32Array(bytes.slice().buffer);
  const rows = tf.tensor2d(values, [bins, 1 + 2 * dim]);
  const [count, mean, squares] = tf.split(rows, [1, dim, dim], 1);
  return { count: count!, mean: mean!, squares: squares! };
}

/** Moments of the rows of both (Chan, Golub and LeVeque's pairwise update). */
function mergeMoments(a: Moments, b: Moments): Moments {
  const count = tf.add(a.count, b.count);
  const share = tf.divNoNan(b.count, count);
  const gap = tf.sub(b.mean, a.mean);
  const mean = tf.add(a.mean, tf.mul(gap, share));
  const between = tf.mul(tf.square(gap), tf.mul(a.count, share));
  return { count, mean, squares: tf.add(tf.add(a.squares, b.squares), between) };
}

/**
 * Each row's bin, `[N]`, int32, of `edges` `[B + 1]`; labels beyond the first or last bin count as
 * of it. Compared with the edges as float32 numbers, as in src/bins, not divided by the width: a
 * GPU's quotient may round.
 */
export function binOf(labels: Tensor, edges: readonly number[]): Tensor {
  const column = tf.reshape(tf.cast(labels, "float32"), [-1, 1]);
  const inner = edges.slice(1, -1);
  if (inner.length === 0) return tf.zeros([column.shape[0]!], "int32");
  return tf.sum(tf.cast(tf.greaterEqual(column, tf.tensor2d([inner])), "int32"), 1);
}
