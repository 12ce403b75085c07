/**
 * What a run does with the other ranks.
 *
 * @module
 */
import type { Tensor } from "../../tensor.ts";
import type { Resolved } from "../checkpoint/run_settings.ts";
import { isInParts } from "../data_items.ts";
import type { ReadEpochs } from "../pending_epochs.ts";
import type { Step } from "../step_parts.ts";
import type { AnyTrainOptions } from "../train_options.ts";
import type { Trainee } from "../trainee.ts";
import type { ParameterGroup } from "../update.ts";
import { LocalStepper } from "./local_stepper.ts";
import { groupOption } from "./group_option.ts";
import { mergeLayers } from "./ranked_layers.ts";
import { Ranks } from "./ranks.ts";
import { checkSameSettings } from "./same_settings.ts";
import { sharedSteps } from "./shared_steps.ts";
import { checkWeights, giveWeights } from "./weights.ts";

/**
 * The ranks of a run; nothing where it is one rank alone, which then pays nothing.
 *
 * @throws {RangeError} If a batch is smaller than the ranks are many.
 */
export function ranksOf({ group, signal, data, batchSize = 32 }: AnyTrainOptions) {
  if (!group) return undefined;
  const { size } = groupOption(group).ranks;
  if (size === 1) return undefined;
  if (!comesInParts(data) && batchSize < size) {
    throw new RangeError(
      `Cannot train as batchSize, of all ranks together, must be at least their number, ${size}: ` +
        `current value is ${batchSize}`,
    );
  }
  return new Ranks(group, signal);
}

/** What it is about. */
interface Parts {
  readonly trainee: Trainee;
  readonly resolved: Resolved;
  readonly groups: readonly ParameterGroup[];
}

/** The exchanges of a run, in the order in which they come. */
export class RankedRun {
  readonly #ranks: Ranks;
  readonly #options: AnyTrainOptions;
  readonly #parts: Parts;
  readonly #local: LocalStepper | undefined;

  constructor(ranks: Ranks, options: AnyTrainOptions, parts: Parts) {
    this.#ranks = ranks;
    this.#options = options;
    this.#parts = parts;
    if (ranks.every) this.#local = new LocalStepper(ranks, parts.groups);
  }

  /** Compares the settings, then gives everyone the first rank's weights. */
  async open(): Promise<void> {
    const { resolved } = this.#parts;
    await checkSameSettings(this.#ranks, this.#options, resolved);
    await giveWeights(this.#ranks, resolved.weights);
  }

  /** The steps of an epoch, with what ranks know of each other's rows. */
  steps(own: AsyncIterable<Step>, epoch: number): AsyncIterable<Step> {
    if (this.#local) return own;
    const inParts = comesInParts(this.#options.data);
    return sharedSteps(own, this.#ranks, { epoch, inParts });
  }

  /** Takes a step, after which ranks that train by themselves may have to meet. */
  async step(step: () => Promise<Tensor>): Promise<Tensor> {
    const loss = await step();
    await this.#local?.step();
    return loss;
  }

  /** Ends an epoch's steps; takes their loss and returns that of all ranks. */
  async endEpoch(loss: Tensor): Promise<Tensor> {
    const mean = this.#local ? await this.#local.endEpoch(loss) : loss;
    await mergeLayers(this.#ranks.group, this.#parts.trainee.layers);
    return mean;
  }

  /** Throws where weights are not those of the first rank any more. */
  async check(epoch: number): Promise<void> {
    await checkWeights(this.#ranks, this.#parts.resolved.weights, epoch);
  }

  /** The first rank's numbers: of what it has read all decide alike. */
  async same({ records, failure }: ReadEpochs): Promise<ReadEpochs> {
    const message = failure?.message;
    const read = await this.#ranks.onFirst(() => Promise.resolve({ records, message }));
    return read.message === undefined ? read : { ...read, failure: new Error(read.message) };
  }

  /** The options without what only the first rank does. */
  get told(): AnyTrainOptions {
    if (this.#ranks.isFirst) return this.#options;
    const { log: _log, progress: _progress, ...rest } = this.#options;
    return rest;
  }
}

function comesInParts(data: AnyTrainOptions["data"]): boolean {
  return typeof data === "function" || isInParts(data);
}
