/** What an example trains by: a loss, and what belongs to it. */
import type { LabelNoise, Loss } from "@balanced/mse";

export type { Loss };

/** A loss, ready for one training run. */
export interface Objective {
  /** Of predictions and labels, both `[N, D]`, and what else is known of the rows, to a scalar. */
  readonly loss: Loss;
  /** Present if the noise is learned along. */
  readonly noise?: LabelNoise;
  /** One weight a training row, which the loss uses; none where absent. */
  readonly weights?: readonly number[];
  /** Frees what the loss keeps on the device; the noise is disposed apart. */
  dispose?(): void;
}
