/**
 * Rotations of six numbers each, as a tfjs kernel with its gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { own } from "../own_kernel.ts";
import { ROTATION_6D, ROTATION_6D_GRAD } from "./contract.ts";
import { rotation6dGradPortable, rotation6dPortable } from "./portable.ts";
import { rotation6dGradWebgpu, rotation6dWebgpu } from "./webgpu.ts";

const value = own(ROTATION_6D, rotation6dWebgpu, rotation6dPortable);
const gradient = own(ROTATION_6D_GRAD, rotation6dGradWebgpu, rotation6dGradPortable);

/**
 * Rotations; differentiable once.
 *
 * @param x `[M, 3, 2]`, M > 0.
 * @returns `[M, 3, 3]`.
 */
export function rotation6d(x: tf.Tensor): tf.Tensor {
  return value({ x });
}

tf.registerGradient({
  kernelName: ROTATION_6D,
  inputsToSave: ["x"],
  gradFunc: (dy, [x]) => ({ x: () => gradient({ x: x!, dy: dy as tf.Tensor }) }),
});
