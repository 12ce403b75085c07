/** Checkpoints as files: which are kept, passed over with a warning, read again. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { BestWeights } from "../../../src/train/best_weights.ts";
import { checkCheckpointOptions } from "../../../src/train/checkpoint/checkpoint_options.ts";
import { Checkpoints } from "../../../src/train/checkpoint/checkpoints.ts";
import type { Run } from "../../../src/train/checkpoint/run_state.ts";
import { testOnBackends, use } from "../../support/backends.ts";
import {
  checkpointName,
  checkpoints,
  inCheckpointFolder,
} from "../../support/checkpoint_folder.ts";
import { result, resumable } from "../../support/resumable.ts";
import { warnings } from "../../support/warnings.ts";

testOnBackends("checkpoints: the newest are kept, every so many epochs and the last", async () => {
  for (
    const [options, expected] of [
      [{}, [23, 24]],
      [{ keep: 1 }, [24]],
      [{ every: 5, keep: 3 }, [15, 20, 24]],
      [{ every: 100, keep: 3 }, [24]],
    ] as const
  ) {
    await inCheckpointFolder(async (dir) => {
      await resumable({ checkpoint: { dir, ...options } });
      assertEquals(checkpoints(dir), expected.map(checkpointName));
    });
  }
}, ["cpu"]);

testOnBackends("checkpoints: a damaged one is passed over with a warning", async () => {
  const whole = result(await resumable());
  await inCheckpointFolder(async (dir) => {
    await resumable({ checkpoint: { dir, keep: 3 } }, { stopAfter: 8 });
    const bytes = await Deno.readFile(`${dir}/${checkpointName(9)}`);
    const flip = (at: number) => bytes.with(at, bytes[at]! ^ 4);
    const damages: [Uint8Array, string][] = [
      [new Uint8Array(), "current length is 0"],
      [bytes.slice(0, 5), "current length is 5"],
      [bytes.slice(0, 60), "current length is 60"],
      [bytes.slice(0, -1), "bytes of tensors that its header states: current number is"],
      [new Uint8Array([...bytes, 0]), "bytes of tensors that its header states"],
      [new Uint8Array(bytes.length), "the length that it states"],
      [flip(1), ""], // the header's length
      [flip(30), ""], // the checksum itself
      [flip(200), "its header must be JSON"],
      [flip(bytes.length - 40), "its checksum must be"], // a weight
    ];
    for (const [damaged, message] of damages) {
      await Deno.writeFile(`${dir}/${checkpointName(9)}`, damaged);
      const found = await warnings(async () => {
        const resumed = await resumable(
          { checkpoint: { dir, resume: true, keep: 3 } },
          { stopAfter: 9 },
        );
        assertEquals(resumed.trained, [8, 9]);
      });
      assertEquals(found.length, 1);
      assert(found[0]!.includes(`${dir}/${checkpointName(9)} is not a whole checkpoint`), found[0]);
      assert(found[0]!.includes(message), found[0]);
      await Deno.remove(`${dir}/${checkpointName(10)}`);
    }
    await Deno.writeFile(`${dir}/${checkpointName(9)}`, bytes.slice(0, -1));
    // Newer ones that are damaged do not push out the one that the run went on from.
    await Deno.writeFile(`${dir}/${checkpointName(20)}`, bytes.slice(0, -1));
    await warnings(async () => {
      const resumed = await resumable(
        { checkpoint: { dir, resume: true, keep: 1 } },
        { stopAfter: 9 },
      );
      assertEquals(resumed.trained, [8, 9]);
    });
    assertEquals(checkpoints(dir), [checkpointName(10)]);
    assertEquals(result(await resumable({ checkpoint: { dir, resume: true } })), whole);
    for (const file of checkpoints(dir)) await Deno.writeFile(`${dir}/${file}`, bytes.slice(9));
    await assertRejects(
      () => resumable({ checkpoint: { dir, resume: true } }),
      Error,
      `Cannot resume training as a checkpoint of ${dir} must be whole: current ones are 2`,
    );
  });
}, ["cpu"]);

Deno.test("checkpoints: the first epochs' numbers come back, those JSON has no word for, too", async () => {
  await use("cpu");
  await inCheckpointFolder(async (dir) => {
    const { history } = await resumable({ checkpoint: { dir } });
    const again = await resumable({ checkpoint: { dir, resume: true } });
    assertEquals(again.trained, []);
    assertEquals(again.history, history);
    assert(Number.isNaN(again.history[1]!.metrics!.never));
  });
});

testOnBackends("checkpoints: tell how many epochs the run was to have", async () => {
  await inCheckpointFolder(async (dir) => {
    const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
    const best = { epoch: -1, score: Infinity, values: [weight], resume() {} } as unknown;
    const run = (epochs: number): Run => {
      return {
        weights: [weight],
        optimizers: [],
        best: best as BestWeights,
        history: [],
        settings: {},
        epochs,
        data: [],
        check() {},
      };
    };
    const options = checkCheckpointOptions({ dir, resume: true });
    const first = run(5);
    const checkpoints = await Checkpoints.open(options, first);
    assertEquals(checkpoints.resumed, undefined);
    first.history.push({ epoch: 0, loss: NaN, learningRate: -0 });
    await checkpoints.save();
    checkpoints.close();
    const second = run(9);
    const again = await Checkpoints.open(options, second);
    again.close();
    assertEquals([again.resumed!.epochs, second.history], [5, first.history]);
    weight.dispose();
  });
}, ["cpu"]);
