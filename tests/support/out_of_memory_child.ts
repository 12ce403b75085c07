/**
 * A process that trains where no memory is left: it prints the error that ends the run, and what
 * gpuErrors lists.
 */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { gpuErrors, mseLoss, train } from "../../mod.ts";

tf.enableProdMode();
if (!await tf.setBackend("webgpu")) throw new Error("no adapter");
const x = tf.ones([4, 1]);
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });

/**
 * Leaves 512 MiB to this process, and asks the GPU, which here is the same memory, for blocks of
 * 128 MiB.
 */
function exhaust(): void {
  const [, kib] = /VmSize:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  const most = Number(kib) * 1024 + 2 ** 29;
  new Deno.Command("prlimit", { args: ["--pid", `${Deno.pid}`, `--as=${most}`] }).outputSync();
  for (let i = 0; i < 8; i++) tf.fill([2 ** 25], i);
}

const error = await train({
  model,
  loss: mseLoss,
  data: { x, y: x },
  epochs: 3,
  callbacks: { onEpochDone: (epoch) => epoch === 1 ? exhaust() : undefined },
}).catch((error) => error);
console.log(JSON.stringify([error.message, await gpuErrors()]));
Deno.exit(0); // without the driver's own end, which wants memory
