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
}

/**
 * Makes the parts of batches; to be called within a tidy. One batch is its own step, and costs
 * nothing.
 */
export function stepParts(batches: readonly RowBatch[]): StepPart[] {
  const [first] = batches as [RowBatch];
  if (batches.length === 1) {
    return [{ x: first.x, y: first.y, rows: rowsOf(first, first.y, first.mask), penalized: true }];
  }
  const labels = joinRows(batches.map(({ y }) => y));
  const isMasked = batches.some(({ mask }) => mask);
  const masks = batches.map(({ y, mask }) => mask ?? tf.ones([rowCount(y)], "bool"));
  const labelsMask = isMasked ? tf.concat(masks, 0) : undefined;
  const all = labelsMask ? tf.maximum(counted(labelsMask), 1) : rowCount(labels);
  return batches.map((batch, i) => ({
    x: batch.x,
    y: batch.y,
    rows: rowsOf(batch, labels, labelsMask),
    share: isMasked ? tf.div(counted(masks[i]!), all) : rowCount(batch.y) / (all as number),
    penalized: i === 0,
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
