/** Poses: joints in three dimensions. */
import { readPair, type Values } from "./values.ts";

/** Joints of all poses, x, y, z in turn. */
export interface Poses {
  readonly pred: Float64Array;
  readonly target: Float64Array;
  readonly poses: number;
  readonly joints: number;
}

/** Reads `[N, J, 3]` of both; `points` is the letter for how many points a pose has. */
export async function readPoses(
  what: string,
  pred: Values,
  target: Values,
  points = "J",
): Promise<Poses> {
  const pair = await readPair(what, pred, target);
  const [poses, joints, dim] = pair.shape;
  if (pair.shape.length !== 3 || dim !== 3) {
    throw new TypeError(
      `Cannot compute ${what} as pred must be [N, ${points}, 3]: current shape is [${pair.shape}]`,
    );
  }
  return { pred: pair.pred, target: pair.target, poses: poses!, joints: joints! };
}

/** The mean distance of two lists of points. */
export function meanDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 3) {
    sum += Math.hypot(a[k]! - b[k]!, a[k + 1]! - b[k + 1]!, a[k + 2]! - b[k + 2]!);
  }
  return sum / (a.length / 3);
}

/** The points less one of their own, or less any other. */
export function moved(points: Float64Array, origin: ArrayLike<number>): Float64Array {
  return points.map((value, k) => value - origin[k % 3]!);
}
