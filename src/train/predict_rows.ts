/**
 * Predictions of any number of rows, some at a time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../check/shown.ts";
import type { Inference } from "./inference.ts";
import { isSameKind, joinParts, shapesOf } from "./row_join.ts";
import { rowSource } from "./row_source.ts";
import { isTensors, mapTensors, namedTensors, type Tensors } from "./tensors.ts";

/** How rows are predicted. */
export interface PredictRows {
  /** Rows at once. */
  readonly batchSize: number;
  /** Whether outputs of layers come by name. */
  readonly byName: boolean;
  /** What the caller does, for messages: "predict". */
  readonly action: string;
}

/** The event loop gets a turn so often; a turn costs about 1 ms. */
const TURN_MS = 100;

/** Predicts the rows of `x`; the result is new tensors, the caller's to free. */
export async function predictRows(
  infer: Inference,
  x: Tensors,
  { batchSize, byName, action }: PredictRows,
): Promise<Tensors> {
  const rows = checkInputs(x, action);
  const sources = namedTensors(x, "x").map(([name, tensor]) => rowSource(tensor, name, action));
  const parts: Tensors[] = [];
  let lastTurn = performance.now();
  try {
    for (const source of sources) await source.begin(undefined, undefined);
    for (let start = 0; start < rows; start += batchSize) {
      const size = Math.min(batchSize, rows - start);
      parts.push(tf.tidy(() => {
        const part = mapTensors(x, (_, i) => sources[i]!.part(start, size));
        const pred = infer(part, byName);
        checkOutputs(pred, size, parts[0], action);
        // A clone: what a model returns may be its input, or a variable.
        return mapTensors(pred, (tensor) => tensor.clone()) as tf.TensorContainer;
      }) as Tensors);
      if (performance.now() - lastTurn < TURN_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      lastTurn = performance.now();
    }
    return parts.length === 1 ? parts.pop()! : await joinParts(parts);
  } finally {
    for (const source of sources) source.end();
    tf.dispose(parts as unknown as tf.TensorContainer);
  }
}

/** Throws unless these are tensors of as many rows, at least one; returns how many. */
function checkInputs(x: unknown, action: string): number {
  const claim = `Cannot ${action} as`;
  if (!isTensors(x)) {
    throw new TypeError(
      `${claim} x must be a tensor, or tensors in an array or by name: current value is ${
        shown(x)
      }`,
    );
  }
  const named = namedTensors(x, "x");
  const disposed = named.find(([, tensor]) => tensor.isDisposed);
  if (disposed) {
    throw new TypeError(`${claim} ${disposed[0]} must not be disposed: it currently is`);
  }
  const complex = named.find(([, { dtype }]) => dtype === "complex64");
  if (complex) {
    throw new TypeError(`${claim} ${complex[0]} must be real: current dtype is complex64`);
  }
  const rows = named[0]![1].shape[0];
  if (!named.every(([, { rank, shape }]) => rank > 0 && shape[0] === rows)) {
    throw new TypeError(
      `${claim} x must have rows, of each tensor as many: current shapes are ${shapesOf(x, "x")}`,
    );
  }
  if (!rows) {
    throw new RangeError(`${claim} x must not be empty: current number of rows is 0`);
  }
  return rows;
}

/** Throws unless there is a prediction for each row, of the same form as for the rows before. */
function checkOutputs(
  pred: Tensors,
  rows: number,
  before: Tensors | undefined,
  action: string,
): void {
  const hasRows = namedTensors(pred, "pred").every(([, { shape }]) => shape[0] === rows);
  if (hasRows && isSameKind(pred, before ?? pred)) return;
  throw new TypeError(
    `Cannot ${action} as model.predict must return a row for each of its ${rows} rows, ` +
      `always of one kind: current shapes are ${shapesOf(pred, "pred")}` +
      (before === undefined ? "" : `, before ${shapesOf(before, "pred")}`),
  );
}
