/**
 * The mean per-joint position error after Procrustes alignment.
 *
 * @module
 */
import { determinant, Matrix, SVD } from "ml-matrix";
import { meanDistance, moved, readPoses } from "./joints.ts";
import type { Values } from "./values.ts";

/**
 * MPJPE after Procrustes alignment (PA-MPJPE): each predicted pose is moved, turned and scaled so
 * that the squared distances to its target are least, then its joints' mean distance is taken.
 *
 * Choose it for the shape of a pose alone. It never mirrors: left and right swapped remain an
 * error. A pose predicted as a single point is compared as the target's center, the limit of that
 * alignment.
 *
 * @param pred Predicted joints `[N, J, 3]`, in any unit of length.
 * @param target Joints, in the shape of `pred`; their unit is that of the result.
 * @returns The mean over all joints of all poses, in units of `target`. It is mostly, not always,
 * at most {@linkcode mpjpe}: the alignment minimizes squared distances.
 * @throws {TypeError} If an argument holds no numbers, or is not `[N, J, 3]`.
 * @throws {RangeError} If there is no joint, or an element is NaN or infinite.
 *
 * @example A pose turned by a quarter about z, twice as large
 * ```ts
 * import { paMpjpe } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const target = [[[1, 0, 0], [0, 2, 0], [0, 0, 3], [1, 1, 1]]];
 * const pred = [[[0, 2, 5], [-4, 0, 5], [0, 0, 11], [-2, 2, 7]]];
 * assertAlmostEquals(await paMpjpe(pred, target), 0, 1e-12);
 * ```
 *
 * @see Gower, Generalized Procrustes analysis, Psychometrika 40, 1975; Umeyama, Least-squares
 * estimation of transformation parameters between two point patterns, TPAMI 13, 1991, eq. 40 to 43.
 */
export async function paMpjpe(pred: Values, target: Values): Promise<number> {
  const { pred: p, target: t, poses, joints } = await readPoses("PA-MPJPE", pred, target);
  let sum = 0;
  for (let i = 0; i < poses; i++) {
    const [from, to] = [i * joints * 3, (i + 1) * joints * 3];
    sum += alignedDistance(p.subarray(from, to), t.subarray(from, to));
  }
  return sum / poses;
}

/** The mean distance after the best similarity transform of `pred`. */
function alignedDistance(pred: Float64Array, target: Float64Array): number {
  const [a, b] = [moved(pred, center(pred)), moved(target, center(target))];
  const spread = a.reduce((sum, value) => sum + value * value, 0);
  if (spread === 0) return meanDistance(a, b);
  // cross = sum_k target_k pred_k^T = U S V^T; the best rotation is U diag(1, 1, +-1) V^T.
  const cross = new Matrix(3, 3);
  for (let k = 0; k < a.length; k += 3) {
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) cross.set(r, c, cross.get(r, c) + b[k + r]! * a[k + c]!);
    }
  }
  const svd = new SVD(cross);
  const [u, v] = [svd.leftSingularVectors, svd.rightSingularVectors];
  // The least singular direction gives way where U V^T alone would mirror.
  const signs = [1, 1, determinant(u) * determinant(v) < 0 ? -1 : 1];
  const rotation = u.mmul(Matrix.diag(signs)).mmul(v.transpose());
  const scale = svd.diagonal.reduce((sum, value, k) => sum + value * signs[k]!, 0) / spread;
  const aligned = a.map((_, k) => {
    const [point, axis] = [k - k % 3, k % 3];
    let value = 0;
    for (let c = 0; c < 3; c++) value += rotation.get(axis, c) * a[point + c]!;
    return scale * value;
  });
  return meanDistance(aligned, b);
}

function center(points: Float64Array): number[] {
  const sums = [0, 0, 0];
  points.forEach((value, k) => sums[k % 3]! += value);
  return sums.map((sum) => sum / (points.length / 3));
}
