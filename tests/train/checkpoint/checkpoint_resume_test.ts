/** Checkpoints: a run that is resumed ends with the same bits as one that was never stopped. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotEquals } from "@std/assert";
import { retrainRegressor } from "../../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/files/safetensors.ts";
import { testOnBackends } from "../../support/backends.ts";
import { checkpointName, inCheckpointFolder } from "../../support/checkpoint_folder.ts";
import { mse } from "../../support/line.ts";
import { sameWhenStopped } from "../../support/same_when_stopped.ts";
import { bits, EPOCHS, result, resumable } from "../../support/resumable.ts";

testOnBackends(
  "checkpoints: a run stopped anywhere and resumed has the bits of one that was not",
  () => sameWhenStopped([0, 7, 22]),
  ["cpu"],
);

testOnBackends("checkpoints: every part of a file counts", async () => {
  // What this shows: each part that is saved has to be restored for the outcome to be the same.
  const whole = result(await resumable());
  await inCheckpointFolder(async (dir) => {
    await resumable({ checkpoint: { dir, keep: 99 } }, { stopAfter: 8 });
    const path = `${dir}/${checkpointName(9)}`;
    const bytes = await Deno.readFile(path);
    const groups = ["weights/", "best/", "optimizer 0/", "optimizer 1/", "fields 0/", "fields 1/"];
    for (const group of [...groups, "history", "none"]) {
      const { tensors, value } = await decodeSafetensors(bytes.slice());
      const state = structuredClone(value) as { history: { loss: number }[] };
      if (group === "history") state.history[3]!.loss++;
      const changed = tensors.map(({ name, tensor }) => ({
        name,
        // Not the iterations: tfjs's Adam does not use them once it has its betas' powers.
        tensor: name.startsWith(group) && tensor.dtype === "float32"
          ? tf.tidy(() => tf.mul(tensor, 0.99))
          : tensor.clone(),
      }));
      await Deno.writeFile(path, await encodeSafetensors(changed, state));
      tf.dispose([...tensors, ...changed].map(({ tensor }) => tensor));
      const outcome = result(await resumable({ checkpoint: { dir, resume: true, keep: 99 } }));
      if (group === "none") assertEquals(outcome, whole);
      else assertNotEquals(outcome, whole, group);
      for (let epochs = 10; epochs <= EPOCHS; epochs++) {
        await Deno.remove(`${dir}/${checkpointName(epochs)}`);
      }
    }
  });
}, ["cpu"]);

testOnBackends(
  "checkpoints: a regressor that was begun anew at random goes on as it was",
  async () => {
    await inCheckpointFolder(async (dir) => {
      const model = tf.sequential({
        layers: [
          tf.layers.dense({ units: 3, inputShape: [1], activation: "tanh" }),
          tf.layers.dense({ units: 1, name: "head" }),
        ],
      });
      const x = tf.tensor2d([[-1], [0], [1], [2]]);
      const values = () => Promise.all(model.getWeights().map(bits));
      const run = async (resume: boolean) => {
        const checkpoint = { dir, keep: 9, resume };
        await retrainRegressor({
          model,
          head: "head",
          loss: mse,
          data: { x, y: x },
          epochs: 6,
          checkpoint,
        });
        return await values();
      };
      const whole = await run(false);
      for (let epochs = 4; epochs <= 6; epochs++) {
        await Deno.remove(`${dir}/${checkpointName(epochs)}`);
      }
      assertEquals(await run(true), whole);
      x.dispose();
      model.dispose();
    });
  },
  ["cpu"],
);
