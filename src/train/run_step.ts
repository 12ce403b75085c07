/**
 * The step that a run's options ask for.
 *
 * @module
 */
import { adam } from "../optimizers/adam.ts";
import type { Variable } from "../tensor.ts";
import { clipNorm } from "./clip_norm.ts";
import { gradientsOf } from "./gradients.ts";
import type { AnyTrainOptions } from "./train_options.ts";
import type { Trainee } from "./trainee.ts";
import { trainingStep } from "./training_step.ts";
import type { Group } from "./update.ts";
import { warnOfNoise } from "./warn_of_noise.ts";

/** The optimizers and what each of them trains, the model's first. */
export function groupsOf(options: AnyTrainOptions, variables: readonly Variable[]): Group[] {
  const { optimizer = adam(1e-3), noise } = options;
  const own = { variables, optimizer };
  return noise ? [own, { variables: noise.model.variables, optimizer: noise.optimizer }] : [own];
}

/** Gradients of the loss, clipped where asked, for these groups. */
export function runStep(
  options: AnyTrainOptions,
  trainee: Trainee,
  groups: readonly Group[],
): ReturnType<typeof trainingStep> {
  const trained = groups.flatMap(({ variables }) => [...variables]);
  const gradients = gradientsOf(trainee, options.loss, trained);
  return trainingStep({
    gradients: (part) => warnOfNoise(trained, () => gradients(part)),
    stages: options.clipNorm === undefined ? [] : [clipNorm(options.clipNorm)],
    groups,
  });
}
