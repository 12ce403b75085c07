/**
 * The trainer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../tensor.ts";
import { adam } from "../optimizers/adam.ts";
import { batchesOf } from "./batches.ts";
import { BestWeights } from "./best_weights.ts";
import { checkCheckpointOptions } from "./checkpoint/checkpoint_options.ts";
import { Checkpoints } from "./checkpoint/checkpoints.ts";
import { checkTrainOptions } from "./check_train_options.ts";
import { constant } from "../schedules/constant.ts";
import { DeviceLog } from "./device_log.ts";
import { batchMetrics } from "./batch_metrics.ts";
import { zeroIfFinite } from "./finite.ts";
import { LearningRate } from "./learning_rate.ts";
import { leastLoss } from "./least_loss.ts";
import { openProgress } from "./progress.ts";
import { runOf } from "./checkpoint/run_state.ts";
import type { EpochRecord, TrainOptions, TrainResult } from "./train_options.ts";
import { traineeOf } from "./trainee.ts";
import { trainingStep } from "./training_step.ts";

/** Losses are read no more often than this: a read costs 11 ms in Deno. */
const READ_MS = 500;
/** The event loop gets a turn so often; a turn costs about 1 ms. */
const TURN_MS = 100;

/**
 * Trains a model with any loss, with as little as possible between the batches and the GPU.
 *
 * Choose it over `model.fit` for a learnable noise, schedules, best weights or a model that is not made of layers.
 * It never reads back from the device per step: losses stay there and are read in bulk, about twice a second, and with
 * each validation.
 *
 * @param options Model, loss, data and the rest: see {@linkcode TrainOptions}.
 * @returns History, best epoch and speed. The model is trained in place; it ends with its best weights where
 * `restoreBest` says so, else with its last. An abort is not an error: the run ends early, and says so.
 * @throws {TypeError} If an option's kind or a shape is wrong, or the loss is not scalar.
 * @throws {RangeError} If an option's value is wrong or data is empty.
 * @throws {Error} If a checkpoint cannot be read or written; one of `Deno.errors` where the file system is the cause.
 * @throws {Error} If the loss becomes NaN or infinite: the message names the epoch, and the model is left with its
 * best weights (its initial ones if there were none).
 *
 * @example A line from four points
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { train } from "@balanced/mse";
 * import { assert } from "@std/assert";
 *
 * const slope = tf.variable(tf.scalar(0));
 * const { history } = await train({
 *   model: { predict: (x: tf.Tensor) => tf.mul(x, slope), variables: [slope] },
 *   loss: (pred, target) => tf.losses.meanSquaredError(target, pred),
 *   data: { x: tf.tensor1d([0, 1, 2, 3]), y: tf.tensor1d([0, 2, 4, 6]) },
 *   epochs: 50,
 *   optimizer: tf.train.sgd(0.1),
 * });
 * assert(history.at(-1)!.loss < 1e-6);
 * assert(Math.abs((await slope.data())[0]! - 2) < 1e-3);
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  checkTrainOptions(options);
  const checkpoint = options.checkpoint && checkCheckpointOptions(options.checkpoint);
  const { loss, epochs, batchSize = 32, shuffle = true, seed = 0, noise, signal } = options;
  const { validation, restoreBest = validation !== undefined, schedule = constant() } = options;
  const trainee = traineeOf(options);
  const { variables, all, predict } = trainee;
  const epochBatches = batchesOf(options.data, {
    batchSize,
    seed: shuffle ? seed : undefined,
    action: "train",
  });
  const metricNames = Object.keys(validation?.metrics ?? {});
  const monitor = metricNames.indexOf(validation?.monitor ?? metricNames[0]!);
  const validationBatches = validation && batchesOf(validation.data, {
    batchSize: validation.batchSize ?? Infinity,
    seed: undefined,
    action: "validate",
  });

  const optimizer = options.optimizer ?? adam(1e-3);
  const groups = [{ variables, optimizer }];
  if (noise) groups.push({ variables: noise.model.variables, optimizer: noise.optimizer });
  const rates = groups.map((group) => new LearningRate(group.optimizer));
  const step = trainingStep(trainee, loss, groups);
  const kept = [...all, ...(noise?.model.variables ?? [])];
  const best = new BestWeights(kept, validation?.mode ?? "min");
  // Without validation every epoch's weights are a candidate: the clock must not choose among them.
  const readMs = restoreBest && !validation ? -1 : READ_MS;
  const losses = new DeviceLog();
  const history: EpochRecord[] = [];
  const learningRates: number[] = [];
  let checkpoints: Checkpoints | undefined;
  const progress = options.progress ? await openProgress(epochs) : undefined;
  let epochLoss: Tensor | undefined;
  let stepCount = 0;
  let aborted = signal?.aborted ?? false;
  let spoiled = false;
  const start = performance.now();
  let [lastRead, lastTurn] = [start, start];

  function refuse(what: string, epoch: number): never {
    spoiled = true;
    throw new Error(`Cannot train on as ${what} in epoch ${epoch}`);
  }

  /** Reads what waits on the device: the epochs' losses, then the last epoch's metrics, then the weights' check. */
  async function report(metrics: Tensor[]): Promise<void> {
    const count = losses.length;
    metrics.forEach((metric) => losses.push(metric));
    losses.push(zeroIfFinite(kept));
    const values = await losses.read();
    for (let i = 0; i < count; i++) {
      const epoch = history.length;
      const value = values[i]!;
      if (!Number.isFinite(value)) refuse(`the loss became ${value}`, epoch);
      // The last step may spoil weights whose loss nobody has seen yet.
      if (i === count - 1 && values.at(-1) !== 0) refuse("weights became infinite or NaN", epoch);
      const record = { epoch, loss: value, learningRate: learningRates[epoch]! };
      const own = i === count - 1 && metrics.length > 0;
      const named = metricNames.map((name, k) => [name, values[count + k]!] as const);
      history.push(own ? { ...record, metrics: Object.fromEntries(named) } : record);
      // Only the last epoch's weights are those of now, unless a part of the next one has been trained.
      if (own) best.offer(values[count + monitor]!, epoch);
      else if (!validation && i === count - 1 && !aborted) best.offer(value, epoch);
      progress?.update(history[epoch]!);
      await options.callbacks?.onEpochEnd?.(history[epoch]!);
    }
    lastRead = performance.now();
  }

  try {
    if (checkpoint) {
      const optimizers = groups.map((group) => group.optimizer);
      const parts = { weights: kept, trained: variables, optimizers, best, history, restoreBest };
      checkpoints = await Checkpoints.open(checkpoint, runOf(options, parts));
      learningRates.push(...history.map(({ learningRate }) => learningRate));
    }
    for (let epoch = history.length; epoch < epochs && !aborted; epoch++) {
      rates.forEach((rate) => rate.scale(schedule(epoch, epochs)));
      learningRates.push(rates[0]!.value);
      let epochSteps = 0;
      for await (const batch of epochBatches(epoch)) {
        const value = step(batch);
        const previous: Tensor | undefined = epochLoss;
        epochLoss = previous ? tf.add(previous, value) : value;
        if (previous) tf.dispose([previous, value]);
        epochSteps++;
        if (performance.now() - lastTurn > TURN_MS) {
          await new Promise((resolve) => setTimeout(resolve));
          lastTurn = performance.now();
        }
        aborted = signal?.aborted ?? false;
        if (aborted) break;
      }
      stepCount += epochSteps;
      if (aborted) break;
      if (epochLoss === undefined) {
        throw new RangeError(
          "Cannot train as data yielded no batch, pass a function if it is a generator: " +
            `current epoch is ${epoch}`,
        );
      }
      losses.push(tf.div(epochLoss, epochSteps));
      epochLoss.dispose();
      epochLoss = undefined;
      await options.callbacks?.onEpochDone?.(epoch);

      const last = epoch === epochs - 1;
      const due = checkpoints && (last || checkpoints.due(epoch + 1));
      if (validationBatches && (last || (epoch + 1) % (validation?.every ?? 1) === 0)) {
        await report(
          await batchMetrics(predict, validationBatches(epoch), Object.values(validation!.metrics)),
        );
      } else if (last || due || performance.now() - lastRead > readMs) {
        await report([]);
      }
      if (due) await checkpoints!.save();
    }
    if (losses.length > 0) await report([]);
  } finally {
    if (spoiled || (restoreBest && best.epoch >= 0)) best.restore();
    rates.forEach((rate) => rate.scale(1));
    tf.dispose(epochLoss ?? []);
    losses.dispose();
    best.dispose();
    checkpoints?.close();
    progress?.stop();
    if (!options.optimizer) optimizer.dispose();
  }
  const seconds = (performance.now() - start) / 1000;
  const bestEpoch = validation ? best.epoch : leastLoss(history);
  return { history, bestEpoch, stepsPerSecond: stepCount / seconds, aborted };
}
