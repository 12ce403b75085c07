/**
 * A warning of label bins that are too wide, or far from the labels.
 *
 * @module
 */
import { crowdedBin } from "../bins/one_bin.ts";
import type { Tensor } from "../tensor.ts";

const looked = new WeakSet<object>();

/**
 * Looks, once a layer, at how many rows each bin has seen and warns where one has nearly all of
 * them. Nothing waits for it, and what goes wrong with it is left to those who read for a result.
 */
export async function warnOfOneBin(
  layer: { readonly name: string },
  count: Tensor,
  edges: readonly number[],
): Promise<void> {
  if (edges.length === 2 || looked.has(layer)) return;
  looked.add(layer);
  let counts;
  try {
    counts = await count.data();
  } catch {
    return;
  }
  const bin = crowdedBin(counts);
  if (bin === undefined) return;
  console.warn(
    `FeatureSmoothing ${layer.name} has seen nearly all labels, ${counts[bin]}, in bin ${bin} of ` +
      `${counts.length}, from ${edges[bin]} to ${
        edges[bin + 1]
      }: are its bins in units of the label?`,
  );
}
