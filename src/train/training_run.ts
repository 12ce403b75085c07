/**
 * A run of the trainer: what its parts do, in order.
 *
 * @module
 */
import { checkAlive } from "./alive.ts";
import { bestEpochOf, isPatienceOver } from "./best_epoch.ts";
import { checkCheckpointOptions, type CheckpointOptions } from "./checkpoint/checkpoint_options.ts";
import { openCheckpoints, type RunCheckpoints } from "./checkpoint/open_checkpoints.ts";
import { runOf } from "./checkpoint/run_state.ts";
import type { EpochRecord } from "./epoch_record.ts";
import { gpuFailure } from "./gpu_failure.ts";
import { PendingEpochs } from "./pending_epochs.ts";
import { checkOpen } from "./ranks/group_option.ts";
import { partsOf, type RunParts } from "./run_parts.ts";
import { stepBatches } from "./step_batches.ts";
import { type Listener, openListener } from "./tell_epoch.ts";
import type { StopSignal } from "./stop_signal.ts";
import type { AnyTrainOptions } from "./train_options.ts";
import { type TrainedEpoch, trainEpoch } from "./train_epoch.ts";
import type { Measures } from "./validator.ts";

/**
 * Losses are read no more often than this, unless an epoch depends on them: a read costs 11 ms in
 * Deno.
 */
const READ_MS = 500;

/** What a run consists of; one call of `train` each. */
export class TrainingRun {
  /** The finished epochs that have been read. */
  readonly history: EpochRecord[] = [];
  /** How many steps this call has trained. */
  steps = 0;
  readonly #options: AnyTrainOptions;
  readonly #parts: RunParts;
  readonly #pending = new PendingEpochs();
  #checkpoints: RunCheckpoints | undefined;
  #listener: Listener | undefined;

  /** Checks every option before any work. */
  constructor(options: AnyTrainOptions) {
    this.#options = options;
    this.#parts = partsOf(options);
  }

  /** Opens its checkpoints, from which it may go on, and then what is told of it. */
  async open(): Promise<void> {
    const { group, checkpoint } = this.#options;
    if (group) await checkOpen(group);
    await this.#parts.ranked?.open();
    if (checkpoint) await this.#resume(checkpoint);
    this.#listener = await openListener(this.#parts.ranked?.told ?? this.#options, this.history);
  }

  async #resume(checkpoint: CheckpointOptions): Promise<void> {
    const { rates, ranks } = this.#parts;
    const run = runOf(this.#options, {
      ...this.#parts,
      history: this.history,
      check: (history, path) => rates.checkResumed(history, path),
    });
    this.#checkpoints = await openCheckpoints(checkCheckpointOptions(checkpoint), run, ranks);
  }

  /** What ends the run before its next epoch. */
  async stopped(): Promise<"patience" | "signal" | undefined> {
    const { patience, validation } = this.#options;
    await this.#parts.ranks?.agree();
    if (this.#signal?.aborted) return "signal";
    return isPatienceOver(patience, this.history, this.#parts.judge, validation?.mode)
      ? "patience"
      : undefined;
  }

  /** Trains an epoch's steps; its loss waits to be read. */
  async train(epoch: number): Promise<TrainedEpoch> {
    const { callbacks, accumulate = 1 } = this.#options;
    const { rates, epochs, step, ranked, weights } = this.#parts;
    const learningRate = rates.set(epoch, this.history);
    const steps = stepBatches(epochs(epoch), accumulate);
    const trained = await trainEpoch({
      epoch,
      steps: ranked ? ranked.steps(steps, epoch) : steps,
      step: ranked ? (given) => ranked.step(() => step(given)) : step,
      before: () => checkAlive(weights),
      onStep: callbacks?.onStep && ((step, epoch) => callbacks.onStep!(step, epoch)),
      signal: this.#signal,
    });
    this.steps += trained.steps;
    if (!trained.loss) return trained;
    const loss = ranked ? await ranked.endEpoch(trained.loss) : trained.loss;
    this.#pending.push(loss, { epoch, learningRate });
    return trained;
  }

  /** Measures the model after an epoch, where that is due. */
  async validate(epoch: number): Promise<Measures | undefined> {
    const { weights, ranked, validator } = this.#parts;
    checkAlive(weights);
    await ranked?.check(epoch);
    if (!validator?.due(epoch, this.#isLast(epoch))) return undefined;
    return await validator.measure(epoch);
  }

  /** Whether losses are to be read after an epoch, validated or not. */
  mustRead(epoch: number): boolean {
    return this.#isSaved(epoch) || this.#isLast(epoch) || this.#parts.readsAll ||
      this.#pending.age > READ_MS;
  }

  /** Reads and tells the epochs that wait; measures are of the last of them. */
  async report(measures?: Measures): Promise<void> {
    if (this.#pending.length === 0) return;
    const { weights, ranked, judge, validator, best } = this.#parts;
    checkAlive(weights);
    const read = await this.#pending.read(weights, measures);
    const { records, failure } = ranked ? await ranked.same(read) : read;
    for (const [i, record] of records.entries()) {
      this.history.push(record);
      // Where no score tells, the last weights that were sound are kept.
      const score = judge(record) ?? (validator ? NaN : -record.epoch);
      const isNewest = i === records.length - 1;
      if (!failure && isNewest) best.offer(score, record.epoch);
      await this.#listener!.tell(record, isNewest ? this.steps : undefined);
    }
    if (!failure) return;
    best.restore();
    throw failure;
  }

  /** Saves the run: after an epoch where that is due, else now. */
  async save(epoch?: number): Promise<void> {
    if (epoch === undefined || this.#isSaved(epoch)) await this.#checkpoints?.save();
  }

  /** The error that ended the run, or what the GPU has reported, of which it came. */
  failure(error: unknown): Promise<unknown> {
    return gpuFailure(error, this.#pending.mark, this.#parts.best, this.#checkpoints?.last);
  }

  /**
   * Ends the run, however that came: with the best weights where asked, everything else given back
   * or freed.
   */
  async close(): Promise<void> {
    const { restoreBest, best, rates, optimizers } = this.#parts;
    if (restoreBest && best.epoch >= 0) best.restore();
    rates.restore();
    this.#pending.dispose();
    best.dispose();
    this.#checkpoints?.close();
    if (!this.#options.optimizer) optimizers[0]!.dispose();
    await this.#listener?.close();
  }

  /** The best epoch of the history. */
  get bestEpoch(): number {
    return bestEpochOf(this.history, this.#parts.judge, this.#options.validation?.mode);
  }

  /** The signal that ends it: of several ranks the one that all hear at the same step. */
  get #signal(): StopSignal | undefined {
    return this.#parts.ranks ? this.#parts.ranks.signal : this.#options.signal;
  }

  #isLast(epoch: number): boolean {
    return epoch === this.#options.epochs - 1;
  }

  #isSaved(epoch: number): boolean {
    return this.#checkpoints !== undefined &&
      (this.#isLast(epoch) || this.#checkpoints.due(epoch + 1));
  }
}
