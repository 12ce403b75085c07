/**
 * Linear blend skinning.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "../../check/check_options.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSides } from "./check_body.ts";
import type { PosedJoints } from "./forward_kinematics.ts";

/**
 * Moves a surface with its joints: linear blend skinning.
 *
 * `v' = sum_j w_j (Q_j (v - t_j) + q_j)`: each vertex goes where its joints would take it, in the
 * mean. Differentiable by all tensors.
 *
 * @param vertices The surface in the rest pose, `[N, V, 3]`, or `[V, 3]` for all bodies; float32.
 * @param weights How much of each vertex goes with each joint, `[V, J]`, float32; a row's sum is 1.
 * @param rest Places of the joints in the rest pose, `[N, J, 3]`, or `[J, 3]` for all bodies.
 * @param posed The joints in the world, of {@linkcode forwardKinematics}.
 * @returns The surface in the world, `[N, V, 3]`, in the unit of the vertices.
 * @throws {TypeError} If an argument is of the wrong kind or shape.
 * @throws {RangeError} If a tensor is empty or exceeds the adapter's limits.
 *
 * @example A vertex halfway between two joints, one of which turns by half
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { forwardKinematics, linearBlendSkinning, rotationsFromAxisAngle } from "@balanced/mse/vision";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const rest = tf.tensor2d([[0, 0, 0], [2, 0, 0]]);
 * const pose = tf.tensor3d([[[0, 0, 0], [0, 0, Math.PI]]]);
 * const posed = forwardKinematics(rotationsFromAxisAngle(pose), rest, [-1, 0]);
 * const weights = tf.tensor2d([[0.5, 0.5]]);
 * const moved = await linearBlendSkinning(tf.tensor2d([[3, 0, 0]]), weights, rest, posed).data();
 * assertAlmostEquals(moved[0]!, 2, 1e-6); // the one joint leaves it at 3, the other takes it to 1
 * ```
 */
export function linearBlendSkinning(
  vertices: Tensor,
  weights: Tensor,
  rest: Tensor,
  posed: PosedJoints,
): Tensor {
  const action = "skinning";
  checkOptions(posed, ["joints", "rotations"], `Cannot compute ${action}`, "posed");
  checkSides(weights, "weights", action, ["V", "J"]);
  const [size, joints] = weights.shape as [number, number];
  checkSides(posed.rotations, "posed.rotations", action, ["N", joints, 3, 3]);
  const count = posed.rotations.shape[0]!;
  checkSides(posed.joints, "posed.joints", action, [count, joints, 3]);
  checkSides(rest, "rest", action, [joints, 3], [count, joints, 3]);
  checkSides(vertices, "vertices", action, [size, 3], [count, size, 3]);
  return tf.tidy(() => {
    const column = tf.reshape(rest, [-1, joints, 1, 3]);
    const turned = tf.sum(tf.mul(posed.rotations, column), 3);
    const shift = tf.expandDims(tf.sub(posed.joints, turned), 3);
    const moves = tf.transpose(tf.concat([posed.rotations, shift], 3), [1, 0, 2, 3]);
    // All bodies in one product: [V, J] [J, N 12].
    const blended = tf.matMul(weights as tf.Tensor2D, tf.reshape(moves, [joints, 12 * count]));
    const surface = tf.transpose(tf.reshape(vertices, [-1, size, 3]), [1, 0, 2]);
    const [turn, place] = tf.split(tf.reshape(blended, [size, count, 3, 4]), [3, 1], 3) as [
      Tensor,
      Tensor,
    ];
    const moved = tf.sum(tf.mul(turn, tf.expandDims(surface, 2)), 3);
    return tf.transpose(tf.add(moved, tf.squeeze(place, [3])), [1, 0, 2]);
  });
}
