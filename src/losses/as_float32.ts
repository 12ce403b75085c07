/**
 * Labels of whole numbers, as the kernels take them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";

/**
 * The same numbers in float32; a tensor that is float32 already is returned itself. To be called
 * within a tidy.
 */
export function asFloat32(tensor: Tensor): Tensor {
  return tensor.dtype === "float32" ? tensor : tf.cast(tensor, "float32");
}
