/**
 * Pictures and networks of pictures.
 *
 * @module
 */
export {
  type ImageAugmentation,
  type ImageBatches,
  imageBatches,
  type ImageBatchesOptions,
  type ImageItem,
} from "./image_batches.ts";
export type { Batch } from "../train/data.ts";
export type { Tensors } from "../train/tensors.ts";
export type { Tensor } from "../tensor.ts";
