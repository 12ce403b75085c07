/**
 * The step that a run's options ask for.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import { clipNorm } from "./clip_norm.ts";
import { gradientsOf } from "./gradients.ts";
import type { RowBatch } from "./row_batch.ts";
import type { AnyTrainOptions } from "./train_options.ts";
import type { Trainee } from "./trainee.ts";
import { trainingStep } from "./training_step.ts";
import type { Group } from "./update.ts";
import { warnOfNoise } from "./warn_of_noise.ts";

/** Puts the step together: gradients of the loss, what comes between, the groups' update. */
export function stepOf(
  { loss, clipNorm: most }: Pick<AnyTrainOptions, "loss" | "clipNorm">,
  trainee: Trainee,
  groups: readonly Group[],
): (batches: readonly RowBatch[]) => Promise<Tensor> {
  const trained = groups.flatMap((group) => [...group.variables]);
  const gradients = gradientsOf(trainee, loss, trained);
  return trainingStep({
    gradients: (part) => warnOfNoise(trained, () => gradients(part)),
    stages: most === undefined ? [] : [clipNorm(most)],
    groups,
  });
}
