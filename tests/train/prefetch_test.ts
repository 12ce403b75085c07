/** Batches read ahead: their order, their lifetimes, their ends. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { prefetch } from "../../src/train/prefetch.ts";
import { testOnBackends } from "../support/backends.ts";

/** Lets everything run that can. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A generator as users write it: it disposes a batch when the next one is asked for. */
function source(count: number, { failAt = -1, stuckAt = -1 } = {}) {
  const state = { made: 0, ended: false };
  async function* batches() {
    try {
      for (let i = 0; i < count; i++) {
        await Promise.resolve();
        if (i === failAt) throw new Error(`no batch ${i}`);
        if (i === stuckAt) await new Promise(() => {});
        state.made++;
        const batch = { x: [tf.scalar(i)], y: { age: tf.scalar(-i) }, name: `${i}` };
        try {
          yield batch;
        } finally {
          tf.dispose([batch.x, batch.y]);
        }
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, batches };
}

testOnBackends(
  "prefetch: keeps the order, and its tensors, whatever the source disposes",
  async () => {
    for (const depth of [0, 1, 2, 9]) {
      const { state, batches } = source(5);
      const seen: number[] = [];
      const kept: tf.Tensor[] = [];
      for await (const { x, y, name } of prefetch(batches(), depth)) {
        await settle();
        const most = Math.min(seen.length + 1 + depth, 5);
        assertEquals(state.made, most, `made with ${depth} ahead`);
        assertEquals((await x[0]!.data())[0], -(await y.age.data())[0]!);
        assertEquals(name, `${seen.length}`);
        seen.push((await x[0]!.data())[0]!);
        kept.push(x[0]!);
      }
      assertEquals(seen, [0, 1, 2, 3, 4]);
      assert(state.ended && kept.every(({ isDisposed }) => isDisposed));
    }
  },
  ["webgpu", "cpu"],
);

testOnBackends("prefetch: an error comes at its place", async () => {
  for (const failAt of [0, 2]) {
    const { batches } = source(5, { failAt });
    let seen = 0;
    await assertRejects(
      async () => {
        for await (const _ of prefetch(batches())) {
          seen++;
          await settle();
        }
      },
      Error,
      `no batch ${failAt}`,
    );
    assertEquals(seen, failAt);
  }
  // A batch that cannot be read, with a source that goes on: it is ended.
  let ended = false;
  async function* disposed() {
    try {
      const [alive, dead] = [tf.scalar(1), tf.scalar(2)];
      dead.dispose();
      try {
        yield await Promise.resolve({ alive, dead });
      } finally {
        alive.dispose();
      }
    } finally {
      ended = true;
    }
  }
  await assertRejects(() => prefetch(disposed())[Symbol.asyncIterator]().next(), Error, "disposed");
  assert(ended);
}, ["cpu"]);

testOnBackends("prefetch: an early end ends the source and frees what was read ahead", async () => {
  for (const wait of [0, 1]) {
    const { state, batches } = source(9);
    for await (const _ of prefetch(batches(), 3)) {
      if (wait) await settle(); // else the source is in the middle of a batch
      break;
    }
    assert(state.ended);
  }
  await assertRejects(
    async () => {
      for await (const _ of prefetch(source(9).batches())) throw new Error("in the loop");
    },
    Error,
    "in the loop",
  );
}, ["cpu"]);

testOnBackends("prefetch: an early end does not wait for a silent source", async () => {
  const { batches } = source(3, { stuckAt: 1 });
  for await (const _ of prefetch(batches())) break;
  // Nor does one that comes while a batch is awaited.
  const iterator = prefetch(source(3, { stuckAt: 0 }).batches())[Symbol.asyncIterator]();
  const next = iterator.next();
  await settle();
  const end = iterator.return!();
  assertEquals((await next).done, true);
  assertEquals((await end).done, true);
  assertEquals((await iterator.next()).done, true);
}, ["cpu"]);

testOnBackends(
  "prefetch: an iterator without return is just left, one whose return fails says so",
  async () => {
    let count = 0;
    const bare = { next: () => Promise.resolve({ done: count > 3, value: count++ }) };
    const iterable = { [Symbol.asyncIterator]: () => bare } as AsyncIterable<number>;
    for await (const value of prefetch(iterable)) if (value === 1) break;
    const failing = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: 1 }),
        return: () => Promise.reject(new Error("no end")),
      }),
    } as AsyncIterable<number>;
    await assertRejects(
      async () => {
        for await (const _ of prefetch(failing)) {
          await settle();
          break;
        }
      },
      Error,
      "no end",
    );
  },
  ["cpu"],
);
