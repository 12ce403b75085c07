/**
 * Layers that gather something of the rows that they see.
 *
 * @module
 */
import type { Group } from "./group.ts";

/**
 * A layer that gathers something of its rows while it is trained, running statistics say, which
 * ranks have to bring together: `train` calls this after the last step of each epoch, on all ranks,
 * layer by layer.
 *
 * In a step that a rank has no row for, it lends a row of another's to the model, which does not
 * count: layers are then called with `borrowed: true` beside `training: true`, and must gather
 * nothing.
 */
export interface RankedLayer {
  /** Makes what has been gathered the same on all ranks. */
  mergeRanks(group: Group): Promise<void>;
}
