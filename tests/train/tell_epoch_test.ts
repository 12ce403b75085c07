/** What a run tells of its epochs: the log, the progress and the callback, from one place. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv/parse";
import type { EpochRecord, TrainOptions } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { inFolder } from "../support/in_folder.ts";
import { lineData, mse, trainLine } from "../support/line.ts";
import { progressLines } from "../support/progress_lines.ts";

/** The lines of a log as the records that they are of. */
async function recordsOf(path: string): Promise<EpochRecord[]> {
  const [header, ...rows] = parse(await Deno.readTextFile(path)) as string[][];
  return rows.map((row) => {
    const { epoch, loss, learningRate, ...metrics } = Object.fromEntries(
      row.flatMap((value, i) => value === "" ? [] : [[header![i]!, Number(value)]]),
    );
    const record = { epoch: epoch!, loss: loss!, learningRate: learningRate! };
    return Object.keys(metrics).length > 0 ? { ...record, metrics } : record;
  });
}

testOnBackends("log: the history, a line an epoch, as soon as it is told", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/logs/run.csv`;
    const points = lineData();
    const told: number[] = [];
    const { history } = await trainLine({
      epochs: 7,
      log: path,
      validation: { data: points, metrics: { mse, "mse, twice": mse }, every: 3 },
      callbacks: {
        onEpochEnd: async ({ epoch }) => {
          told.push(epoch);
          assertEquals((await recordsOf(path)).length, epoch + 1, "written before it is told");
        },
      },
    });
    assertEquals(told, [0, 1, 2, 3, 4, 5, 6]);
    assertEquals(await recordsOf(path), history);
    assertEquals(history.filter(({ metrics }) => metrics).length, 3);
    tf.dispose([points.x, points.y]);
  });
}, ["webgpu", "cpu"]);

testOnBackends("log: a resumed run's has each epoch once, as if it had not stopped", async () => {
  await inFolder(async (dir) => {
    for (const every of [1, 2, 3]) {
      const path = `${dir}/run${every}.csv`;
      const controller = new AbortController();
      const run = (more: Partial<TrainOptions>) =>
        trainLine({
          epochs: 8,
          log: path,
          checkpoint: { dir: `${dir}/run${every}`, every, resume: true },
          ...more,
        });
      const callbacks = {
        onEpochEnd: ({ epoch }: EpochRecord) => epoch === 4 ? controller.abort() : undefined,
      };
      const stopped = await run({ signal: controller.signal, callbacks });
      assertEquals(stopped.stopped, "signal");
      assertEquals(await recordsOf(path), stopped.history);
      // Epochs since the checkpoint are trained, and so logged, again: once.
      const resumed = await run({});
      assertEquals(resumed.history.map(({ epoch }) => epoch), [0, 1, 2, 3, 4, 5, 6, 7]);
      assertEquals(await recordsOf(path), resumed.history);
      // There is nothing left to train.
      const again = await run({});
      assertEquals(await recordsOf(path), again.history);
      assertEquals(again.history, resumed.history);
    }
  });
}, ["cpu"]);

testOnBackends(
  "log: what was read before an error is in it; one of its own ends the run",
  async () => {
    await inFolder(async (dir) => {
      const path = `${dir}/run.jsonl`;
      let steps = 0;
      const loss = (pred: tf.Tensor, target: tf.Tensor) =>
        tf.mul(mse(pred, target), steps++ === 5 ? NaN : 1);
      await assertRejects(
        () => trainLine({ loss, log: path, batchSize: 64, patience: 99 }),
        Error,
        "the loss became NaN in epoch 5",
      );
      const lines = (await Deno.readTextFile(path)).trim().split("\n");
      assertEquals(lines.map((line) => JSON.parse(line).epoch), [0, 1, 2, 3, 4]);
      // Where the log cannot go on, neither does the run; a folder in its place is such a reason.
      let epochs = 0;
      const onEpochDone = async () => {
        if (epochs++ > 0) return;
        await Deno.remove(path);
        await Deno.mkdir(path);
      };
      await assertRejects(
        () => trainLine({ log: path, patience: 99, callbacks: { onEpochDone } }),
        Error,
        "Cannot log an epoch as",
      );
      assertEquals(epochs, 1);
      let worked = 0;
      await assertRejects(
        () =>
          trainLine({
            log: "/dev/null/run.csv",
            loss: (pred, target) => (worked++, mse(pred, target)),
          }),
        Error,
        "Cannot open a log as",
      );
      assertEquals(worked, 0);
    });
  },
  ["cpu"],
);

/** The lines of a run, whose epochs end when `tick` is called: a second each. */
const linesOf = (run: (tick: () => void) => Promise<unknown>) =>
  progressLines((setClock) => {
    let now = 5000;
    return run(() => setClock(now += 1000));
  });

testOnBackends(
  "progress: epochs read at once are told once, at the pace of all of them",
  async () => {
    await inFolder(async (dir) => {
      const checkpoint = { dir: `${dir}/run`, every: 3, resume: true };
      const run = (epochs: number) =>
        linesOf((tick) =>
          trainLine({
            epochs,
            batchSize: 16, // four steps an epoch
            checkpoint,
            progress: true,
            callbacks: { onEpochDone: tick },
            loss: (pred, target) => tf.mul(mse(pred, target), 0),
          })
        );
      const [first, ...more] = await run(6);
      // Losses are read with the checkpoints, and when half a second has gone by: here, each epoch.
      assertEquals(first, "epoch 1/6 | 4 steps/s | 5s left | loss 0.000");
      assertEquals(more, [
        "epoch 3/6 | 4 steps/s | 3s left | loss 0.000",
        "epoch 5/6 | 4 steps/s | 1s left | loss 0.000",
        "epoch 6/6 | 4 steps/s | loss 0.000",
      ]);
      // The six epochs of before took none of the time of now.
      assertEquals(await run(9), [
        "epoch 7/9 | 4 steps/s | 2s left | loss 0.000",
        "epoch 9/9 | 4 steps/s | loss 0.000",
      ]);
      // Two epochs in one read: only the newest is told, at the pace of both.
      const bulk = await linesOf((tick) =>
        trainLine({
          epochs: 3,
          batchSize: 16,
          progress: true,
          callbacks: { onEpochDone: (epoch) => epoch === 1 ? tick() : undefined },
          loss: (pred, target) => tf.mul(mse(pred, target), 0),
        })
      );
      assertEquals(bulk, [
        "epoch 2/3 | 8 steps/s | 1s left | loss 0.000",
        "epoch 3/3 | 12 steps/s | loss 0.000",
      ]);
    });
  },
  ["cpu"],
);
