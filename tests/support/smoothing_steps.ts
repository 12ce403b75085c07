/** What the tests of feature smoothing share: a step, the weights' names, a comparison. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { FeatureSmoothing } from "../../mod.ts";

/** Compares with a tolerance relative to the expected value and 1. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: number[],
  what: string,
  rel = 2e-5,
) {
  assertEquals(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const gap = Math.abs(actual[i]! - value);
    assert(gap <= rel * (1 + Math.abs(value)), `${what} [${i}]: ${actual[i]} is not ${value}`);
  });
}

/** Calls the layer in training and drops the result. */
export function runStep(layer: FeatureSmoothing, inputs: tf.Tensor[]): void {
  tf.dispose(layer.apply(inputs, { training: true }) as tf.Tensor);
}

/** Weights in the order in which they are saved. */
export const NAMES = [
  "mean",
  "variance",
  "smoothedMean",
  "smoothedVariance",
  "count",
  "epoch",
] as const;
