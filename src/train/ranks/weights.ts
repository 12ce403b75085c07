/**
 * Weights that are the same on all ranks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sha256 } from "../../files/sha256.ts";
import type { Tensor, Variable } from "../../tensor.ts";
import { type Numbers, read } from "../../webgpu/read.ts";
import { toDevice } from "../checkpoint/residence.ts";
import type { Ranks } from "./ranks.ts";

/**
 * Gives every rank the first one's weights, all at the same place: on the device if there is one.
 */
export async function giveWeights(ranks: Ranks, weights: readonly Variable[]): Promise<void> {
  const bytes = await ranks.bytesOfFirst(async () => {
    const all = await Promise.all(weights.map(read));
    const whole = new Uint8Array(all.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const values of all) {
      whole.set(bytesOf(values), at);
      at += values.byteLength;
    }
    return whole;
  });
  let at = 0;
  for (const weight of weights) {
    const end = at + weight.size * (weight.dtype === "bool" ? 1 : 4);
    if (!ranks.isFirst) assign(weight, bytes.slice(at, end).buffer);
    toDevice(weight);
    at = end;
  }
}

/**
 * Throws, on all ranks, where weights are no longer those of the first rank, bit by bit: what a
 * rank computes otherwise than the others would spread in silence.
 */
export async function checkWeights(
  ranks: Ranks,
  weights: readonly Variable[],
  epoch: number,
): Promise<void> {
  const own = await Promise.all(weights.map(async (weight) => sha256(bytesOf(await read(weight)))));
  const [first, ...others] = await ranks.gather(own);
  for (const [i, sums] of others.entries()) {
    const place = sums.findIndex((sum, k) => sum !== first![k]);
    if (place < 0) continue;
    throw new Error(
      `Cannot train on as the weights of rank ${i + 1} must be those of rank 0, bit by bit (same ` +
        "machine, driver and data, and nothing random but from a seed): they currently differ " +
        `after epoch ${epoch}, first in weight ${place} [${weights[place]!.shape}]`,
    );
  }
}

function assign(weight: Variable, bytes: ArrayBuffer): void {
  const Values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[
    weight.dtype as "float32"
  ];
  const tensor: Tensor = tf.tensor(new Values(bytes), weight.shape, weight.dtype);
  weight.assign(tensor);
  tensor.dispose();
}

function bytesOf({ buffer, byteOffset, byteLength }: Numbers): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
