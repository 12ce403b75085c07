/**
 * Forward kinematics of any tree of joints.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkArray } from "../../check/check_array.ts";
import { checkNumber } from "../../check/check_number.ts";
import { kinematics } from "../../kernels/kinematics/kinematics.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";

/** Joints of N bodies in the world. */
export interface PosedJoints {
  /** The places, `[N, J, 3]`, in the unit of the rest pose. */
  readonly joints: Tensor;
  /** How each is turned against the world, `[N, J, 3, 3]`. */
  readonly rotations: Tensor;
}

/**
 * Where the joints of bodies are: forward kinematics of any tree of joints.
 *
 * `Q_j = Q_p R_j` and `q_j = q_p + Q_p (t_j - t_p)`, p the parent of joint j; the first joint stays
 * at its place and turns the body. Choose it for skeletons, {@linkcode bodyModel} for bodies with a
 * surface. On webgpu one dispatch, and one for the gradient, which is of the first order.
 *
 * @param rotations How each joint is turned against its parent, `[N, J, 3, 3]`, float32.
 * @param rest Places of the joints in the rest pose, `[N, J, 3]`, or `[J, 3]` for all bodies;
 * float32, in any unit of length.
 * @param parents The index of each joint's parent, J of them: -1 for the first, and for the others
 * less than their own.
 * @returns The joints in the world.
 * @throws {TypeError} If an argument is of the wrong kind or shape.
 * @throws {RangeError} If there is no body or joint, a parent does not come before its joint, or a
 * tensor exceeds the adapter's limits.
 *
 * @example An arm of two bones, bent by a quarter turn at the elbow
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { forwardKinematics, rotationsFromAxisAngle } from "@balanced/mse/vision";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const rest = tf.tensor2d([[0, 0, 0], [3, 0, 0], [5, 0, 0]]); // shoulder, elbow, wrist
 * const pose = tf.tensor3d([[[0, 0, 0], [0, 0, Math.PI / 2], [0, 0, 0]]]);
 * const { joints } = forwardKinematics(rotationsFromAxisAngle(pose), rest, [-1, 0, 1]);
 * const wrist = (await joints.data()).slice(6);
 * [3, 2, 0].forEach((x, k) => assertAlmostEquals(wrist[k]!, x, 1e-6));
 * ```
 */
export function forwardKinematics(
  rotations: Tensor,
  rest: Tensor,
  parents: readonly number[],
): PosedJoints {
  const action = "kinematics";
  checkSides(rotations, "rotations", action, ["N", "J", 3, 3]);
  const [count, joints] = rotations.shape as [number, number];
  checkSides(rest, "rest", action, [joints, 3], [count, joints, 3]);
  checkParents(parents, joints, `Cannot compute ${action}`);
  return tf.tidy(() => {
    const world = kinematics(rotations, tf.reshape(rest, [-1, joints, 3]), parents);
    const part = (first: number, size: number) =>
      tf.slice(world, [0, 0, 0, first], [-1, -1, -1, size]);
    return { joints: tf.squeeze(part(3, 1), [3]), rotations: part(0, 3) };
  });
}

/** Throws unless these are the parents of `joints` joints. */
export function checkParents(parents: readonly number[], joints: number, claim: string): void {
  checkArray(parents, "parents", claim);
  if (parents.length !== joints) {
    throw new TypeError(
      `${claim} as there must be a parent for each of ${joints} joints: ` +
        `current number of parents is ${parents.length}`,
    );
  }
  parents.forEach((parent, j) =>
    checkNumber(
      parent,
      `parents[${j}]`,
      claim,
      j === 0 ? { whole: true, least: -1, most: -1 } : { whole: true, least: 0, below: j },
    )
  );
}
