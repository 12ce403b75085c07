/** torchvision's ResNet-50, narrow, as tests/fixtures/resnet50.py made it: its weights in ours, and its numbers. */
import type { StoredTensor } from "../../src/files/element_types.ts";
import { attempt } from "../../src/files/attempt.ts";
import { readStored } from "../../src/files/safetensors.ts";
import { importWeights, type LayersModel, resNet50 } from "../../src/vision/mod.ts";
import type { ResNet50Options } from "../../src/vision/mod.ts";
import { weightPlaces } from "../../src/vision/weights/weight_places.ts";

const FOLDER = "tests/fixtures/resnet50";
export const WEIGHTS = `${FOLDER}/weights.pth`;

export const NARROW = {
  inputShape: [32, 32, 3],
  units: 1,
  width: 4,
  blocks: [1, 1, 1, 1],
} as const;

/** Our network with torchvision's weights. */
export async function narrow(options: Partial<ResNet50Options> = {}): Promise<LayersModel> {
  const model = resNet50({ ...NARROW, ...options });
  await importWeights(model, WEIGHTS);
  return model;
}

/** torchvision's numbers by name. */
export async function torchvisionValues(): Promise<ReadonlyMap<string, StoredTensor>> {
  const path = `${FOLDER}/values.safetensors`;
  const stored = await attempt("Cannot read", path, (host) => readStored(host, path));
  return new Map(stored.map((tensor) => [tensor.name, tensor]));
}

/** The model's weights with their names in PyTorch, and the order of axes. */
export const placesOf = (model: LayersModel) => weightPlaces(model, "Cannot test");
