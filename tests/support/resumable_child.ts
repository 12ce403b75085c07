/** A process that goes on with a run in a folder, to be killed: prints each epoch when it is done, then the outcome. */
import * as tf from "@tensorflow/tfjs";
import { resumable } from "./resumable.ts";
import { slowDisk } from "./slow_disk.ts";

await slowDisk(2048, 4);
tf.enableProdMode();
await tf.setBackend("cpu");
const outcome = await resumable(
  { epochs: Number(Deno.args[1]), checkpoint: { dir: Deno.args[0]!, resume: true } },
  { tell: (epoch) => console.log(epoch) },
);
console.log(JSON.stringify(outcome.weights));
