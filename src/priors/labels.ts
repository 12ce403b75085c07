/**
 * Training labels in the forms that users hold them in.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { isLabelCounts, type LabelCounts, readLabelCounts } from "../bins/label_counts.ts";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { read } from "../webgpu/read.ts";

/**
 * Training labels: numbers (an array or a typed array) for one dimension, rows of D numbers for
 * more, a float32, int32 or bool tensor `[N]` or `[N, D]` on any backend, or counts `{ values,
 * counts }` of one dimension. A tensor is read back once and not disposed.
 */
export type Labels = ArrayLike<number> | ArrayLike<ArrayLike<number>> | Tensor | LabelCounts;

/** Labels as one row-major array of `rows * dim` finite numbers. */
export interface LabelTable {
  values: Float64Array;
  rows: number;
  dim: number;
  /** Whether they came as numbers, `[N]`, not as rows. */
  flat: boolean;
  /** How often each row occurs, 0 too, where they came as counts: `[rows]`. Otherwise once. */
  times?: Float64Array | undefined;
}

/**
 * Copies labels into a table.
 *
 * @param labels At least one label; every number finite in float32.
 * @param action What cannot be done without them, for the error: "Cannot ... as ...".
 * @throws {TypeError} If they are no labels, or rows differ in length.
 * @throws {RangeError} If there are none, or some are not finite.
 */
export async function readLabels(labels: Labels, action: string): Promise<LabelTable> {
  if (isLabelCounts(labels)) {
    const { values, counts } = readLabelCounts(labels, "labels", action);
    return { values, rows: values.length, dim: 1, flat: true, times: counts };
  }
  const table = isTensor(labels) ? await fromTensor(labels, action) : fromArray(labels, action);
  if (table.values.length === 0) {
    const shape = table.flat ? [0] : [table.rows, table.dim];
    throw new RangeError(`${action} as labels must not be empty: current shape is [${shape}]`);
  }
  checkFinite(table, action);
  return table;
}

/** Labels of one dimension: refuses rows of several numbers. */
export async function readLabels1d(
  labels: Labels,
  action: string,
): Promise<Pick<LabelTable, "values" | "times">> {
  const { values, rows, dim, times } = await readLabels(labels, action);
  if (dim !== 1) {
    throw new TypeError(
      `${action} as labels must be [N] or [N, 1]: current shape is [${[rows, dim]}]`,
    );
  }
  return { values, ...(times && { times }) };
}

async function fromTensor(labels: tf.Tensor, action: string): Promise<LabelTable> {
  if (labels.isDisposed) {
    throw new TypeError(
      `${action} as labels must not be disposed: current value is ${shown(labels)}`,
    );
  }
  const { dtype, shape: [rows = 1, dim = 1], rank } = labels;
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw new TypeError(
      `${action} as labels must be float32, int32 or bool: current dtype is ${dtype}`,
    );
  }
  if (rank !== 1 && rank !== 2) {
    throw new TypeError(
      `${action} as labels must be [N] or [N, D]: current shape is [${labels.shape}]`,
    );
  }
  return { values: Float64Array.from(await read(labels)), rows, dim, flat: rank === 1 };
}

function fromArray(
  labels: Exclude<Labels, Tensor | LabelCounts>,
  action: string,
): LabelTable {
  if (!isList(labels)) {
    throw new TypeError(
      `${action} as labels must be numbers, rows of numbers, counts or a tensor: current value is ${
        shown(labels)
      }`,
    );
  }
  const [rows, first] = [labels.length, labels[0]];
  const flat = !isList(first);
  const dim = flat ? 1 : first.length;
  const values = new Float64Array(rows * dim);
  for (let i = 0; i < rows; i++) {
    const row = labels[i];
    if (!flat && (!isList(row) || row.length !== dim)) {
      throw new TypeError(
        `${action} as labels must be rows of the same length, ${dim}: current row ${i} is ${
          isList(row) ? `of length ${row.length}` : shown(row)
        }`,
      );
    }
    for (let d = 0; d < dim; d++) {
      const value: unknown = isList(row) ? row[d] : row;
      if (typeof value !== "number" || (flat && isList(row))) {
        throw new TypeError(
          `${action} as labels must be numbers: current label ${i} is ${shown(flat ? row : value)}`,
        );
      }
      values[i * dim + d] = value;
    }
  }
  return { values, rows, dim, flat };
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** What float32, the losses' type, cannot hold counts as infinite. */
function checkFinite({ values, rows, dim }: LabelTable, action: string): void {
  let [bad, nan] = [0, 0];
  for (let i = 0; i < rows; i++) {
    let [rowBad, rowNan] = [false, false];
    for (let d = 0; d < dim; d++) {
      const value = values[i * dim + d]!;
      if (Number.isNaN(value)) rowNan = true;
      else if (!Number.isFinite(Math.fround(value))) rowBad = true;
    }
    if (rowNan) nan++;
    else if (rowBad) bad++;
  }
  if (nan + bad === 0) return;
  throw new RangeError(
    `${action} as labels must be finite float32 numbers: ` +
      `of ${rows} labels currently ${nan} are NaN and ${bad} infinite`,
  );
}
