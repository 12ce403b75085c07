/** Models and checkpoints need their own folders, and nothing else of the machine. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { fileSystem } from "../../mod.ts";
import { trainLine } from "../support/line.ts";

const DIR = `/tmp/mse-${crypto.randomUUID()}`;

Deno.test({
  name: "files: models and checkpoints need to read and write their own folders alone",
  permissions: { read: [DIR], write: [DIR], env: true },
  fn: async () => {
    await tf.setBackend("cpu");
    try {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
      for (const path of [`${DIR}/model`, `${DIR}/named.json`]) {
        await model.save(fileSystem(path));
        await tf.loadLayersModel(fileSystem(path));
      }
      const checkpoint = { dir: `${DIR}/run`, resume: true };
      await trainLine({ epochs: 3, checkpoint });
      const { weights } = await trainLine({ epochs: 6, checkpoint });
      assertEquals(weights, (await trainLine({ epochs: 6 })).weights);
      const outside = fileSystem("/etc/model");
      await assertRejects(() => outside.load!(), Error, "Deno must be allowed it by --allow-read");
    } finally {
      await Deno.remove(DIR, { recursive: true });
    }
  },
});
