/**
 * Checks of what the Balanced MSE losses take beyond predictions and labels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Method } from "../kernels/log_mass/contract.ts";
import type { LabelPrior } from "../priors/label_prior.ts";
import type { Tensor } from "../tensor.ts";
import { checkTensor } from "./check_rows.ts";

/** Throws unless `noiseVar` is one number or `dim` of them, above 0, or a tensor `[]` or `[dim]`. */
export function checkNoiseVar(
  noiseVar: number | readonly number[] | Tensor,
  dim: number,
  action: string,
): void {
  if (noiseVar instanceof tf.Tensor) {
    checkTensor(noiseVar, "noiseVar", action);
    if (noiseVar.rank !== 0 && !tf.util.arraysEqual(noiseVar.shape, [dim])) {
      throw new TypeError(
        `Cannot compute ${action} as noiseVar must be a number or a scalar tensor, or [${dim}]: ` +
          `current shape is [${noiseVar.shape}]`,
      );
    }
    return;
  }
  const isArray = Array.isArray(noiseVar);
  const values: readonly unknown[] = isArray ? noiseVar : [noiseVar];
  if (values.length !== (isArray ? dim : 1) || values.some((value) => typeof value !== "number")) {
    throw new TypeError(
      `Cannot compute ${action} as noiseVar must be a number, ${dim} numbers or a tensor: current value is ${noiseVar}`,
    );
  }
  for (const value of values as number[]) {
    // Below float32's smallest normal number 1 / noiseVar overflows.
    if (!(value >= 2 ** -126 && value < 2 ** 128)) {
      throw new RangeError(
        `Cannot compute ${action} as noiseVar must be a positive finite float32: current value is ${value}`,
      );
    }
  }
}

/** Throws unless the prior's tensors have shapes that go together with `dim` dimensions. */
export function checkPrior(prior: LabelPrior, dim: number, action: string): void {
  const { center, logWeight, variance, rotation } = prior;
  checkTensor(center, "the prior's center", action, "label");
  const columns = center.shape[0]!;
  if (center.size === 0) {
    throw new RangeError(
      `Cannot compute ${action} as the prior must not be empty: current shape of center is [${center.shape}]`,
    );
  }
  const rules: [name: string, tensor: Tensor | undefined, shapes: number[][]][] = [
    ["center", center, dim === 1 ? [[columns, 1], [columns]] : [[columns, dim]]],
    ["logWeight", logWeight, [[columns]]],
    ["variance", variance, [[columns, dim], [columns]]],
    ["rotation", rotation, [[columns, dim, dim]]],
  ];
  for (const [name, tensor, shapes] of rules) {
    if (tensor === undefined) continue;
    checkTensor(tensor, `the prior's ${name}`, action, "label");
    if (!shapes.some((shape) => tf.util.arraysEqual(tensor.shape, shape))) {
      throw new TypeError(
        `Cannot compute ${action} as the prior's ${name} must be ${
          shapes.map((shape) => `[${shape.join(", ")}]`).join(" or ")
        }: current shape is [${tensor.shape}]`,
      );
    }
  }
  if (rotation && variance?.rank !== 2) {
    throw new TypeError(
      `Cannot compute ${action} as a prior with a rotation must have a variance of shape [${columns}, ${dim}]: ` +
        `current shape is ${variance ? `[${variance.shape}]` : "none"}`,
    );
  }
}

/** Throws unless `method` is one, and one for this prior. */
export function checkMethod(
  method: Method,
  dim: number,
  { variance }: LabelPrior,
  action: string,
): void {
  if (method !== "auto" && method !== "direct" && method !== "linear") {
    throw new TypeError(
      `Cannot compute ${action} as method must be "auto", "direct" or "linear": current value is ${method}`,
    );
  }
  if (method === "linear" && (dim !== 1 || variance !== undefined)) {
    throw new RangeError(
      `Cannot compute ${action} as method "linear" wants labels of one dimension and a prior without variance: ` +
        `current value is ${dim} ${dim === 1 ? "dimension and a variance" : "dimensions"}`,
    );
  }
}
