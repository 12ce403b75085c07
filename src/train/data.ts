/**
 * What the trainer learns from.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import type { Tensors } from "./tensors.ts";

/** Inputs and their labels; the first dimension of all is the rows. */
export interface Batch<X extends Tensors = Tensor, Y extends Tensors = Tensor> {
  /** Inputs, `[N, ...]`: a tensor, several in an array, or by name. */
  readonly x: X;
  /** Labels, `[N, ...]`: likewise. */
  readonly y: Y;
  /** What each row weighs, `[N]`. It comes to the loss, which has to use it. */
  readonly weights?: Tensor | ArrayLike<number> | undefined;
  /**
   * Which rows count, `[N]`, bool (in an array also 1 and 0): for rows whose label is missing. It
   * comes to the loss.
   */
  readonly mask?: Tensor | ArrayLike<boolean | number> | undefined;
}

/**
 * Batches, made by someone else, who also disposes their tensors. Where batches are read ahead, the
 * trainer holds clones: a generator may dispose a batch when it is asked for the next.
 */
export type Batches<X extends Tensors = Tensor, Y extends Tensors = Tensor> =
  | Iterable<Batch<X, Y>>
  | AsyncIterable<Batch<X, Y>>;

/**
 * What a `tf.data` dataset is, as far as the trainer needs it: its elements are batches, `{ xs, ys
 * }` or `{ x, y }` (`.batch(32)` makes them), whose tensors the trainer frees.
 */
export interface Dataset {
  /** Begins an epoch. */
  iterator(): Promise<{ next(): Promise<IteratorResult<unknown>> }>;
}

/**
 * Where batches come from: tensors, which are shuffled and split; an iterable of batches that can
 * be iterated once an epoch; a function that makes one for each epoch, from 0 (a generator
 * function, say); or a `tf.data` dataset.
 */
export type Data<X extends Tensors = Tensor, Y extends Tensors = Tensor> =
  | Batch<X, Y>
  | Batches<X, Y>
  | ((epoch: number) => Batches<X, Y>)
  | Dataset;

/**
 * What a loss is told of its rows, besides predictions and labels. It is what this module's losses
 * take as options, so that it can be handed on as it is: `bmcLoss(pred, target, noiseVar, batch)`.
 */
export interface BatchRows<Y extends Tensors = Tensor> {
  /**
   * The labels of the whole step, of which these rows are a part under `accumulate`; else the
   * target itself.
   */
  readonly labels: Y;
  /** Which of those labels count, `[M]`, where the data has a mask. */
  readonly labelsMask?: Tensor | undefined;
  /** The rows' weights, `[N]`, where the data has them. */
  readonly weights?: Tensor | undefined;
  /** Which rows count, `[N]`, where the data says so. */
  readonly mask?: Tensor | undefined;
}
