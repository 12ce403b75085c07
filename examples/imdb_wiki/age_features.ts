/** Features of the pictures of a split, from its bottleneck file or into it. */
import type { LayersModel } from "@balanced/mse";
import type { ImageItem } from "@balanced/mse/vision";
import { PictureProgress } from "../support/picture_progress.ts";
import { agesOf } from "./ages_of.ts";
import { bottleneck } from "./bottleneck.ts";
import type { LabelledFeatures } from "./feature_batches.ts";
import { type Look, pictureRows } from "./picture_rows.ts";

/** Features of the pictures that could be read. */
export interface AgeFeatures extends LabelledFeatures {
  readonly items: readonly ImageItem[];
  /** Pictures looked at in this call, a second; null where the file had them all. */
  readonly picturesPerSecond: number | null;
}

/** Reads or computes features `[N, D]` of a network without its head. */
export async function ageFeatures(
  trunk: LayersModel,
  items: readonly ImageItem[],
  split: string,
  folder: string,
  look: Look,
): Promise<AgeFeatures> {
  const dim = trunk.outputShape[1] as number;
  const progress = new PictureProgress({ name: `Features of ${split}`, pictures: items.length });
  try {
    await Deno.mkdir(folder, { recursive: true });
    const { values } = await bottleneck(
      `${folder}/${split}.f32`,
      { rows: items.length, dim },
      (first) => pictureRows(trunk, items, { ...look, progress }, first),
    );
    const { pictures, seconds } = progress;
    return {
      ...readable(values, dim, items),
      dim,
      picturesPerSecond: pictures > 0 ? pictures / seconds : null,
    };
  } finally {
    progress.stop();
  }
}

/** Leaves out pictures that could not be read. */
function readable(
  values: Float32Array<ArrayBuffer>,
  dim: number,
  items: readonly ImageItem[],
): Pick<AgeFeatures, "values" | "ages" | "items"> {
  const isRead = items.map((_, i) => !Number.isNaN(values[i * dim]!));
  if (!isRead.includes(false)) return { values, ages: agesOf(items), items };
  const kept = items.filter((_, i) => isRead[i]);
  const rows = values.filter((_, k) => isRead[Math.floor(k / dim)]);
  return { values: rows, ages: agesOf(kept), items: kept };
}
