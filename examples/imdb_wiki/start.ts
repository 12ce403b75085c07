/** The network that the second stage begins with: trained here, or brought along. */
import { importWeights } from "@balanced/mse/vision";
import { OptionError } from "../support/option_error.ts";
import { sha256 } from "../support/sha256.ts";
import type { AgeData } from "./age_data.ts";
import { firstStage } from "./first_stage.ts";
import { type AgeNetwork, ageNetwork, HEAD, type NetworkOptions } from "./network.ts";
import type { Options } from "./options.ts";
import { findNetwork, loadNetwork, storeNetwork } from "./stored_network.ts";

/** A network that can be had any number of times. */
export interface Start {
  /** Makes it; the caller's to dispose. */
  load(changes?: Partial<NetworkOptions>): Promise<AgeNetwork>;
  /** What its training took; 0 where it is not known. */
  readonly seconds: number;
  /** Training pictures of this call, a second; null where none was seen. */
  readonly picturesPerSecond: number | null;
}

/** What tells weights from others: of the file, or of the run's folder. */
export async function fingerprintOf(from: string): Promise<string> {
  const path = await isFolder(from) ? `${from}/stage1/model/model.json` : from;
  try {
    return await sha256(await Deno.readFile(path)); // model.json has its weights' checksum
  } catch (error) {
    throw new OptionError(
      `Cannot start from ${from} as it must be a run's folder whose first stage is done, or a ` +
        `file of weights: current error is ${(error as Error).message}`,
    );
  }
}

/** Trains the network, goes on with it, or finds the one that is asked for. */
export async function startOf(options: Options, data: AgeData): Promise<Start> {
  const { from, stages, out } = options;
  if (from !== undefined && !await isFolder(from)) return imported(from, options);
  const folder = `${from ?? out}/stage1`;
  const looks = looksOf(options);
  let picturesPerSecond: number | null = null;
  let stored = await findNetwork(folder);
  if (stored === undefined && stages.includes(1)) {
    const { network, ...run } = await firstStage(looks, data, options, folder);
    stored = { network: looks, seconds: run.seconds };
    await storeNetwork(folder, network, stored);
    network.model.dispose();
    picturesPerSecond = run.picturesPerSecond;
  }
  if (stored === undefined) {
    throw new OptionError(
      `Cannot run stage 2 as ${from ?? out} must hold a first stage that is done (--stage 1 ` +
        "trains it, --from names another): current value is none",
    );
  }
  const { network, seconds } = stored;
  if (from !== undefined) checkLooks(from, network, looks);
  const load = (changes = {}) => loadNetwork(folder, { ...network, ...changes });
  return { load, seconds, picturesPerSecond };
}

function looksOf({ protocol, fds, seed, recompute }: Options): NetworkOptions {
  const { size, width, blocks, kernelSize, kernelSigma, fdsMomentum } = protocol;
  const smoothing = { size: kernelSize, sigma: kernelSigma, momentum: fdsMomentum };
  return { size, width, blocks, seed, recompute, ...(fds && { fds: smoothing }) };
}

/** The network of a file of PyTorch's, or a safetensors file, of the looks that are asked for. */
function imported(from: string, options: Options): Start {
  const { fds: _, ...looks } = looksOf(options); // at inference it changes nothing
  const load = async (changes = {}) => {
    const network = ageNetwork({ ...looks, ...changes });
    try {
      await importWeights(network.model, from, { rename });
    } catch (error) {
      network.model.dispose();
      throw new OptionError((error as Error).message);
    }
    return network;
  };
  return { load, seconds: 0, picturesPerSecond: null };
}

/** The authors call the last layer otherwise, and keep what they smooth features by. */
function rename(name: string): string | undefined {
  return name.startsWith("FDS.") ? undefined : name.replace(/^linear\./, `${HEAD}.`);
}

function checkLooks(from: string, its: NetworkOptions, asked: NetworkOptions): void {
  for (const name of ["size", "width", "blocks"] as const) {
    if (`${its[name]}` === `${asked[name]}`) continue;
    throw new OptionError(
      `Cannot start from ${from} as --${name} must be its network's, ${its[name]}: ` +
        `current value is ${asked[name]}`,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // said when it is read
  }
}
