/** What an example trains by: a loss, and what belongs to it. */
import type { LabelNoise, Tensor } from "@balanced/mse";

/** A loss over a batch: predictions and labels, both `[N, D]`, to a scalar. */
export type Loss = (pred: Tensor, target: Tensor) => Tensor;

/** A loss that takes the rows' weights `[N]`, too. */
export type WeightedLoss = (pred: Tensor, target: Tensor, weights: Tensor) => Tensor;

interface Belongings {
  /** Present if the noise is learned along. */
  readonly noise?: LabelNoise;
  /** Frees what the loss keeps on the device; the noise is disposed apart. */
  dispose?(): void;
}

/** A loss, ready for one training run. */
export interface Objective extends Belongings {
  readonly loss: Loss;
}

/** A loss of weighted rows, ready for one training run. */
export interface WeightedObjective extends Belongings {
  readonly loss: WeightedLoss;
  /** One weight a training row; all weigh 1 where absent. */
  readonly weights?: readonly number[];
}
