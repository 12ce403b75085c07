/** A process that saves one model after the other to a path, to be killed: of `n` units, all weights are `n`. */
import * as tf from "@tensorflow/tfjs";
import { fileSystem } from "../../mod.ts";
import { slowDisk } from "./slow_disk.ts";

await slowDisk(256, 2);
tf.enableProdMode();
await tf.setBackend("cpu");
for (let n = 1;; n = n % 40 + 1) {
  const kernelInitializer = tf.initializers.constant({ value: n });
  const layer = tf.layers.dense({ units: n, inputShape: [2], useBias: false, kernelInitializer });
  const model = tf.sequential({ layers: [layer] });
  await model.save(fileSystem(Deno.args[0]!));
  model.dispose();
  if (n === 3) console.log("ready");
}
