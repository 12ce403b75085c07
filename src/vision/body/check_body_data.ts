/**
 * Checks of the parts of a body.
 *
 * @module
 */
import { checkOptions } from "../../check/check_options.ts";
import { checkSides } from "./check_body.ts";
import type { BodyData } from "./body_data.ts";
import { checkParents } from "./forward_kinematics.ts";

const NAMES = [
  "template",
  "shapeDirections",
  "poseDirections",
  "jointRegressor",
  "weights",
  "parents",
] as const;

/** Throws unless the parts of a body are all there, and go together. */
export function checkBodyData(data: BodyData, claim: string): void {
  checkOptions(data, NAMES, claim, "body");
  const missing = NAMES.filter((name) => data[name] === undefined);
  if (missing.length > 0) {
    throw new TypeError(`${claim} as a body has all of [${NAMES}]: current body has no ${missing}`);
  }
  const { template, shapeDirections, poseDirections, jointRegressor, weights, parents } = data;
  const action = "a body";
  checkSides(template, "template", action, ["V", 3]);
  const size = template.shape[0]!;
  checkSides(weights, "weights", action, [size, "J"]);
  const joints = weights.shape[1]!;
  checkSides(jointRegressor, "jointRegressor", action, [joints, size]);
  checkSides(shapeDirections, "shapeDirections", action, [size, 3, "S"]);
  // A body of one joint has none: its sides may multiply to 0.
  if (joints > 1) {
    checkSides(poseDirections, "poseDirections", action, [size, 3, 9 * (joints - 1)]);
  }
  checkParents(parents, joints, claim);
}
