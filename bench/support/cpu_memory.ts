/**
 * The most memory of a call on the cpu backend, in a process of its own. Prints JSON.
 *
 *     deno run --allow-all bench/support/cpu_memory.ts 1048576
 *
 * Resident memory beyond that of the process with its inputs, as bmc_torch.py tells PyTorch's; garbage that is not yet
 * collected counts. Linux only: it reads /proc, for which Deno asks all permissions.
 */
import * as tf from "@tensorflow/tfjs";
import { normalBatch } from "./measure.ts";
import { bmcBy, lossAndGradient } from "./work.ts";

const WARM_UP = 4096;

/** The most resident bytes since the start or the last reset. */
function peak(): number {
  const [, kibibytes] = Deno.readTextFileSync("/proc/self/status").match(/^VmHWM:\s+(\d+) kB$/m)!;
  return 1024 * Number(kibibytes);
}

function work(size: number): () => tf.Tensor {
  const { pred, target } = normalBatch(size);
  return lossAndGradient(bmcBy("auto", 1), pred, target);
}

tf.enableProdMode();
await tf.setBackend("cpu");
for (let i = 0; i < 3; i++) work(WARM_UP)().dispose(); // loads and compiles
const size = Number(Deno.args[0]);
const call = work(size);
Deno.writeTextFileSync("/proc/self/clear_refs", "5"); // resets the peak to what is resident now
const before = peak();
call();
console.log(JSON.stringify({ size, bytes: peak() - before }));
