/**
 * Layers that know the rows of their own rank only.
 *
 * @module
 */
import type { Group } from "../../distributed/group.ts";
import type { RankedLayer } from "../../distributed/ranked_layer.ts";
import type { Layer } from "../../tensor.ts";
import type { Trainee } from "../trainee.ts";

/**
 * Throws where a layer that is trained computes with statistics of the batch, of which a rank has
 * only a part.
 */
export function refuseBatchStatistics({ layers, frozen }: Trainee): void {
  const found = layers.find((layer) =>
    layer.getClassName() === "BatchNormalization" && !frozen.includes(layer)
  );
  if (!found) return;
  throw new TypeError(
    "Cannot train as model must be without batch normalization of tfjs where a group shares its " +
      "batches, since it would normalize by the rows of one rank: freeze it by trainable, or " +
      `take layer normalization: current layer is ${found.name}`,
  );
}

/** Brings together, layer by layer, what they have gathered on the ranks. */
export async function mergeLayers(group: Group, layers: readonly Layer[]): Promise<void> {
  for (const layer of layers) {
    if (merges(layer)) await layer.mergeRanks(group);
  }
}

function merges(layer: Layer): layer is Layer & RankedLayer {
  return typeof (layer as Partial<RankedLayer>).mergeRanks === "function";
}
