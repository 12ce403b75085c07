/**
 * Checks of what bodies are computed of; `action` is as in "Cannot compute rotations as".
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkTensor } from "../../losses/check_rows.ts";
import type { Tensor } from "../../tensor.ts";

/** A side of a shape: a length, or any length of this name. */
export type Side = number | string;

const fits = (shape: readonly number[], sides: readonly Side[]) =>
  shape.length === sides.length &&
  sides.every((side, k) => typeof side === "string" || side === shape[k]);

/**
 * Throws unless `tensor` is of float32, not empty, and of one of the shapes; `"..."` in front
 * stands for any sides.
 */
export function checkSides(
  tensor: Tensor,
  name: string,
  action: string,
  ...shapes: readonly (readonly Side[])[]
): void {
  checkTensor(tensor, name, action);
  const ok = shapes.some((sides) =>
    sides[0] === "..."
      ? tensor.rank >= sides.length - 1 &&
        fits(tensor.shape.slice(tensor.rank - sides.length + 1), sides.slice(1))
      : fits(tensor.shape, sides)
  );
  if (!ok) {
    const words = shapes.map((sides) => `[${sides.join(", ")}]`).join(" or ");
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be ${words}: current shape is [${tensor.shape}]`,
    );
  }
  if (tf.util.sizeFromShape(tensor.shape) === 0) {
    throw new RangeError(
      `Cannot compute ${action} as ${name} must not be empty: current shape is [${tensor.shape}]`,
    );
  }
}
