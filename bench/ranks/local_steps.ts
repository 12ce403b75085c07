/** What local steps cost: the synthetic benchmark on ranks that average their weights now and then. */
import * as tf from "@tensorflow/tfjs";
import {
  bmcLoss,
  type Group,
  localGroups,
  type LocalSteps,
  momentum,
  type Tensor,
  train,
} from "@balanced/mse";
import { scoreRows } from "../../examples/synthetic/benchmark.ts";
import { type Dataset, drawDataset, NOISE_SIGMA, ROWS } from "../../examples/synthetic/data.ts";
import { labelDistribution } from "../../examples/synthetic/distributions.ts";
import { LinearModel } from "../../examples/synthetic/linear_model.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

const [SEEDS, EPOCHS, BATCH] = [[1, 2], 12, 32];

/** How a run is shared: by so many ranks, which share steps, or average after some. */
export interface Sharing {
  readonly ranks: number;
  readonly every?: number;
  /** Whether the prior is the training set's labels; else the step's own, those that the rank has. */
  readonly reference: boolean;
}

/** The test error on uniform labels, the mean of some seeds. */
export async function localSteps({ ranks, every, reference }: Sharing): Promise<number> {
  let sum = 0;
  for (const seed of SEEDS) {
    const dataset = drawDataset(labelDistribution(1, "normal", "high"), randomFrom(seed));
    const groups = localGroups(ranks);
    const runs = groups.map((group) =>
      fit(dataset, seed, reference, every === undefined ? group : { ranks: group, every })
    );
    sum += (await Promise.all(runs))[0]!;
  }
  return sum / SEEDS.length;
}

async function fit(
  dataset: Dataset,
  seed: number,
  reference: boolean,
  group: Group | LocalSteps,
): Promise<number> {
  const [x, y, testX] = [dataset.train.x, dataset.train.y, dataset.test.x].map((values) =>
    tf.tensor2d(values, [ROWS, 1])
  ) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const [model, optimizer] = [new LinearModel(1, seed), momentum(1e-3, 0.9)];
  await train({
    model,
    loss: (pred: Tensor, target: Tensor, batch) =>
      bmcLoss(pred, target, NOISE_SIGMA ** 2, reference ? { reference: y } : batch),
    data: { x, y },
    epochs: EPOCHS,
    batchSize: BATCH,
    seed,
    optimizer,
    group,
  });
  const pred = model.predict(testX);
  const { testMse } = scoreRows(dataset, await pred.data() as Float32Array);
  tf.dispose([x, y, testX, pred]);
  for (const owner of [model, optimizer]) owner.dispose();
  return testMse;
}
