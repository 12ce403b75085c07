/**
 * The steps of an epoch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import type { Step } from "./step_parts.ts";
import type { StopSignal } from "./stop_signal.ts";
import { untilAborted } from "./until_aborted.ts";

/** The event loop gets a turn so often; a turn costs about 1 ms. */
const TURN_MS = 100;

/** What an epoch consists of. */
export interface EpochOptions {
  readonly epoch: number;
  readonly steps: AsyncIterable<Step>;
  /** Trains a step and gives its loss, which is then this function's to free. */
  step(step: Step): Promise<Tensor>;
  /** Called before each step; what it throws ends the epoch. */
  before(): void;
  /** Called after each step. */
  onStep?: ((step: number, epoch: number) => void | Promise<void>) | undefined;
  readonly signal?: StopSignal | undefined;
}

/** How an epoch went. */
export interface TrainedEpoch {
  readonly steps: number;
  /**
   * The mean of the steps' losses, on the device; undefined where the signal ended the epoch before
   * its end.
   */
  readonly loss: Tensor | undefined;
}

let lastTurn = 0;

/** Trains an epoch. No loss is read. */
export async function trainEpoch(options: EpochOptions): Promise<TrainedEpoch> {
  const { epoch, step, before, onStep, signal } = options;
  let sum: Tensor | undefined;
  let steps = 0;
  try {
    for await (const given of untilAborted(options.steps, signal)) {
      before();
      sum = added(sum, await step(given));
      await onStep?.(steps, epoch);
      steps++;
      await giveTurn();
      if (signal?.aborted) break;
    }
    if (signal?.aborted) return { steps, loss: undefined };
    if (sum === undefined) {
      throw new RangeError(
        "Cannot train as data yielded no batch, pass a function if it is a generator: " +
          `current epoch is ${epoch}`,
      );
    }
    return { steps, loss: tf.div(sum, steps) };
  } finally {
    sum?.dispose();
  }
}

function added(sum: Tensor | undefined, value: Tensor): Tensor {
  if (!sum) return value;
  const both = tf.add(sum, value);
  tf.dispose([sum, value]);
  return both;
}

async function giveTurn(): Promise<void> {
  if (performance.now() - lastTurn <= TURN_MS) return;
  await new Promise((resolve) => setTimeout(resolve));
  lastTurn = performance.now();
}
