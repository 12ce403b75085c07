/** Batches of the rows of tensors: by device and by host, shuffled, with what the rows carry. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Batch } from "../../mod.ts";
import { batchesOf } from "../../src/train/batches.ts";
import type { BatchOptions } from "../../src/train/epochs.ts";
import type { Tensors } from "../../src/train/tensors.ts";
import { testOnBackends } from "../support/backends.ts";
import { withSmallBindings } from "../support/small_bindings.ts";

const PLAIN: BatchOptions = { batchSize: 3, seed: undefined, multiple: 1, action: "train" };

/** What each batch of an epoch holds, as text. */
async function batches(
  data: Batch<Tensors, Tensors>,
  options: Partial<BatchOptions> = {},
  epoch = 0,
): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of batchesOf(data, { ...PLAIN, ...options })(epoch)) {
    const named = Object.entries(batch as unknown as Record<string, tf.Tensor>);
    const texts = named.map(async ([name, t]) =>
      `${name} ${t.dtype} [${t.shape}] ${await t.data()}`
    );
    found.push((await Promise.all(texts)).join(" | "));
  }
  return found;
}

testOnBackends("split rows: in order, the last batch smaller or left out", async () => {
  const data = { x: tf.range(0, 8), y: tf.range(10, 18) };
  const of = (rows: number[]) =>
    `x float32 [${rows.length}] ${rows} | y float32 [${rows.length}] ${rows.map((i) => 10 + i)}`;
  assertEquals(await batches(data), [of([0, 1, 2]), of([3, 4, 5]), of([6, 7])]);
  assertEquals(await batches(data, { multiple: 3 }), [of([0, 1, 2]), of([3, 4, 5])]);
  assertEquals(await batches(data, { multiple: 6 }), [of([0, 1, 2]), of([3, 4, 5])]);
  assertEquals(await batches(data, { batchSize: undefined }), [of([0, 1, 2, 3, 4, 5, 6, 7])]);
  assertThrows(
    () => batchesOf(data, { ...PLAIN, multiple: 9 }),
    RangeError,
    "data must fill a step of 9 rows where dropLast is true: current number of rows is 8",
  );
  tf.dispose(data);
});

testOnBackends("split rows: weights and mask follow their rows through the shuffling", async () => {
  const x = tf.tensor2d(Array.from({ length: 11 }, (_, i) => [i, -i]));
  const y = tf.range(0, 11);
  const weights = Array.from({ length: 11 }, (_, i) => 2 * i);
  const mask = Array.from({ length: 11 }, (_, i) => i % 3 === 0);
  const orders = new Set<string>();
  for (const seed of [0, 7]) {
    for (const epoch of [0, 1]) {
      const seen: number[] = [];
      const options = { ...PLAIN, batchSize: 4, seed };
      for await (const batch of batchesOf({ x, y, weights, mask }, options)(epoch)) {
        const [xs, ys, w, m] = await Promise.all(
          [batch.x, batch.y, batch.weights!, batch.mask!].map((t) => (t as tf.Tensor).data()),
        );
        assertEquals(batch.mask!.dtype, "bool");
        seen.push(...ys!);
        for (const [i, label] of ys!.entries()) {
          assertEquals([xs![2 * i], xs![2 * i + 1]], [
            label,
            label === 0 ? xs![2 * i + 1] : -label,
          ]);
          assertEquals([w![i], Boolean(m![i])], [2 * label, label % 3 === 0]);
        }
      }
      orders.add(seen.join());
      assertEquals(seen.toSorted((a, b) => a - b), Array.from({ length: 11 }, (_, i) => i));
    }
  }
  assertEquals(orders.size, 4, "each seed and epoch has its order");
  tf.dispose([x, y]);
});

testOnBackends("split rows: forms of several tensors keep their form", async () => {
  const [a, b] = [tf.range(0, 4), tf.ones([4, 2, 2])];
  const shapes: unknown[] = [];
  for await (const { x, y } of batchesOf({ x: [a, b], y: { one: a, two: b } }, PLAIN)(0)) {
    const named = y as Record<string, tf.Tensor>;
    shapes.push([(x as tf.Tensor[]).map(({ shape }) => shape), named.one!.shape, named.two!.shape]);
  }
  assertEquals(shapes, [[[[3], [3, 2, 2]], [3], [3, 2, 2]], [[[1], [1, 2, 2]], [1], [1, 2, 2]]]);
  tf.dispose([a, b]);
}, ["cpu"]);

testOnBackends(
  "split rows: beyond the device's binding limit, the host's rows are the same",
  async () => {
    const values = Float32Array.from({ length: 50 * 40 }, (_, i) => Math.sin(i));
    const flags = Uint8Array.from({ length: 50 * 40 }, (_, i) => i % 3 % 2);
    const make = () => ({
      x: { pixels: tf.tensor(values, [50, 40]), codes: tf.tensor(flags, [50, 40], "int32") },
      y: tf.tensor(flags, [50, 40], "bool"),
      weights: Array.from({ length: 50 }, (_, i) => i),
    });
    const options = { batchSize: 16, seed: 3 };
    const one = make();
    const expected = await flat(one, options);
    assert(expected.length === 4);
    const two = make();
    // Only x and y exceed 4,000 bytes.
    await withSmallBindings(4000, async () => {
      assertEquals(await flat(two, options), expected);
      assertEquals(await flat(two, options), expected, "they are still on the host");
    });
    tf.dispose([one, two].map(({ x, y }) => ({ x, y })));
  },
  ["webgpu"],
);

async function flat(
  data: Batch<Record<string, tf.Tensor>, tf.Tensor>,
  options: Partial<BatchOptions>,
): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of batchesOf(data, { ...PLAIN, ...options })(1)) {
    const all = [...Object.values(batch.x as Record<string, tf.Tensor>), batch.y, batch.weights!];
    const texts = (all as tf.Tensor[]).map(async (t) =>
      `${t.dtype} [${t.shape}] ${await t.data()}`
    );
    found.push((await Promise.all(texts)).join(" | "));
  }
  return found;
}

testOnBackends(
  "split rows: what exceeds the limit and is on the GPU is refused by name",
  async () => {
    const host = tf.ones([50, 40]); // made on the device
    const x = tf.add(host, 1);
    const y = tf.zeros([50]);
    await withSmallBindings(4000, async () => {
      await assertRejects(
        () => batches({ x, y }),
        RangeError,
        "Cannot train as data.x [50,40] must be within the adapter's maxStorageBufferBindingSize of " +
          "4000 bytes once it is on the GPU: give it as tf.tensor has made it of an array",
      );
    });
    tf.dispose([host, x, y]);
  },
  ["webgpu"],
);

testOnBackends("split rows: all rows of large data come 1,024 at a time", async () => {
  const x = tf.tensor2d(new Float32Array(2500 * 3), [2500, 3]);
  const y = tf.tensor1d(new Float32Array(2500));
  await withSmallBindings(20_000, async () => {
    const sizes: number[] = [];
    const options = { ...PLAIN, batchSize: undefined };
    for await (const batch of batchesOf({ x, y }, options)(0)) {
      sizes.push((batch.y as tf.Tensor).shape[0]!);
    }
    assertEquals(sizes, [1024, 1024, 452]);
  });
  tf.dispose([x, y]);
}, ["webgpu"]);

testOnBackends(
  "split rows: an epoch left early frees its tensors; disposed data is refused",
  async () => {
    const data = { x: tf.range(0, 8), y: tf.range(0, 8), weights: new Array(8).fill(1) };
    const epochs = batchesOf(data, { ...PLAIN, seed: 1 });
    const before = tf.memory().numTensors;
    for await (const _ of epochs(0)) break;
    assertEquals(tf.memory().numTensors, before);
    data.x.dispose();
    await assertRejects(
      () => epochs(1)[Symbol.asyncIterator]().next(),
      TypeError,
      "Cannot train as data.x must not be disposed",
    );
    data.y.dispose();
  },
);
