/**
 * The label axis, cut into bins.
 *
 * @module
 */

/** Bins by number: bin b holds the labels from `edge(b)` to below `edge(b + 1)`. */
export interface LabelAxis {
  /** The lowest bin with a label, or the first of given ones. */
  readonly first: number;
  /** The highest bin with a label, or the last of given ones. */
  readonly last: number;
  /** The bin of one of the labels that the axis was cut for. */
  binOf(label: number): number;
  /** Where a bin begins. */
  edge(bin: number): number;
  /** A bin's middle. */
  center(bin: number): number;
}
