/** An iteration that a signal ends. */
import { assertEquals, assertRejects } from "@std/assert";
import { untilAborted } from "../../src/train/until_aborted.ts";

async function all(items: AsyncIterable<number>, signal?: AbortSignal): Promise<number[]> {
  const found: number[] = [];
  for await (const item of untilAborted(items, signal)) found.push(item);
  return found;
}

async function* count(cleaned: () => void = () => {}) {
  try {
    for (let i = 0; i < 4; i++) yield i;
  } finally {
    cleaned();
  }
}

Deno.test("until aborted: without an abort it yields all", async () => {
  assertEquals(await all(count()), [0, 1, 2, 3]);
  assertEquals(await all(count(), new AbortController().signal), [0, 1, 2, 3]);
  assertEquals(await all(count(), AbortSignal.abort()), []);
});

Deno.test("until aborted: a generator that never yields is left", async () => {
  const controller = new AbortController();
  const never = (async function* () {
    yield 1;
    await new Promise(() => {});
    yield 2;
  })();
  setTimeout(() => controller.abort(), 5);
  assertEquals(await all(never, controller.signal), [1]);
});

Deno.test("until aborted: one that fails after the abort is heard by nobody, before it by all", async () => {
  const controller = new AbortController();
  const failing = (async function* () {
    yield 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
    throw new Error("too late");
  })();
  setTimeout(() => controller.abort(), 2);
  assertEquals(await all(failing, controller.signal), [1]);
  await new Promise((resolve) => setTimeout(resolve, 20)); // an unhandled rejection would end the process
  const early = (async function* () {
    yield await Promise.reject<number>(new Error("at once"));
  })();
  await assertRejects(() => all(early, new AbortController().signal), Error, "at once");
});

Deno.test("until aborted: whoever leaves early has the generator clean up", async () => {
  for (const signal of [undefined, new AbortController().signal]) {
    let cleaned = 0;
    for await (const item of untilAborted(count(() => cleaned++), signal)) if (item === 1) break;
    assertEquals(cleaned, 1);
  }
  const controller = new AbortController();
  let cleaned = 0;
  for await (const item of untilAborted(count(() => cleaned++), controller.signal)) {
    if (item === 2) controller.abort();
  }
  assertEquals(cleaned, 1);
});
