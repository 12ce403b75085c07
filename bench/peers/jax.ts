/**
 * The peer jax-js: BMC jitted, its loss and gradient of pred. Prints JSON, a line a size.
 *
 *     deno run --allow-read bench/peers/jax.ts webgpu 1024 4096
 */
import {
  type Array as JaxArray,
  defaultDevice,
  init,
  jit,
  nn,
  numpy,
  valueAndGrad,
} from "@jax-js/jax";
import { repetitionsOf } from "../support/time.ts";
import { peerBatch, type PeerResult } from "./batch.ts";

const SAMPLES = 5;
const NOISE_VAR = 1;

/** As composed in support/composed.ts. An argument is given away; `ref` keeps it. */
function bmc(pred: JaxArray, target: JaxArray): JaxArray {
  const size = pred.shape[0]!;
  const gap = pred.ref.reshape([size, 1]).sub(target.ref.reshape([1, size]));
  const mass = nn.logsumexp(numpy.square(gap).mul(-0.5 / NOISE_VAR), 1);
  const residual = numpy.square(pred.sub(target)).mul(0.5 / NOISE_VAR);
  return residual.add(mass).mean().mul(2 * NOISE_VAR);
}

/**
 * Some calls, of which the last is read. jax-js is lazy: a result that nobody reads is never computed, and the calls would
 * cost nothing. So each one's predictions depend on the gradient before.
 */
async function repeat(
  call: (pred: JaxArray) => [JaxArray, JaxArray],
  pred: JaxArray,
  times: number,
) {
  const start = performance.now();
  let [loss, gradient] = call(pred.ref);
  for (let i = 1; i < times; i++) {
    loss.dispose();
    [loss, gradient] = call(pred.ref.add(gradient.mul(0)));
  }
  const values = [await loss.data(), await gradient.data()] as [Float32Array, Float32Array];
  return { milliseconds: performance.now() - start, values };
}

const [device, ...sizes] = Deno.args as ["webgpu" | "wasm", ...string[]];
if (!(await init(device)).includes(device)) {
  throw new Error(`Cannot bench jax-js as it has no such device here: current value is ${device}`);
}
defaultDevice(device);

for (const size of sizes.map(Number)) {
  const batch = peerBatch(size);
  const [pred, target] = [numpy.array(batch.pred), numpy.array(batch.target)];
  const jitted = jit(valueAndGrad(bmc));
  const call = (p: JaxArray) => jitted(p, target.ref) as [JaxArray, JaxArray];
  const { values: [loss, gradient] } = await repeat(call, pred, 1); // compiles
  const elapsed = async (times: number) => (await repeat(call, pred, times)).milliseconds;
  const repetitions = await repetitionsOf(elapsed, await elapsed(1));
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) samples.push(await elapsed(repetitions) / repetitions);
  samples.sort((a, b) => a - b);
  const result: PeerResult = {
    size,
    median: samples[SAMPLES >> 1]!,
    least: samples[0]!,
    most: samples[SAMPLES - 1]!,
    loss: loss[0]!,
    gradient: size * gradient.reduce((sum, value) => sum + value * value, 0),
  };
  console.log(JSON.stringify(result));
}
Deno.exit(0); // its WebAssembly workers would keep the process
