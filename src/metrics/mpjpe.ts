/**
 * The mean per-joint position error.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { meanDistance, moved, readPoses } from "./joints.ts";
import type { Values } from "./values.ts";

/** What poses are aligned by before they are compared. */
export interface MpjpeOptions {
  /**
   * Index of the joint that both poses are moved to the origin by, mostly the pelvis. Default:
   * none.
   */
  readonly root?: number | undefined;
}

/**
 * Mean per-joint position error (MPJPE): the mean distance of a predicted joint from its place.
 *
 * Choose it for 3-D poses, mostly with `root`; {@linkcode paMpjpe} also forgives scale and
 * orientation. For rare poses, {@linkcode shotwise} takes it as the metric, with a number a pose to
 * bin by.
 *
 * @param pred Predicted joints `[N, J, 3]`, in any unit of length.
 * @param target Joints, in the shape and unit of `pred`.
 * @param options The root joint.
 * @returns The mean over all joints of all poses, in units of the joints. With `root` the root
 * joint itself counts with its distance of 0, as usual.
 * @throws {TypeError} If an argument holds no numbers, or is not `[N, J, 3]`.
 * @throws {RangeError} If there is no joint, an element is NaN or infinite, or `root` is no joint's
 * index.
 *
 * @example One pose of two joints, moved by (3, 4, 0)
 * ```ts
 * import { mpjpe } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const target = [[[0, 0, 0], [0, 0, 1]]];
 * const pred = [[[3, 4, 0], [3, 4, 1]]];
 * assertEquals(await mpjpe(pred, target), 5);
 * assertEquals(await mpjpe(pred, target, { root: 0 }), 0);
 * ```
 *
 * @see Ionescu et al., Human3.6M, TPAMI 36, 2014.
 */
export async function mpjpe(
  pred: Values,
  target: Values,
  options: MpjpeOptions = {},
): Promise<number> {
  checkOptions(options, ["root"], "Cannot compute MPJPE");
  const { root } = options;
  if (root !== undefined) {
    checkNumber(root, "root", "Cannot compute MPJPE", { whole: true, least: 0 });
  }
  const { pred: p, target: t, poses, joints } = await readPoses("MPJPE", pred, target);
  if (root === undefined) return meanDistance(p, t);
  if (root >= joints) {
    throw new RangeError(
      `Cannot compute MPJPE as root must be the index of one of ${joints} joints: ` +
        `current value is ${root}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < poses; i++) {
    const [a, b] = [p, t].map((data) => {
      const pose = data.subarray(i * joints * 3, (i + 1) * joints * 3);
      return moved(pose, pose.subarray(root * 3));
    });
    sum += meanDistance(a!, b!);
  }
  return sum / poses;
}
