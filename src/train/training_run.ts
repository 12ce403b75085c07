/**
 * A run of the trainer: its parts, put together.
 *
 * @module
 */
import { constant } from "../schedules/constant.ts";
import { seesHistory } from "../schedules/sees_history.ts";
import type { Variable } from "../tensor.ts";
import { checkAlive } from "./alive.ts";
import { batchesOf } from "./batches.ts";
import type { Epochs } from "./epochs.ts";
import { bestEpochOf, isPatienceOver, type Judge, judgeOf } from "./best_epoch.ts";
import { BestWeights } from "./best_weights.ts";
import { checkCheckpointOptions, type CheckpointOptions } from "./checkpoint/checkpoint_options.ts";
import { Checkpoints } from "./checkpoint/checkpoints.ts";
import { runOf } from "./checkpoint/run_state.ts";
import { checkTrainOptions } from "./check_train_options.ts";
import type { EpochRecord } from "./epoch_record.ts";
import { gpuFailure } from "./gpu_failure.ts";
import { PendingEpochs } from "./pending_epochs.ts";
import { Rates } from "./rates.ts";
import { groupsOf, runStep } from "./run_step.ts";
import { stepBatches } from "./step_batches.ts";
import { type Listener, openListener } from "./tell_epoch.ts";
import type { AnyTrainOptions } from "./train_options.ts";
import { type TrainedEpoch, trainEpoch } from "./train_epoch.ts";
import { traineeOf } from "./trainee.ts";
import type { Group } from "./update.ts";
import { type Measures, Validator } from "./validator.ts";

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
  readonly #restoreBest: boolean;
  readonly #weights: readonly Variable[];
  readonly #groups: readonly Group[];
  readonly #epochs: Epochs;
  readonly #step: ReturnType<typeof runStep>;
  readonly #validator: Validator | undefined;
  readonly #rates: Rates;
  readonly #judge: Judge;
  readonly #best: BestWeights;
  readonly #pending = new PendingEpochs();
  /** Whether each epoch's loss is waited for. */
  readonly #readsAll: boolean;
  #checkpoints: Checkpoints | undefined;
  #listener: Listener | undefined;

  /** Checks every option before any work. */
  constructor(options: AnyTrainOptions) {
    checkTrainOptions(options);
    const { validation, noise, schedule = constant(), patience, prefetch } = options;
    const { batchSize = 32, accumulate = 1 } = options;
    this.#options = options;
    this.#restoreBest = options.restoreBest ?? patience !== undefined;
    const trainee = traineeOf(options.model, options.trainable);
    this.#epochs = batchesOf(options.data, {
      batchSize,
      seed: options.shuffle ?? true ? options.seed ?? 0 : undefined,
      multiple: options.dropLast ? batchSize * accumulate : 1,
      prefetch,
      action: "train",
    });
    this.#validator = validation && new Validator(validation, trainee.predict, prefetch);
    this.#judge = judgeOf(options);
    const chooses = this.#restoreBest || patience !== undefined;
    this.#readsAll = (chooses && !validation) || seesHistory(schedule);
    this.#groups = groupsOf(options, trainee.variables);
    this.#rates = new Rates(schedule, options.epochs, this.#groups.map((g) => g.optimizer));
    this.#weights = [...trainee.all, ...(noise?.model.variables ?? [])];
    this.#best = new BestWeights(this.#weights, validation?.mode ?? "min");
    this.#step = runStep(options, trainee, this.#groups);
  }

  /** Opens its checkpoints, from which it may go on, and then what is told of it. */
  async open(): Promise<void> {
    if (this.#options.checkpoint) await this.#resume(this.#options.checkpoint);
    this.#listener = await openListener(this.#options, this.history);
  }

  async #resume(checkpoint: CheckpointOptions): Promise<void> {
    const run = runOf(this.#options, {
      weights: this.#weights,
      trained: this.#groups[0]!.variables,
      optimizers: this.#groups.map(({ optimizer }) => optimizer),
      best: this.#best,
      history: this.history,
      restoreBest: this.#restoreBest,
      check: (history, path) => this.#rates.checkResumed(history, path),
    });
    this.#checkpoints = await Checkpoints.open(checkCheckpointOptions(checkpoint), run);
  }

  /** What ends the run before its next epoch. */
  get stopped(): "patience" | "signal" | undefined {
    const { patience, signal, validation } = this.#options;
    if (signal?.aborted) return "signal";
    return isPatienceOver(patience, this.history, this.#judge, validation?.mode)
      ? "patience"
      : undefined;
  }

  /** Trains an epoch's steps; its loss waits to be read. */
  async train(epoch: number): Promise<TrainedEpoch> {
    const { callbacks, signal, accumulate = 1 } = this.#options;
    const learningRate = this.#rates.set(epoch, this.history);
    const trained = await trainEpoch({
      epoch,
      steps: stepBatches(this.#epochs(epoch), accumulate),
      step: this.#step,
      before: () => checkAlive(this.#weights),
      onStep: callbacks?.onStep && ((step, epoch) => callbacks.onStep!(step, epoch)),
      signal,
    });
    this.steps += trained.steps;
    if (trained.loss) this.#pending.push(trained.loss, { epoch, learningRate });
    return trained;
  }

  /** Measures the model after an epoch, where that is due. */
  async validate(epoch: number): Promise<Measures | undefined> {
    checkAlive(this.#weights);
    if (!this.#validator?.due(epoch, this.#isLast(epoch))) return undefined;
    return await this.#validator.measure(epoch);
  }

  /** Whether losses are to be read after an epoch, validated or not. */
  mustRead(epoch: number): boolean {
    return this.#isSaved(epoch) || this.#isLast(epoch) || this.#readsAll ||
      this.#pending.age > READ_MS;
  }

  /** Reads and tells the epochs that wait; measures are of the last of them. */
  async report(measures?: Measures): Promise<void> {
    if (this.#pending.length === 0) return;
    checkAlive(this.#weights);
    const { records, failure } = await this.#pending.read(this.#weights, measures);
    for (const [i, record] of records.entries()) {
      this.history.push(record);
      // Where no score tells, the last weights that were sound are kept.
      const score = this.#judge(record) ?? (this.#validator ? NaN : -record.epoch);
      const isNewest = i === records.length - 1;
      if (!failure && isNewest) this.#best.offer(score, record.epoch);
      await this.#listener!.tell(record, isNewest ? this.steps : undefined);
    }
    if (!failure) return;
    this.#best.restore();
    throw failure;
  }

  /** Saves the run: after an epoch where that is due, else now. */
  async save(epoch?: number): Promise<void> {
    if (epoch === undefined || this.#isSaved(epoch)) await this.#checkpoints?.save();
  }

  /** The error that ended the run, or what the GPU has reported, of which it came. */
  failure(error: unknown): Promise<unknown> {
    return gpuFailure(error, this.#pending.mark, this.#best, this.#checkpoints?.last);
  }

  /**
   * Ends the run, however that came: with the best weights where asked, everything else given back
   * or freed.
   */
  async close(): Promise<void> {
    if (this.#restoreBest && this.#best.epoch >= 0) this.#best.restore();
    this.#rates.restore();
    this.#pending.dispose();
    this.#best.dispose();
    this.#checkpoints?.close();
    if (!this.#options.optimizer) this.#groups[0]!.optimizer.dispose();
    await this.#listener?.close();
  }

  /** The best epoch of the history. */
  get bestEpoch(): number {
    return bestEpochOf(this.history, this.#judge, this.#options.validation?.mode);
  }

  #isLast(epoch: number): boolean {
    return epoch === this.#options.epochs - 1;
  }

  #isSaved(epoch: number): boolean {
    return this.#checkpoints !== undefined &&
      (this.#isLast(epoch) || this.#checkpoints.due(epoch + 1));
  }
}
