/** The network of the first stage as files: what it looks like, and its weights. */
import { fileSystem } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { readJson, writeJson } from "../support/json_file.ts";
import { type AgeNetwork, ageNetwork, type NetworkOptions } from "./network.ts";

/** What is told of a network beside its weights. */
export interface Stored {
  readonly network: NetworkOptions;
  /** What its training took. */
  readonly seconds: number;
}

/** Writes a network; that it is there is written last. */
export async function storeNetwork(
  folder: string,
  { model }: AgeNetwork,
  stored: Stored,
): Promise<void> {
  await model.save(fileSystem(`${folder}/model`));
  await writeJson(`${folder}/network.json`, stored);
}

/** What is told of the network in a folder; nothing where there is none. */
export async function findNetwork(folder: string): Promise<Stored | undefined> {
  return await readJson(`${folder}/network.json`) as Stored | undefined;
}

/** Makes the network of a folder, its weights as they were written. */
export async function loadNetwork(
  folder: string,
  options: NetworkOptions,
): Promise<AgeNetwork> {
  const written = await tf.loadLayersModel(fileSystem(`${folder}/model`));
  const network = ageNetwork(options);
  network.model.setWeights(written.getWeights());
  written.dispose();
  return network;
}
