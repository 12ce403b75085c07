/**
 * The mean per-vertex position error.
 *
 * @module
 */
import { meanDistance, readPoses } from "./joints.ts";
import type { Values } from "./values.ts";

/**
 * Mean per-vertex position error (MPVPE): the mean distance of a predicted vertex from its place.
 *
 * Choose it for surfaces of bodies, whose shape and pose both count, without any alignment;
 * {@linkcode mpjpe} for their joints. {@linkcode balanced} makes bMPVPE and its tails of it.
 *
 * @param pred Predicted vertices `[N, V, 3]`, in any unit of length, mostly millimeters.
 * @param target Vertices, in the shape and unit of `pred`.
 * @returns The mean over all vertices of all bodies, in units of the vertices.
 * @throws {TypeError} If an argument holds no numbers, or is not `[N, V, 3]`.
 * @throws {RangeError} If there is no vertex, or an element is NaN or infinite.
 *
 * @example One body of two vertices, off by 5 and by 1
 * ```ts
 * import { mpvpe } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const target = [[[0, 0, 0], [0, 0, 1]]];
 * assertEquals(await mpvpe([[[3, 4, 0], [0, 1, 1]]], target), 3);
 * ```
 *
 * @see Pavlakos et al., Learning to Estimate 3D Human Pose and Shape from a Single Color Image,
 * CVPR 2018.
 */
export async function mpvpe(pred: Values, target: Values): Promise<number> {
  const vertices = await readPoses("MPVPE", pred, target, "V");
  return meanDistance(vertices.pred, vertices.target);
}
