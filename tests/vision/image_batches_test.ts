/** Batches of pictures: what is in them, their order, what is read ahead, files that cannot be read. */
import fs from "node:fs/promises";
import { encode } from "fast-png";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { adam, evaluate, mseLoss, train } from "../../mod.ts";
import { type Batch, imageBatches, type ImageBatchesOptions } from "../../src/vision/mod.ts";
import { bounded } from "../../src/vision/pictures/bounded.ts";
import { testOnBackends } from "../support/backends.ts";
import { augment, byteTable, pictureBytes } from "../../src/vision/pictures/augment.ts";
import { epochPlan } from "../../src/vision/pictures/epoch_plan.ts";
import { inFolder } from "../support/in_folder.ts";
import { grayItems, patterned } from "../support/pictures.ts";

/** The labels of 20 items. */
const items20 = Array.from({ length: 20 }, (_, k) => k);

/** What is in some batches. */
async function contents(batches: AsyncIterable<Batch>) {
  const all: { x: number[]; y: number[]; shape: number[]; weights: number[] }[] = [];
  for await (const { x, y, weights } of batches) {
    const numbers = async (tensor: tf.Tensor) => Array.from(await tensor.data());
    all.push({
      x: await numbers(x),
      y: await numbers(y),
      shape: x.shape,
      weights: weights ? await numbers(weights as tf.Tensor) : [],
    });
  }
  return all;
}

const labelsOf = (all: readonly { y: number[] }[]) => all.flatMap(({ y }) => y);

testOnBackends("imageBatches: for tests, all pictures in order, as often as wanted", async () => {
  await inFolder(async (dir) => {
    const items = (await grayItems(dir, 5)).map((item) => ({
      ...item,
      label: [item.label, -1],
      weight: item.label / 2,
    }));
    const epoch = imageBatches({ items, size: [2, 4], batchSize: 2, mean: [0, 0, 0] })();
    const all = await contents(epoch);
    assertEquals(all.map(({ shape }) => shape), [[2, 2, 4, 3], [2, 2, 4, 3], [1, 2, 4, 3]]);
    assertEquals(labelsOf(all), [0, -1, 1, -1, 2, -1, 3, -1, 4, -1]);
    assertEquals(all.flatMap(({ weights }) => weights), [0, 0.5, 1, 1.5, 2]);
    assertEquals(
      all.flatMap(({ x }) => x),
      [0, 1, 2, 3, 4].flatMap((gray) => new Array(24).fill(Math.fround(gray / 255 / 0.5))),
    );
    assertEquals(await contents(epoch), all);
  });
}, ["webgpu", "cpu"]);

testOnBackends(
  "imageBatches: an epoch follows from seed and number, whatever came before",
  async () => {
    await inFolder(async (dir) => {
      const options = { items: await grayItems(dir, 20), size: 4, batchSize: 6, augment: {} };
      const first = imageBatches({ ...options, seed: 7 });
      const epochs = [];
      for (const epoch of [0, 1, 2]) epochs.push(await contents(first(epoch)));
      for (const epoch of epochs) {
        assertEquals(labelsOf(epoch).sort((a, b) => a - b), items20);
      }
      const again = imageBatches({ ...options, seed: 7, ahead: 0, decoder: "wasm" });
      assertEquals(await contents(again(2)), epochs[2]);
      const orders = [...epochs, await contents(imageBatches({ ...options, seed: 8 })(0))];
      const texts = orders.map((epoch) => labelsOf(epoch).join());
      assertEquals(new Set([...texts, items20.join()]).size, 5);
      const kept = await contents(imageBatches({ ...options, shuffle: false })(1));
      assertEquals(labelsOf(kept), items20);
      // Of 4 pixels and 16 around them, some pictures have black alone.
      const isBlack = (values: number[]) => values.every((value) => value === -1);
      assert(kept.some(({ x }) => isBlack(x.slice(0, 48))));
    });
  },
  ["cpu"],
);

testOnBackends("imageBatches: so many batches are read ahead, and no more", async () => {
  for (const ahead of [0, 1, 3]) {
    await inFolder(async (dir) => {
      const items = await grayItems(dir, 12);
      const seen: number[] = [];
      const go = async () => {
        for await (const { y } of imageBatches({ items, size: 2, batchSize: 2, ahead })()) {
          seen.push((await y.data())[0]!);
          if (seen.length > 1) continue;
          await new Promise((resolve) => setTimeout(resolve, 500));
          for (const { path } of items) await Deno.remove(path);
        }
      };
      const first = `${dir}/${2 * (ahead + 1)}.png`;
      await assertRejects(
        go,
        Error,
        `Cannot read a picture as the file or its folder must exist: current path is ${first}`,
      );
      assertEquals(
        seen,
        items.slice(0, 2 * (ahead + 1)).filter((_, i) => i % 2 === 0).map(({ label }) => label),
      );
    });
  }
}, ["cpu"]);

testOnBackends("imageBatches: each picture is cut as planned, whatever is left out", async () => {
  await inFolder(async (dir) => {
    const [side, padding, epoch, seed] = [6, 3, 4, 9];
    const items = Array.from({ length: 7 }, (_, k) => ({ path: `${dir}/${k}.png`, label: k }));
    const bytes = pictureBytes(7, [side, side]);
    for (const [k, { path }] of items.entries()) {
      const data = patterned(side, side).map((byte) => byte + 30 * k);
      bytes.set(data, k * data.length);
      await Deno.writeFile(path, encode({ width: side, height: side, channels: 3, data }));
    }
    const plan = epochPlan({ count: 7, seed, epoch, shuffle: true, padding, flip: 0.5 });
    const table = byteTable([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);
    /** By its row, how each is to be. */
    const places = new Int32Array(21);
    plan.order.forEach((row, i) => places.set(plan.places.subarray(3 * i, 3 * i + 3), 3 * row));
    const whole = augment({ count: 7, size: [side, side], bytes, places, table });
    const truth = tf.unstack(whole);
    const options = { items, size: side, batchSize: 3, augment: { padding }, seed };
    for (const gone of [undefined, plan.order[1]!]) {
      if (gone !== undefined) await Deno.remove(items[gone]!.path);
      const all = await contents(imageBatches({ ...options, unreadable: "skip" })(epoch));
      const rows = [...plan.order].filter((row) => row !== gone);
      assertEquals(labelsOf(all), rows);
      const wanted = await Promise.all(rows.map((row) => truth[row]!.data()));
      assertEquals(all.flatMap(({ x }) => x), wanted.flatMap((values) => [...values]));
    }
    tf.dispose([whole, truth]);
  });
}, ["webgpu", "cpu"]);

testOnBackends(
  "imageBatches: an early end, or an error of the reader, leaves nothing behind",
  async () => {
    await inFolder(async (dir) => {
      const batches = imageBatches({
        items: await grayItems(dir, 40),
        size: 64,
        batchSize: 4,
        ahead: 5,
      });
      // A disk that takes its time, so that some are being read at the end.
      const { stat } = fs;
      let [going, asked] = [0, 0];
      fs.stat = (async (path: string) => {
        asked++;
        going++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        going--;
        return await stat(path);
      }) as unknown as typeof stat;
      let kept: tf.Tensor | undefined;
      try {
        for await (const { x } of batches()) {
          kept = x;
          break;
        }
        assertEquals(going, 0);
        assert(asked < 24, `${asked} are asked for`); // what waits for its turn is left
      } finally {
        fs.stat = stat;
      }
      assert(kept!.isDisposed);
      await assertRejects(
        async () => {
          for await (const _ of batches()) throw new Error("the reader's own");
        },
        Error,
        "the reader's own",
      );
    });
  },
  ["webgpu", "cpu"],
);

testOnBackends(
  "imageBatches: a file that cannot be read is named, or left out and noted",
  async () => {
    await inFolder(async (dir) => {
      const items = await grayItems(dir, 6);
      await Deno.remove(items[1]!.path);
      await Deno.writeTextFile(items[2]!.path, "no picture");
      await Deno.writeFile(items[4]!.path, (await Deno.readFile(items[4]!.path)).subarray(0, 40));
      const options = { items, size: 2, batchSize: 2 };
      // Read ahead, it waits for its turn.
      const behind = { ...options, items: [...items.slice(5), ...items], batchSize: 1 };
      await assertRejects(
        async () => {
          for await (const { y } of imageBatches(behind)()) {
            assert([0, 5].includes((await y.data())[0]!));
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        },
        Error,
        `the file or its folder must exist: current path is ${items[1]!.path}`,
      );
      await assertRejects(
        () => contents(imageBatches({ ...options, items: items.slice(2) })()),
        Error,
        `Cannot read a picture as it must be a whole JPEG or PNG (it begins with 6e 6f 20 70): ` +
          `current path is ${items[2]!.path}`,
      );
      const batches = imageBatches({ ...options, unreadable: "skip" });
      const all = await contents(batches());
      assertEquals(all.map(({ y }) => y), [[0], [3], [5]]);
      const bad = [1, 2, 4].map((k) => items[k]!.path);
      assertEquals([...batches.skipped.keys()].sort(), bad);
      assert([...batches.skipped].every(([path, reason]) => reason.endsWith(path)));
      const none = imageBatches({ ...options, items: items.slice(1, 3), unreadable: "skip" });
      await assertRejects(
        () => contents(none()),
        Error,
        "as one at least must be readable: current number left out is 2, the first with",
      );
    });
  },
  ["cpu"],
);

testOnBackends("imageBatches: train, its validation and evaluate take them", async () => {
  await inFolder(async (dir) => {
    const items = (await grayItems(dir, 8)).map(({ path, label }) => ({ path, label: label / 8 }));
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [2, 2, 3] }), tf.layers.dense({ units: 1 })],
    });
    const optimizer = adam();
    const tested = imageBatches({ items, size: 2, batchSize: 3 });
    const { history } = await train({
      model,
      loss: mseLoss,
      data: imageBatches({ items, size: 2, batchSize: 4, augment: { padding: 0 } }),
      validation: { data: tested, metrics: { mse: mseLoss } },
      epochs: 2,
      optimizer,
    });
    assertEquals(history.length, 2);
    const { mse } = await evaluate(model, tested(), { mse: mseLoss }) as { mse: number };
    assert(Number.isFinite(mse));
    optimizer.dispose();
    model.dispose();
  });
}, ["webgpu", "cpu"]);

Deno.test("imageBatches: of bounded work so much goes on, the rest in order, errors or not", async () => {
  const limited = bounded(3);
  let [going, most] = [0, 0];
  const begun: number[] = [];
  const work = (k: number) =>
    limited(async () => {
      begun.push(k);
      most = Math.max(most, ++going);
      await new Promise((resolve) => setTimeout(resolve, k % 3));
      going--;
      if (k % 4 === 1) throw new Error("one of them");
      return k;
    });
  const wave = (from: number) => Array.from({ length: 10 }, (_, k) => work(from + k));
  const first = Promise.allSettled(wave(0));
  await new Promise((resolve) => setTimeout(resolve, 2));
  const results = (await Promise.all([first, Promise.allSettled(wave(10))])).flat();
  assertEquals(begun, items20);
  assertEquals([most, going], [3, 0]);
  results.forEach((result, k) => assertEquals(result.status === "rejected", k % 4 === 1));
});

Deno.test("imageBatches: what cannot be is refused before a file is opened", () => {
  const options = { items: [{ path: "a.jpg", label: 1 }], size: 8, batchSize: 2 };
  const two = (label: number | number[], weight?: number) => ({
    ...options,
    items: [...options.items, { path: "b.jpg", label, ...(weight !== undefined && { weight }) }],
  });
  const cases: [object, string][] = [
    [{ ...options, items: [] }, "items must not be empty: current number is 0"],
    [two([1, 2]), "items[1].label must be as many numbers as for the others, at least one"],
    [two(1, 2), "all items must have a weight where items[1] has"],
    [two(Infinity), "items[1].label must be a finite float32 number"],
    [
      { ...options, items: [{ path: "a.jpg", lable: 1 }] },
      'did you mean label: current value has "lable"',
    ],
    [{ ...options, size: [8] }, "size must be a number or [height, width]: current value is [8]"],
    [{ ...options, mean: [0, 0] }, "mean must have 3 numbers, one a channel"],
    [{ ...options, deviation: [1, 1e-45, 1] }, "(1 - mean) / deviation must be finite"],
    [{ ...options, augment: { mirror: 1 } }, "augment must be known"],
    [{ ...options, batchsize: 2 }, "did you mean batchSize"],
  ];
  for (const [wrong, words] of cases) {
    const { message } = assertThrows(
      () => imageBatches(wrong as ImageBatchesOptions),
      Error,
      words,
    );
    assert(message.startsWith("Cannot make batches of pictures as "), message);
  }
});
