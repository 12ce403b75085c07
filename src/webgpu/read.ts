/**
 * The one way in which this module reads tensors back.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";

/** Reads a tensor's numbers; rejects where the GPU has reported that they may be wrong. */
export async function read(tensor: Tensor): Promise<Float32Array> {
  return await tensor.data<"float32">();
}
