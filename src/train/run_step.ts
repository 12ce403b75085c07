/**
 * The step that a run's options ask for.
 *
 * @module
 */
import { adam } from "../optimizers/adam.ts";
import type { Variable } from "../tensor.ts";
import { clipNorm } from "./clip_norm.ts";
import { gradientsOf } from "./gradients.ts";
import type { Ranks } from "./ranks/ranks.ts";
import { sumGradients } from "./ranks/sum_gradients.ts";
import type { AnyTrainOptions } from "./train_options.ts";
import type { Trainee } from "./trainee.ts";
import { trainingStep } from "./training_step.ts";
import type { ParameterGroup } from "./update.ts";
import { warnOfNoise } from "./warn_of_noise.ts";

/** The optimizers and what each of them trains, the model's first. */
export function groupsOf(
  options: AnyTrainOptions,
  variables: readonly Variable[],
): ParameterGroup[] {
  const { optimizer = adam(1e-3), noise } = options;
  const own = { variables, optimizer };
  return noise ? [own, { variables: noise.model.variables, optimizer: noise.optimizer }] : [own];
}

/** Gradients of the loss, added up over ranks that share a step, clipped where asked. */
export function runStep(
  options: AnyTrainOptions,
  trainee: Trainee,
  groups: readonly ParameterGroup[],
  ranks?: Ranks,
): ReturnType<typeof trainingStep> {
  const trained = groups.flatMap(({ variables }) => [...variables]);
  const gradients = gradientsOf(trainee, options.loss, trained);
  return trainingStep({
    gradients: (part) => warnOfNoise(trained, () => gradients(part)),
    stages: [
      ...(ranks && !ranks.every ? [sumGradients(ranks, trained)] : []),
      ...(options.clipNorm === undefined ? [] : [clipNorm(options.clipNorm)]),
    ],
    groups,
  });
}
