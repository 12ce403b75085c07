/**
 * The skeleton of the synthetic body: places, parents and girths of 24 joints, in meters.
 *
 * @module
 */

/** A joint in a standing pose with arms stretched out; x to the body's left, y up, z to the front. */
export interface SyntheticJoint {
  readonly parent: number;
  readonly place: readonly [x: number, y: number, z: number];
  /** Radius of the limb that leads to it, in meters. */
  readonly radius: number;
  /** What part of the body that limb belongs to. */
  readonly part: "torso" | "leg" | "arm" | "head";
}

type Row = readonly [
  parent: number,
  x: number,
  y: number,
  z: number,
  radius: number,
  part: SyntheticJoint["part"],
];

/** In the order of SMPL's joints. */
const ROWS: readonly Row[] = [
  [-1, 0, 0, 0, 0, "torso"], // pelvis
  [0, 0.09, -0.08, 0, 0.09, "torso"], // hips
  [0, -0.09, -0.08, 0, 0.09, "torso"],
  [0, 0, 0.12, -0.01, 0.13, "torso"], // spine
  [1, 0.1, -0.46, 0, 0.07, "leg"], // knees
  [2, -0.1, -0.46, 0, 0.07, "leg"],
  [3, 0, 0.26, 0, 0.13, "torso"], // spine
  [4, 0.1, -0.86, -0.02, 0.05, "leg"], // ankles
  [5, -0.1, -0.86, -0.02, 0.05, "leg"],
  [6, 0, 0.34, 0.01, 0.14, "torso"], // spine
  [7, 0.11, -0.92, 0.1, 0.04, "leg"], // feet
  [8, -0.11, -0.92, 0.1, 0.04, "leg"],
  [9, 0, 0.52, -0.02, 0.06, "torso"], // neck
  [9, 0.08, 0.44, -0.01, 0.07, "torso"], // collars
  [9, -0.08, 0.44, -0.01, 0.07, "torso"],
  [12, 0, 0.62, 0.02, 0.09, "head"], // head
  [13, 0.18, 0.46, -0.02, 0.06, "torso"], // shoulders
  [14, -0.18, 0.46, -0.02, 0.06, "torso"],
  [16, 0.44, 0.45, -0.03, 0.045, "arm"], // elbows
  [17, -0.44, 0.45, -0.03, 0.045, "arm"],
  [18, 0.69, 0.45, -0.03, 0.035, "arm"], // wrists
  [19, -0.69, 0.45, -0.03, 0.035, "arm"],
  [20, 0.77, 0.45, -0.03, 0.03, "arm"], // hands
  [21, -0.77, 0.45, -0.03, 0.03, "arm"],
];

/** The joints, parents first. */
export const SYNTHETIC_SKELETON: readonly SyntheticJoint[] = ROWS.map(
  ([parent, x, y, z, radius, part]) => ({ parent, place: [x, y, z], radius, part }),
);
