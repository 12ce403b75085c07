/** Hu et al.'s network by PyTorch, narrow, as tests/fixtures/depth_net.py made it. */
import { attempt } from "../../src/files/attempt.ts";
import type { StoredTensor } from "../../src/files/element_types.ts";
import { readStored } from "../../src/files/safetensors.ts";
import {
  depthNet,
  type DepthNetOptions,
  importWeights,
  type LayersModel,
} from "../../src/vision/mod.ts";

const FOLDER = "tests/fixtures/depth_net";
export const DEPTH_WEIGHTS = `${FOLDER}/weights.pth`;

export const SMALL = { size: [36, 44], width: 4, blocks: [1, 1, 1, 1] } as const;

/** Our network with the weights of PyTorch's. */
export async function smallDepthNet(options: DepthNetOptions = {}): Promise<LayersModel> {
  const model = depthNet({ ...SMALL, ...options });
  await importWeights(model, DEPTH_WEIGHTS);
  return model;
}

/** PyTorch's numbers by name. */
export async function depthValues(): Promise<ReadonlyMap<string, StoredTensor>> {
  const path = `${FOLDER}/values.safetensors`;
  const stored = await attempt("Cannot read", path, (host) => readStored(host, path));
  return new Map(stored.map((tensor) => [tensor.name, tensor]));
}
