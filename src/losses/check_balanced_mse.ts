/**
 * Checks of what the Balanced MSE losses take beyond predictions and labels.
 *
 * @module
 */
import { sameShape } from "../check/same_shape.ts";
import { isTensor } from "../check/is_tensor.ts";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import type { Dimensions, Method } from "../kernels/log_mass/contract.ts";
import type { LabelPrior } from "../priors/label_prior.ts";
import type { Tensor } from "../tensor.ts";
import type { BalancedMseOptions } from "./balanced_mse_options.ts";
import { checkReduction, checkRows, checkTensor } from "./check_rows.ts";
import { ROW_OPTIONS } from "./row_options.ts";

/** The options of Balanced MSE by name. */
export const BALANCED_MSE_OPTIONS: readonly string[] = [
  ...ROW_OPTIONS,
  "restoreScale",
  "mseWeight",
  "priorWeight",
  "noiseNormalizer",
  "ownLabel",
  "method",
  "dimensions",
];
const PRIOR: readonly string[] = ["logWeight", "center", "variance", "rotation"];

/** What a loss is called in its errors, and what its caller calls the columns. */
export interface Words {
  readonly action: string;
  readonly center?: string;
  readonly logWeight?: string;
  readonly variance?: string;
}

/**
 * Throws unless the arguments of a loss are right, all but the prior and the rows' weights and
 * mask; `names` are the options that it has.
 */
export function checkBalancedMse(
  pred: Tensor,
  target: Tensor,
  noiseVar: number | readonly number[] | Tensor,
  options: BalancedMseOptions,
  action: string,
  names: readonly string[] = BALANCED_MSE_OPTIONS,
): void {
  const claim = `Cannot compute ${action}`;
  checkOptions(options, names, claim);
  const { reduction = "mean", restoreScale = true, mseWeight = 1, priorWeight = 1 } = options;
  const { noiseNormalizer = true, ownLabel = false } = options;
  const { method = "auto", dimensions = "joint" } = options;
  checkReduction(reduction, action);
  checkBoolean(restoreScale, "restoreScale", claim);
  checkNumber(mseWeight, "mseWeight", claim, { least: 0, float32: true });
  checkNumber(priorWeight, "priorWeight", claim, { least: 0, float32: true });
  checkBoolean(noiseNormalizer, "noiseNormalizer", claim);
  checkBoolean(ownLabel, "ownLabel", claim);
  checkChoice(method, "method", ["auto", "direct", "linear"], claim);
  checkChoice(dimensions, "dimensions", ["joint", "each"], claim);
  checkRows(pred, target, action);
  checkNoiseVar(noiseVar, pred.shape[1] ?? 1, action, { rows: pred.shape[0]! });
}

/**
 * Throws unless a noise is one number or `dim` of them, above 0, or a tensor `[]` or `[dim]`, or
 * of `rows`, where they may have noises of their own, `[rows, 1]` or `[rows, dim]`; `name` is what
 * its loss calls it.
 */
export function checkNoiseVar(
  noiseVar: number | readonly number[] | Tensor,
  dim: number,
  action: string,
  { name = "noiseVar", rows }: { name?: string; rows?: number } = {},
): void {
  if (isTensor(noiseVar)) {
    checkTensor(noiseVar, name, action);
    const shapes = [[], [dim], ...(rows === undefined ? [] : [[rows, 1], [rows, dim]])];
    if (!shapes.some((shape) => sameShape(noiseVar.shape, shape))) {
      const byRow = [...new Set([`[${rows}, 1]`, `[${rows}, ${dim}]`])].join(" or ");
      throw new TypeError(
        `Cannot compute ${action} as ${name} must be a number or a scalar tensor, or [${dim}]${
          rows === undefined ? "" : `, or by row ${byRow}`
        }: current shape is [${noiseVar.shape}]`,
      );
    }
    return;
  }
  const isArray = Array.isArray(noiseVar);
  const values: readonly unknown[] = isArray ? noiseVar : [noiseVar];
  if (values.length !== (isArray ? dim : 1) || values.some((value) => typeof value !== "number")) {
    throw new TypeError(
      `Cannot compute ${action} as ${name} must be a number, ${dim} numbers or a tensor: ` +
        `current value is ${shown(noiseVar)}`,
    );
  }
  for (const value of values as number[]) {
    // Below float32's smallest normal number its inverse overflows.
    if (!(value >= 2 ** -126 && value < 2 ** 128)) {
      throw new RangeError(
        `Cannot compute ${action} as ${name} must be a positive finite float32: ` +
          `current value is ${value}`,
      );
    }
  }
}

/** Throws unless the prior's tensors have shapes that go together with `dim` dimensions. */
export function checkPrior(
  prior: LabelPrior,
  dim: number,
  words: Words,
  dimensions: Dimensions = "joint",
): void {
  const { action } = words;
  checkOptions(prior, PRIOR, `Cannot compute ${action}`, "the prior's fields");
  const { center, logWeight, variance, rotation } = prior;
  const nameOf = (field: keyof LabelPrior) =>
    (field !== "rotation" && words[field]) || `the prior's ${field}`;
  checkTensor(center, nameOf("center"), action, "label");
  const columns = center.shape[0]!;
  if (center.size === 0) {
    throw new RangeError(
      `Cannot compute ${action} as the prior must not be empty: current shape of center is ` +
        `[${center.shape}]`,
    );
  }
  const each = dimensions === "each"; // may have one prior for all, or priors of their own
  const wide = [[columns, dim]];
  const shared = each && dim > 1 ? [[columns, 1], [columns]] : dim === 1 ? [[columns]] : [];
  const rules: [field: keyof LabelPrior, tensor: Tensor | undefined, shapes: number[][]][] = [
    ["center", center, [...wide, ...shared]],
    ["logWeight", logWeight, each ? [[columns], ...wide] : [[columns]]],
    ["variance", variance, [...wide, [columns]]],
    ["rotation", rotation, [[columns, dim, dim]]],
  ];
  for (const [field, tensor, shapes] of rules) {
    if (tensor === undefined) continue;
    checkTensor(tensor, nameOf(field), action, "label");
    if (!shapes.some((shape) => sameShape(tensor.shape, shape))) {
      throw new TypeError(
        `Cannot compute ${action} as ${nameOf(field)} must be ${
          shapes.map((shape) => `[${shape.join(", ")}]`).join(" or ")
        }: current shape is [${tensor.shape}]`,
      );
    }
  }
  if (rotation && variance?.rank !== 2) {
    throw new TypeError(
      `Cannot compute ${action} as a prior with a rotation must have a variance of shape ` +
        `[${columns}, ${dim}]: ` +
        `current shape is ${variance ? `[${variance.shape}]` : "none"}`,
    );
  }
}

/** Throws unless `method` is one for this prior; `dim`, 1 where each dimension is for itself. */
export function checkMethod(
  method: Method,
  dim: number,
  { variance }: LabelPrior,
  action: string,
): void {
  if (method === "linear" && (dim !== 1 || variance !== undefined)) {
    throw new RangeError(
      `Cannot compute ${action} as method "linear" wants labels of one dimension and a prior ` +
        `without variance: ` +
        `current value is ${dim} ${dim === 1 ? "dimension and a variance" : "dimensions"}`,
    );
  }
}
