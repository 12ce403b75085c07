/** What the second stage does for each criterion, whatever it trains on. */
import type { Criterion } from "./criteria.ts";
import type { HeadPlan, HeadRun } from "./regressor.ts";

/** A trained regressor's ages of the test pictures. */
export interface Trial extends HeadRun {
  readonly predictions: Float32Array;
}

/** Trains a fresh regressor and predicts. */
export type Try = (criterion: Criterion, plan: HeadPlan) => Promise<Trial>;
