/**
 * A batch as the trainer works with it: checked, its weights and mask as tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";
import type { Tensor } from "../tensor.ts";
import { isTensors, namedTensors, rowCount, type Tensors } from "./tensors.ts";

/** Rows of inputs and labels, and what they carry. */
export interface RowBatch {
  readonly x: Tensors;
  readonly y: Tensors;
  /** `[N]`. */
  readonly weights?: Tensor;
  /** `[N]`, bool. */
  readonly mask?: Tensor;
  /** The batch of which this is a rank's part. */
  readonly whole?: { readonly y: Tensors; readonly mask?: Tensor };
  /** Whether it has no row of its own: the one that it has is another rank's, and counts 0. */
  readonly borrowed?: boolean;
}

const FIELDS = ["x", "y", "weights", "mask"];

/**
 * Checks a batch, or all data as one. Weights and a mask in arrays become tensors, which are the
 * caller's to free: those of the result that the value does not have.
 *
 * @throws {TypeError} If it is no batch, a tensor is disposed or numbers of rows differ.
 * @throws {RangeError} If it has no row, or a weight or mask element is out of its domain.
 */
export function rowBatch(value: unknown, name: string, action: string): RowBatch {
  const claim = `Cannot ${action} as ${name}`;
  const { x, y, weights, mask } = checkFields(value, claim);
  const rows = rowCount(y as Tensors);
  const named = [...namedTensors(x as Tensors, "x"), ...namedTensors(y as Tensors, "y")];
  for (const [key, tensor] of named) {
    if (tensor.isDisposed) {
      throw new TypeError(`${claim}.${key} must not be disposed: it currently is`);
    }
    if (tensor.dtype === "complex64") {
      throw new TypeError(`${claim}.${key} must be real: current dtype is ${tensor.dtype}`);
    }
    if (tensor.rank === 0 || tensor.shape[0] !== rows) {
      throw new TypeError(
        `${claim} must be { x, y } with the same number of rows: current shapes are ` +
          named.map(([key, { shape }]) => `${key} [${shape}]`).join(" and "),
      );
    }
  }
  if (rows === 0) {
    throw new RangeError(`${claim} must not be empty: current number of rows is 0`);
  }
  const made: Tensor[] = [];
  try {
    const given = {
      ...(weights !== undefined && { weights: column(weights, rows, `${claim}.weights`, made) }),
      ...(mask !== undefined && { mask: maskOf(mask, rows, `${claim}.mask`, made) }),
    };
    return { x: x as Tensors, y: y as Tensors, ...given };
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

function checkFields(value: unknown, claim: string): Record<string, unknown> {
  const isList = Array.isArray(value) || isTensor(value);
  const fields = (typeof value === "object" && value !== null && !isList ? value : {}) as Record<
    string,
    unknown
  >;
  const strange = Object.keys(fields).find((key) => !FIELDS.includes(key));
  if (isTensors(fields.x) && isTensors(fields.y) && strange === undefined) return fields;
  const remedy = "xs" in fields || "ys" in fields
    ? " (rename xs and ys)"
    : Array.isArray(value) || isTensor(value)
    ? " (name them { x: inputs, y: labels })"
    : "";
  const current = strange === undefined || !isTensors(fields.x) ? shown(value) : shown(strange);
  throw new TypeError(
    `${claim} must be { x, y, weights?, mask? } of tensors${remedy}: current value is ${current}`,
  );
}

/** Numbers from 0 on, one a row. */
function column(value: unknown, rows: number, claim: string, made: Tensor[]): Tensor {
  if (isTensor(value)) return checkedTensor(value, rows, claim);
  const values = listOf(value, rows, claim);
  values.forEach((weight, i) => {
    if (typeof weight === "number" && weight >= 0 && Math.fround(weight) < Infinity) return;
    throw new (typeof weight === "number" ? RangeError : TypeError)(
      `${claim} must be finite numbers >= 0: current value of row ${i} is ${shown(weight)}`,
    );
  });
  const tensor = tf.tensor1d(values as number[], "float32");
  made.push(tensor);
  return tensor;
}

/** Whether each row counts. */
function maskOf(value: unknown, rows: number, claim: string, made: Tensor[]): Tensor {
  let tensor: Tensor;
  if (isTensor(value)) {
    const given = checkedTensor(value, rows, claim);
    if (given.dtype === "bool") return given;
    tensor = tf.tidy(() => tf.notEqual(given, tf.scalar(0, given.dtype as "int32")));
  } else {
    const values = listOf(value, rows, claim);
    values.forEach((keep, i) => {
      if (typeof keep === "boolean" || keep === 0 || keep === 1) return;
      throw new (typeof keep === "number" ? RangeError : TypeError)(
        `${claim} must be true or false, 1 or 0: current value of row ${i} is ${shown(keep)}`,
      );
    });
    tensor = tf.tensor1d(values.map(Boolean), "bool");
  }
  made.push(tensor);
  return tensor;
}

function listOf(value: unknown, rows: number, claim: string): unknown[] {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  const values = isList ? Array.from(value as ArrayLike<unknown>) : undefined;
  if (values?.length === rows) return values;
  throw new TypeError(
    `${claim} must be a tensor or an array with one value a row, ${rows}: current value is ` +
      (values ? `of length ${values.length}` : shown(value)),
  );
}

function checkedTensor(tensor: Tensor, rows: number, claim: string): Tensor {
  if (tensor.isDisposed) throw new TypeError(`${claim} must not be disposed: it currently is`);
  if (tensor.dtype === "string" || tensor.dtype === "complex64") {
    throw new TypeError(`${claim} must be numbers: current dtype is ${tensor.dtype}`);
  }
  if (tensor.rank === 1 && tensor.shape[0] === rows) return tensor;
  throw new TypeError(`${claim} must be [${rows}]: current shape is [${tensor.shape}]`);
}

/** Frees what {@linkcode rowBatch} has made of arrays. */
export function freeMade(batch: RowBatch, given: unknown): void {
  const own = given as Partial<Record<"weights" | "mask", unknown>>;
  if (batch.weights !== own.weights) batch.weights?.dispose();
  if (batch.mask !== own.mask) batch.mask?.dispose();
}
