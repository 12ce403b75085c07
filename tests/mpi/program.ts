/** What the ranks of the MPI tests do: `program.ts CASE ...`. What a rank finds is a line of JSON. */
import * as tf from "@tensorflow/tfjs";
import { adam, bmcLoss, LabelNoise, type Tensor, train } from "@balanced/mse";
import { type MpiGroup, mpiGroup } from "@balanced/mse/mpi";

const [name, ...args] = Deno.args;

function tell(found: Record<string, unknown>): void {
  console.log(JSON.stringify(found));
}

async function messageOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "none";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const CASES: Record<string, (group: MpiGroup) => Promise<void>> = {
  /** Sums and gathers of many lengths, calls that differ, timers, calls after the end. */
  async calls(group) {
    const { rank, size } = group;
    const sums: number[] = [];
    for (const length of [0, 1, 1000, 100_003]) {
      const values = Float32Array.from({ length }, (_, i) => (rank + 1) * (1 + i % 7) / 3);
      await group.allReduceSum(values);
      const all = await group.allGather(new Uint8Array(values.buffer));
      const same = all.every((bytes) => bytes.every((byte, i) => byte === all[0]![i]));
      sums.push(same ? values.reduce((a, b) => a + b, 0) : NaN);
    }
    const lengths = (await group.allGather(new Uint8Array(rank * 10))).map((b) => b.length);
    const [one, two] = [Float32Array.of(1), Float32Array.of(10)];
    await Promise.all([group.allReduceSum(one), group.allReduceSum(two)]);
    const unlike = await messageOf(() => group.allReduceSum(new Float32Array(rank)));
    const other = await messageOf(() =>
      rank === 0 ? group.allGather(new Uint8Array(1)) : group.allReduceSum(one)
    );
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    if (rank === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    await group.allGather(new Uint8Array(0));
    clearInterval(timer);
    const again = await messageOf(() => mpiGroup());
    const { engine } = group;
    const pair = [one[0], two[0]];
    const found = { rank, size, engine, sums, lengths, two: pair, unlike, other, ticks, again };
    if (Deno.env.get("TEST_LEAVES")) {
      tell(found);
      await group.allGather(new Uint8Array(0)); // when all have told
      return;
    }
    await group.close();
    const closed = [
      await messageOf(() => group.close()),
      await messageOf(() => group.allGather(new Uint8Array(0))),
    ];
    tell({ ...found, closed });
  },
  /** A run of the trainer; a rank may kill itself after some epochs. */
  async train(group) {
    const [dir, epochs, killAfter] = args;
    await tf.setBackend("cpu");
    const x = tf.randomNormal([30, 3], 0, 1, "float32", 1);
    const y = tf.tidy(() => tf.exp(tf.slice(x, [0, 0], [30, 1])));
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: "ones" })],
    });
    const noise = new LabelNoise({ sigma: 1 });
    const { history } = await train({
      model,
      loss: (pred: Tensor, target: Tensor, batch) => bmcLoss(pred, target, noise.variance(), batch),
      data: { x, y },
      epochs: Number(epochs),
      batchSize: 8,
      optimizer: adam(0.05),
      noise: { model: noise, optimizer: adam(0.01) },
      checkpoint: { dir: dir!, resume: true },
      callbacks: {
        onStep(step, epoch) {
          if (killAfter && epoch === Number(killAfter) && step === 1 && group.rank === 1) {
            Deno.kill(Deno.pid, "SIGKILL");
          }
        },
      },
      group,
    });
    const weights = [...await model.getWeights()[0]!.data(), await noise.sigma()];
    await group.close();
    tell({ rank: group.rank, weights, losses: history.map(({ loss }) => loss) });
  },
  /** One rank ends without close(). */
  async leave(group) {
    if (group.rank === 1) Deno.exit(0);
    await group.allGather(new Uint8Array(0));
  },
  /** One rank fails while the others wait. */
  async fail(group) {
    if (group.rank === 1) throw new Error("what went wrong on rank 1");
    await group.allGather(new Uint8Array(0));
  },
  /** One rank never comes. */
  async hang(group) {
    if (group.rank === 1) await new Promise((resolve) => setTimeout(resolve, 60_000));
    await group.allGather(new Uint8Array(0));
  },
};

const library = Deno.env.get("TEST_LIBRARY");
const timeoutMs = Number(Deno.env.get("TEST_TIMEOUT_MS") ?? 30_000);
await CASES[name!]!(await mpiGroup({ timeoutMs, ...(library && { library }) }));
