/** Ranks whose data comes in parts of their own: labels are gathered, numbers of steps agree. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Batch,
  type BatchRows,
  bmcLoss,
  type Group,
  type Tensor,
  train,
} from "../../../mod.ts";
import { testOnBackends } from "../../support/backends.ts";
import { numbersOf, onRanks, rankProblem, trainAll, worstGap } from "../../support/ranks.ts";

const { inputs, labels, mask } = rankProblem(22);

/** Batches of 8 rows, of each the rank's share; rows that do not count only where `masked` says. */
function* shares(group: Group | undefined, masked = true): Generator<Batch> {
  const { rank, size } = group ?? { rank: 0, size: 1 };
  for (let at = 0; at < 22; at += 8) {
    const rows = Math.min(8, 22 - at);
    const [from, to] = [rank, rank + 1].map((r) => at + Math.floor(r * rows / size));
    const batch = {
      x: tf.tensor2d(inputs.slice(from, to)),
      y: tf.tensor2d(labels.slice(from, to)),
      ...(masked && { mask: tf.tensor1d(mask.slice(from, to), "bool") }),
    };
    yield batch;
    tf.dispose(batch);
  }
}

for (const accumulate of [1, 2]) {
  testOnBackends(
    `ranks: own shares of each batch, ${accumulate} a step, are one rank's`,
    async () => {
      const run = (group?: Group) =>
        trainAll(group, {
          data: () => shares(group),
          accumulate,
          validation: {
            data: () => shares(group, false),
            metrics: { mse: (pred, target) => tf.mean(tf.squaredDifference(pred, target)) },
          },
        });
      const [alone] = await onRanks(0, run);
      const all = await onRanks(3, run);
      for (const rank of all) assertEquals(rank, all[0]);
      assert(worstGap(alone!.weights, all[0]!.weights) < 1e-6);
      const mse = (outcome = alone!) => outcome.history.map(({ metrics }) => metrics!.mse!);
      assert(worstGap(mse(), mse(all[0])) < 1e-5);
    },
    ["webgpu", "cpu"],
  );
}

/** Fits a slope to batches; what each rank comes to. */
async function fit(
  group: Group | undefined,
  data: (epoch: number) => Iterable<Batch>,
): Promise<number[]> {
  const slope = tf.tidy(() => tf.variable(tf.ones([3, 1])));
  const optimizer = tf.train.sgd(0.05);
  try {
    await train({
      model: { predict: (x: Tensor) => tf.matMul(x as tf.Tensor2D, slope), variables: [slope] },
      loss: (pred: Tensor, target: Tensor, batch: BatchRows) => bmcLoss(pred, target, 0.5, batch),
      data,
      epochs: 2,
      optimizer,
      ...(group && { group }),
    });
    return await numbersOf([slope]);
  } finally {
    slope.dispose();
    optimizer.dispose();
  }
}

testOnBackends("ranks: a mask on one rank only counts there", async () => {
  const rows = (from: number, to: number, masked: boolean): Batch => ({
    x: tf.tensor2d(inputs.slice(from, to)),
    y: tf.tensor2d(labels.slice(from, to)),
    ...(masked &&
      { mask: tf.tensor1d(mask.slice(from, to).map((keep, i) => keep || from + i >= 8), "bool") }),
  });
  const one = function* (batch: Batch) {
    yield batch;
    tf.dispose(batch as unknown as tf.TensorContainer);
  };
  const [alone] = await onRanks(0, (group) => fit(group, () => one(rows(0, 16, true))));
  const all = await onRanks(2, (group) => {
    const { rank } = group!;
    return fit(group, () => one(rows(8 * rank, 8 * rank + 8, rank === 0)));
  });
  assertEquals(all[0], all[1]);
  assert(worstGap(alone!, all[0]!) < 1e-6);
}, ["cpu"]);

testOnBackends(
  "ranks: unlike numbers of steps and kinds of labels are told on all",
  async () => {
    const take = function* (group: Group, most: number) {
      for (const batch of shares(group)) if (most-- > 0) yield batch;
    };
    await onRanks(2, async (group) => {
      await assertRejects(
        () => fit(group, () => take(group!, group!.rank === 1 ? 2 : 3)),
        RangeError,
        "Cannot train as data must have as many steps on every rank: " +
          "current number in epoch 0 is 2 on rank 1, and more on another",
      );
      await assertRejects(
        () =>
          fit(group, function* () {
            for (const { x, y } of shares(group, false)) {
              yield { x, y: group!.rank === 1 ? tf.reshape(y, [-1]) : y };
            }
          }),
        TypeError,
        "Cannot train as labels must be of one kind on all ranks: " +
          "current shapes are y [4,1] on rank 0 and y [4] on rank 1",
      );
    });
  },
  ["cpu"],
  { leaky: "the generators are left in the middle" },
);
