/**
 * Forward kinematics of a tree of joints, as a tfjs kernel with its gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { own } from "../own_kernel.ts";
import { KINEMATICS, KINEMATICS_GRAD } from "./contract.ts";
import { kinematicsGradPortable, kinematicsPortable } from "./portable.ts";
import { kinematicsGradWebgpu, kinematicsWebgpu } from "./webgpu.ts";

const value = own(KINEMATICS, kinematicsWebgpu, kinematicsPortable);
const gradient = own(KINEMATICS_GRAD, kinematicsGradWebgpu, kinematicsGradPortable);

/**
 * Places and rotations in the world; differentiable once, by both tensors.
 *
 * @param rotations `[N, J, 3, 3]`, N > 0.
 * @param rest `[N, J, 3]`, or `[1, J, 3]` for all.
 * @param parents Of each joint, less than the joint itself; of the first -1.
 * @returns `[N, J, 3, 4]`: the rotations, and the places as the last column.
 */
export function kinematics(
  rotations: tf.Tensor,
  rest: tf.Tensor,
  parents: readonly number[],
): tf.Tensor {
  return value({ rotations, rest }, { parents: [...parents] });
}

tf.registerGradient({
  kernelName: KINEMATICS,
  inputsToSave: ["rotations", "rest"],
  outputsToSave: [true],
  gradFunc: (dy, [rotations, rest, world], attrs) => {
    const [r, t] = [rotations!, rest!];
    const both = tf.tidy(() =>
      gradient({ rotations: r, rest: t, world: world!, dy: dy as tf.Tensor }, attrs)
    );
    const part = (first: number, size: number) => tf.slice(both, [0, 0, first], [-1, -1, size]);
    return {
      rotations: () => tf.tidy(() => tf.reshape(part(0, 9), r.shape)),
      rest: () =>
        tf.tidy(() => {
          const own = part(9, 3);
          return t.shape[0] === own.shape[0] ? own : tf.sum(own, 0, true);
        }),
    };
  },
});
