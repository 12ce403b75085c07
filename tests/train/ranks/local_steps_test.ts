/** Ranks that train by themselves and average their weights. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  adam,
  bmcLoss,
  type Group,
  mseLoss,
  type Tensor,
  train,
  type TrainOptions,
} from "../../../mod.ts";
import { testOnBackends } from "../../support/backends.ts";
import { inFolder } from "../../support/in_folder.ts";
import { numbersOf, onRanks, rankProblem } from "../../support/ranks.ts";

const { inputs, labels } = rankProblem(40);

async function line(
  group: Group | undefined,
  every: number,
  options: Partial<TrainOptions> = {},
): Promise<{ weights: number[]; losses: number[]; state: number[]; seen: number[][] }> {
  const [x, y] = [tf.tensor2d(inputs), tf.tensor2d(labels)];
  const slope = tf.tidy(() => tf.variable(tf.zeros([3, 1])));
  const optimizer = options.optimizer ?? tf.train.sgd(0.05);
  const seen: number[][] = [];
  try {
    const { history } = await train({
      model: { predict: (x: Tensor) => tf.matMul(x as tf.Tensor2D, slope), variables: [slope] },
      loss: mseLoss,
      data: { x, y },
      epochs: 2,
      batchSize: 8,
      callbacks: { onStep: async () => void seen.push(await numbersOf([slope])) },
      ...options,
      optimizer,
      ...(group && { group: { ranks: group, every } }),
    });
    const weights = await numbersOf([slope]);
    const state = (await optimizer.getWeights()).map(({ tensor }) => tensor);
    const outcome = { weights, losses: history.map(({ loss }) => loss), seen };
    return { ...outcome, state: await numbersOf(state) };
  } finally {
    tf.dispose([x, y, slope]);
    optimizer.dispose();
  }
}

testOnBackends(
  "local steps: sgd averaged at each step is one rank's",
  async () => {
    const alone = await line(undefined, 1);
    const all = await onRanks(2, (group) => line(group, 1));
    assertEquals(all[0]!.weights, all[1]!.weights);
    assertEquals(all[0]!.losses, all[1]!.losses);
    alone.weights.forEach((value, i) => assert(Math.abs(value - all[0]!.weights[i]!) < 1e-6));
    alone.losses.forEach((value, i) => assert(Math.abs(value - all[0]!.losses[i]!) < 1e-5));
  },
  ["webgpu", "cpu"],
  { leaky: "the iterations that getWeights makes" },
);

testOnBackends(
  "local steps: ranks meet after every third step and each epoch",
  async () => {
    const all = await onRanks(2, (group) => line(group, 3, { optimizer: adam(0.1) }));
    const same = all[0]!.seen.map((weights, i) =>
      weights.every((w, k) => w === all[1]!.seen[i]![k])
    );
    // Of 5 steps an epoch: after the third; after the fifth onStep comes before the epoch's end.
    assertEquals(same, [false, false, true, false, false, false, false, true, false, false]);
    assertEquals(all[0]!.weights, all[1]!.weights);
    assertEquals(all[0]!.state, all[1]!.state); // moments, too
  },
  ["cpu"],
  { leaky: "the iterations that getWeights makes" },
);

testOnBackends(
  "local steps: a resumed run has the bits of one that never stopped",
  async () => {
    await inFolder(async (dir) => {
      const run = (epochs: number, name: string) =>
        onRanks(2, (group) => {
          const checkpoint = { dir: `${dir}/${name}`, resume: true };
          return line(group, 2, { epochs, checkpoint, optimizer: adam(0.1) });
        });
      const whole = await run(4, "whole");
      await run(2, "stopped");
      const resumed = await run(4, "stopped");
      for (const { weights, losses } of resumed) {
        assertEquals([weights, losses], [whole[0]!.weights, whole[0]!.losses]);
      }
      const other = (group: Group | undefined) =>
        assertRejects(
          () =>
            line(group, 3, {
              epochs: 4,
              checkpoint: { dir: `${dir}/whole`, resume: true },
              optimizer: adam(0.1),
            }),
          RangeError,
          "Cannot resume training as group.every must be that of the checkpoint",
        );
      await onRanks(2, other);
    });
  },
  ["cpu"],
  { leaky: "the iterations that getWeights makes" },
);

testOnBackends(
  "local steps: unlike numbers of steps and a signal are told on all",
  async () => {
    const batches = function* (count: number) {
      for (let i = 0; i < count; i++) yield { x: tf.ones([2, 3]), y: tf.ones([2, 1]) };
    };
    await onRanks(2, async (group) => {
      await assertRejects(
        () => line(group, 4, { data: () => batches(5 - group!.rank) }),
        RangeError,
        "Cannot train as data must have as many steps on every rank",
      );
    });
    const all = await onRanks(2, (group) => {
      const controller = new AbortController();
      if (group!.rank === 1) controller.abort();
      const loss = (pred: Tensor, y: Tensor) => bmcLoss(pred, y, 1);
      return line(group, 2, { signal: controller.signal, loss });
    });
    assertEquals(all.map(({ losses }) => losses), [[], []]);
  },
  ["cpu"],
  { leaky: "the generator's batches" },
);
