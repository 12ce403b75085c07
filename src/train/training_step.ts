/**
 * One optimizer step: gradients, what comes between, update.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import { addGradients } from "./add_gradients.ts";
import { freeGradients, type Gradients } from "./gradients.ts";
import { type Step, type StepPart, stepParts } from "./step_parts.ts";
import { type ParameterGroup, update } from "./update.ts";

/**
 * What happens to a step's gradients before the update: they are held to a length, say, or added up
 * over processes. It takes over what it is given and returns what takes its place.
 */
export type GradientStage = (gradients: Gradients) => Gradients | Promise<Gradients>;

/** The parts of a step. */
export interface StepOptions {
  /** Takes the gradients of a part, by position over all groups. */
  readonly gradients: (part: StepPart) => Gradients;
  /** What comes between, in order. */
  readonly stages: readonly GradientStage[];
  /** What is updated. */
  readonly groups: readonly ParameterGroup[];
}

/**
 * Makes the step: the gradients of its batches added up, through the stages, then each group's
 * update.
 *
 * @returns The loss of the step with the model's regularizers, on the device; the caller's to
 * dispose.
 */
export function trainingStep(
  { gradients, stages, groups }: StepOptions,
): (step: Step) => Promise<Tensor> {
  return async (step) => {
    let sum = gradientsOfStep(step, gradients);
    for (const stage of stages) sum = await stage(sum);
    try {
      update(groups, sum.tensors);
      return sum.loss.clone();
    } finally {
      freeGradients(sum);
    }
  };
}

function gradientsOfStep(step: Step, gradients: StepOptions["gradients"]): Gradients {
  const sum = tf.tidy(() => {
    const { loss, tensors } = stepParts(step).map(gradients).reduce(addGradients);
    return [loss, ...tensors];
  });
  const [loss, ...tensors] = sum as [Tensor, ...(Tensor | undefined)[]];
  return { loss, tensors };
}
