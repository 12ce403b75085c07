/** What a rank of the bench does: `rank.ts exchange MOST` or `rank.ts train BACKEND STEPS BATCH`. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { type BatchRows, bmcLoss, momentum, type Tensor, train } from "@balanced/mse";
import { type MpiGroup, mpiGroup } from "@balanced/mse/mpi";

/** The edge of a picture. */
const EDGE = 32;

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Times a sum of each size, with its agreement. */
async function exchange(group: MpiGroup, most: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const size of [1, 1e3, 1e5, 1e6, 1e7, 2.5e7].filter((size) => size <= most)) {
    const values = new Float32Array(size).fill(1e-3);
    const times: number[] = [];
    for (let i = 0; i < (size > 1e6 ? 7 : 41); i++) {
      const start = performance.now();
      await group.allReduceSum(values);
      times.push(performance.now() - start);
    }
    found[size] = median(times);
  }
  return found;
}

function network(): tf.Sequential {
  const conv = (filters: number, more = {}) =>
    tf.layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu", ...more });
  const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
  return tf.sequential({
    layers: [
      conv(16, { inputShape: [EDGE, EDGE, 3] }),
      ...[pool(), conv(32), pool(), conv(64), pool()],
      ...[tf.layers.flatten(), tf.layers.dense({ units: 28, activation: "relu" })],
      tf.layers.dense({ units: 1 }),
    ],
  });
}

/** Times the steps of a convolutional network, and counts what they read back. */
async function steps(group: MpiGroup, backend: string, count: number, batchSize: number) {
  tf.enableProdMode();
  if (!await tf.setBackend(backend)) throw new Error(`Cannot bench as there is no ${backend}`);
  const [rows, model] = [batchSize * count, network()];
  const x = tf.randomNormal([rows, EDGE, EDGE, 3], 0, 1, "float32", 1);
  const y = tf.randomNormal([rows, 1], 0, 1, "float32", 2);
  await y.data();
  const [times, reads] = [[] as number[], [] as number[]];
  const { read } = tf.backend();
  let [last, readbacks] = [performance.now(), 0];
  tf.backend().read = function (id) {
    readbacks++;
    return read.call(this, id);
  };
  const waits = async () => {
    // Alone a step on WebGPU is only begun by then; a group has read its gradients.
    if (group.size === 1) await model.getWeights()[0]!.data();
    times.push(performance.now() - last);
    reads.push(readbacks);
    [last, readbacks] = [performance.now(), 0];
  };
  await train({
    model,
    loss: (pred: Tensor, target: Tensor, batch: BatchRows) => bmcLoss(pred, target, 1, batch),
    data: { x, y },
    epochs: 1,
    batchSize,
    optimizer: momentum(1e-4, 0.9),
    callbacks: { onStep: waits },
    group,
  });
  // The first step compiles.
  return {
    ms: median(times.slice(1)),
    reads: median(reads.slice(1)),
    weights: model.countParams(),
  };
}

const [what, ...args] = Deno.args;
const group = await mpiGroup();
const found = what === "exchange"
  ? await exchange(group, Number(args[0]))
  : await steps(group, args[0]!, Number(args[1]), Number(args[2]));
await group.close();
if (group.rank === 0) console.log(JSON.stringify(found));
