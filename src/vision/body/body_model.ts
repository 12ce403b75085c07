/**
 * Bodies whose surface follows from shape and pose.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../../check/is_tensor.ts";
import { checkOptions } from "../../check/check_options.ts";
import type { Tensor } from "../../tensor.ts";
import type { BodyData } from "./body_data.ts";
import { checkBodyData } from "./check_body_data.ts";
import { checkSides } from "./check_body.ts";
import { forwardKinematics, type PosedJoints } from "./forward_kinematics.ts";
import { linearBlendSkinning } from "./linear_blend_skinning.ts";
import { checkShapes } from "./check_shapes.ts";

/** The pose and the shape of N bodies. */
export interface BodyPose {
  /**
   * How each joint is turned against its parent, the first against the world, `[N, J, 3, 3]`,
   * float32.
   */
  readonly rotations: Tensor;
  /**
   * How much of each shape direction, `[N, S]`, in standard deviations of the data that the
   * directions are of: a float32 tensor, or rows of numbers, each within 3 standard deviations, as
   * the fits are that count as valid. Default: the template.
   */
  readonly shapes?: Tensor | readonly (readonly number[])[] | undefined;
}

/** N bodies in the world, in the unit of the template. */
export interface PosedBody extends PosedJoints {
  /** The surface, `[N, V, 3]`. */
  readonly vertices: Tensor;
}

/** A body model; see {@linkcode bodyModel}. */
export interface BodyModel {
  /** How many vertices there are, V. */
  readonly vertexCount: number;
  /** How many joints there are, J. */
  readonly jointCount: number;
  /** How many shape directions there are, S. */
  readonly shapeCount: number;
  /** The parent of each joint; of the first -1. */
  readonly parents: readonly number[];
  /** The surface and the joints; differentiable by rotations and shapes. */
  readonly pose: (pose: BodyPose) => PosedBody;
  /** Frees the model's tensors. */
  readonly dispose: () => void;
}

/**
 * A body whose surface follows from its shape and the rotations of its joints: the form of SMPL.
 *
 * The template is shaped, `v = template + sum_k shape_k direction_k`; the joints are means of the
 * shaped template's vertices; `v += sum_k f_k direction_k` with f the rotations but the first, less
 * the identity, row by row; then {@linkcode linearBlendSkinning} moves it. Choose it for losses on
 * joints and vertices, and to judge by them. SMPL itself is licensed for research only: {@linkcode
 * readBody} reads the file that you have, {@linkcode syntheticBody} needs none.
 *
 * @param data The body; tensors are copied. See {@linkcode BodyData}.
 * @returns The model. Its joints at rest are computed once, so that a batch's cost is that of its
 * surface.
 * @throws {TypeError} If a part is missing, unknown, of the wrong kind, or shapes do not go
 * together.
 * @throws {RangeError} If a part is empty, or a parent does not come before its joint.
 *
 * @example The synthetic body, its left elbow bent by a quarter turn
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bodyModel, rotationsFromAxisAngle, syntheticBody } from "@balanced/mse/vision";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const body = bodyModel(syntheticBody());
 * const pose = tf.buffer([1, body.jointCount, 3]);
 * pose.set(-Math.PI / 2, 0, 18, 1);
 * const { joints, vertices } = body.pose({ rotations: rotationsFromAxisAngle(pose.toTensor()) });
 * assertEquals(vertices.shape, [1, body.vertexCount, 3]);
 * const [, , elbowZ, , , wristZ] = (await joints.data()).slice(3 * 18).filter((_, k) => k < 3 || k >= 6);
 * assert(wristZ! > elbowZ! + 0.1); // in front of it
 * body.dispose();
 * ```
 *
 * @see Loper et al., SMPL: A Skinned Multi-Person Linear Model, SIGGRAPH Asia 2015.
 */
export function bodyModel(data: BodyData): BodyModel {
  checkBodyData(data, "Cannot create a body model");
  const parts = tf.tidy(() => prepare(data));
  return {
    vertexCount: parts.size,
    jointCount: parts.parents.length,
    shapeCount: parts.shapes,
    parents: parts.parents,
    pose: (pose) => posed(parts, pose),
    dispose: () => tf.dispose(Object.values(parts).filter((part) => isTensor(part))),
  };
}

/** A body, ready to be posed: a vertex or joint has three columns, a direction is a row. */
type Parts = ReturnType<typeof prepare>;

function prepare(data: BodyData) {
  const { template, shapeDirections, poseDirections, weights, parents } = data;
  const [size, joints] = weights.shape as [number, number];
  const shapes = shapeDirections.shape[2]!;
  const regressed = (x: Tensor, columns: number) =>
    tf.matMul(data.jointRegressor as tf.Tensor2D, tf.reshape(x, [size, columns]));
  const jointShapes = tf.reshape(regressed(shapeDirections, 3 * shapes), [3 * joints, shapes]);
  return {
    ...{ size, shapes, parents: [...parents] },
    template: tf.reshape(tf.clone(template), [1, 3 * size]),
    shapeRows: tf.transpose(tf.reshape(shapeDirections, [3 * size, shapes])),
    poseRows: joints > 1 && tf.transpose(tf.reshape(poseDirections, [3 * size, -1])),
    joints: tf.reshape(regressed(template, 3), [1, 3 * joints]),
    jointRows: tf.transpose(jointShapes),
    weights: tf.clone(weights),
  };
}

function posed(parts: Parts, pose: BodyPose): PosedBody {
  const { size, parents, weights } = parts;
  const action = "a body";
  const joints = parents.length;
  checkOptions(pose, ["rotations", "shapes"], `Cannot compute ${action}`, "the pose");
  const { rotations } = pose;
  checkSides(rotations, "rotations", action, ["N", joints, 3, 3]);
  const count = rotations.shape[0]!;
  const given = pose.shapes === undefined
    ? undefined
    : checkShapes(pose.shapes, count, parts.shapes, action);
  return tf.tidy(() => {
    const shapes = isTensor(given) ? given : given && tf.tensor2d(given);
    const shaped = (rest: Tensor, rows: Tensor): Tensor =>
      shapes ? tf.add(rest, tf.matMul(shapes as tf.Tensor2D, rows as tf.Tensor2D)) : rest;
    const points = (flat: Tensor, length: number) =>
      tf.reshape(flat, flat.shape[0] === count ? [count, length, 3] : [length, 3]);
    let surface = shaped(parts.template, parts.shapeRows);
    if (parts.poseRows) {
      const turned = tf.slice(rotations, [0, 1, 0, 0], [-1, joints - 1, 3, 3]);
      const features = tf.reshape(tf.sub(turned, tf.eye(3)), [count, 9 * (joints - 1)]);
      surface = tf.add(surface, tf.matMul(features as tf.Tensor2D, parts.poseRows as tf.Tensor2D));
    }
    const rest = points(shaped(parts.joints, parts.jointRows), joints);
    const world = forwardKinematics(rotations, rest, parents);
    const vertices = linearBlendSkinning(points(surface, size), weights, rest, world);
    return { ...world, vertices };
  }) as PosedBody;
}
