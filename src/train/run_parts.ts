/**
 * The parts of a run, made of its options.
 *
 * @module
 */
import { constant } from "../schedules/constant.ts";
import { seesHistory } from "../schedules/sees_history.ts";
import { batchesOf } from "./batches.ts";
import { type Judge, judgeOf } from "./best_epoch.ts";
import { BestWeights } from "./best_weights.ts";
import type { Resolved } from "./checkpoint/run_settings.ts";
import { checkTrainOptions } from "./check_train_options.ts";
import type { Epochs } from "./epochs.ts";
import { refuseBatchStatistics } from "./ranks/ranked_layers.ts";
import { RankedRun, ranksOf } from "./ranks/ranked_run.ts";
import type { Ranks } from "./ranks/ranks.ts";
import { Rates } from "./rates.ts";
import { groupsOf, runStep } from "./run_step.ts";
import type { AnyTrainOptions } from "./train_options.ts";
import { traineeOf } from "./trainee.ts";
import { Validator } from "./validator.ts";

/** What a run works with. */
export interface RunParts extends Resolved {
  readonly epochs: Epochs;
  readonly step: ReturnType<typeof runStep>;
  readonly validator: Validator | undefined;
  readonly rates: Rates;
  readonly judge: Judge;
  readonly best: BestWeights;
  /** Whether each epoch's loss is waited for. */
  readonly readsAll: boolean;
  /** The other ranks, if there are any, and what is exchanged with them. */
  readonly ranks: Ranks | undefined;
  readonly ranked: RankedRun | undefined;
}

/** Makes the parts; checks every option before any work. */
export function partsOf(options: AnyTrainOptions): RunParts {
  checkTrainOptions(options);
  const { validation, noise, schedule = constant(), patience, prefetch } = options;
  const { batchSize = 32, accumulate = 1 } = options;
  const ranks = ranksOf(options);
  const restoreBest = options.restoreBest ?? patience !== undefined;
  const trainee = traineeOf(options.model, options.trainable);
  if (ranks) refuseBatchStatistics(trainee);
  const epochs = batchesOf(options.data, {
    batchSize,
    seed: options.shuffle ?? true ? options.seed ?? 0 : undefined,
    multiple: options.dropLast ? batchSize * accumulate : 1,
    prefetch,
    share: ranks?.shareOf("rows"),
    action: "train",
  });
  const validator = validation && new Validator(validation, trainee.predict, { prefetch, ranks });
  const chooses = restoreBest || patience !== undefined;
  const groups = groupsOf(options, trainee.variables);
  const resolved = {
    weights: [...trainee.all, ...(noise?.model.variables ?? [])],
    trained: trainee.variables,
    optimizers: groups.map(({ optimizer }) => optimizer),
    restoreBest,
  };
  return {
    ...resolved,
    epochs,
    step: runStep(options, trainee, groups, ranks),
    validator,
    rates: new Rates(schedule, options.epochs, resolved.optimizers),
    judge: judgeOf(options),
    best: new BestWeights(resolved.weights, validation?.mode ?? "min"),
    // Of what only some ranks have read they would decide otherwise than the others.
    readsAll: ranks !== undefined || (chooses && !validation) || seesHistory(schedule),
    ranks,
    ranked: ranks && new RankedRun(ranks, options, { trainee, resolved, groups }),
  };
}
