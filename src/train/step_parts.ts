/**
 * The parts of a step, each with what its loss is told and what it weighs.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import type { BatchRows } from "./data.ts";
import type { RowBatch } from "./row_batch.ts";
import { joinRows, rowCount, type Tensors } from "./tensors.ts";

/** What a step is made of. */
export interface Step {
  readonly batches: readonly RowBatch[];
  /** The rows of all ranks, where they share the step. */
  readonly whole?: WholeStep;
}

/** What a rank knows of a step that it has a share of. */
export interface WholeStep {
  readonly labels: Tensors;
  readonly mask?: Tensor;
  /** Whether the regularizers are this rank's to add. */
  readonly penalized: boolean;
}

/** Rows of which a gradient is taken in one go. */
export interface StepPart {
  readonly x: Tensors;
  readonly y: Tensors;
  /** What the loss is told. */
  readonly rows: BatchRows<Tensors>;
  /**
   * What the part's mean counts in the step's: its share of the rows that count; undefined for 1.
   */
  readonly share?: number | Tensor;
  /** Whether the model's regularizers are added to it: once a step. */
  readonly penalized: boolean;
  /** See {@linkcode RowBatch}. */
  readonly borrowed?: boolean;
}

/**
 * Makes the parts of a step; to be called within a tidy. One batch that is not shared is its own
 * step, and costs nothing.
 */
export function stepParts({ batches, whole }: Step): StepPart[] {
  const [first] = batches as [RowBatch];
  if (batches.length === 1 && !whole) {
    const { x, y, mask, borrowed } = first;
    return [{
      ...{ x, y, rows: rowsOf(first, y, mask), penalized: true },
      ...(borrowed && { borrowed }),
    }];
  }
  const labels = whole?.labels ?? joinRows(batches.map(({ y }) => y));
  const isMasked = whole ? whole.mask !== undefined : batches.some(({ mask }) => mask);
  const masks = batches.map(({ y, mask }) => mask ?? tf.ones([rowCount(y)], "bool"));
  const labelsMask = isMasked ? whole?.mask ?? tf.concat(masks, 0) : undefined;
  const all = labelsMask ? tf.maximum(counted(labelsMask), 1) : rowCount(labels);
  return batches.map((batch, i) => ({
    x: batch.x,
    y: batch.y,
    rows: rowsOf(batch, labels, labelsMask),
    share: batch.borrowed
      ? 0
      : isMasked
      ? tf.div(counted(masks[i]!), all)
      : rowCount(batch.y) / (all as number),
    penalized: i === 0 && (whole?.penalized ?? true),
    ...(batch.borrowed && { borrowed: batch.borrowed }),
  }));
}

function rowsOf(
  { weights, mask }: RowBatch,
  labels: Tensors,
  labelsMask: Tensor | undefined,
): BatchRows<Tensors> {
  return {
    labels,
    ...(labelsMask && { labelsMask }),
    ...(weights && { weights }),
    ...(mask && { mask }),
  };
}

/** How many rows a mask leaves, on the device. */
function counted(mask: Tensor): Tensor {
  const ones = tf.ones(mask.shape);
  return tf.sum(tf.where(mask, ones, tf.zerosLike(ones)));
}
