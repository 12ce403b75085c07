/** What a network came to on the test pictures. */
import type { Scores } from "./evaluation.ts";

/** One row of the tables. */
export interface Result {
  /** As given to `--criteria`; `vanilla` is the network of the first stage. */
  readonly id: string;
  /** As shown. */
  readonly name: string;
  readonly scores: Scores;
  /** The predicted ages of the test pictures, in their order. */
  readonly predictions: Float32Array;
  /** The label noise's standard deviation in the chosen epoch, in years, where there is one. */
  readonly sigma: number | null;
  /** What its training took, however often it was interrupted. */
  readonly seconds: number;
}
