/**
 * The rows of a tensor of any size.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import { deviceRows, exceedsBinding, hostRows, type RowSource } from "./row_source.ts";

/** Gives a tensor's rows from where they can be had: see {@linkcode RowSource}. */
export function rowSource(tensor: Tensor, name: string, action: string): RowSource {
  return exceedsBinding(tensor) ? hostRows(tensor, name, action) : deviceRows(tensor);
}
