/** referenceSample: without replacement, each label as likely as any other, evenly spread. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { referenceSample } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";

const LABELS = Array.from({ length: 1000 }, (_, i) => ((i * 389) % 1000) ** 2 / 100);

Deno.test("sample: without replacement, seeded", async () => {
  for (const stratified of [false, true]) {
    for (const size of [1, 2, 333, 999, 1000]) {
      const sample = await referenceSample(LABELS, size, { seed: 3, stratified });
      assertEquals(new Set(sample).size, size);
      assert(sample.every((label) => LABELS.includes(label)));
      assertEquals(await referenceSample(LABELS, size, { seed: 3, stratified }), sample);
    }
    assertEquals(
      await referenceSample(LABELS, 10, { stratified }),
      await referenceSample(LABELS, 10, { stratified, seed: 0 }),
    );
    assertNotEquals(
      await referenceSample(LABELS, 10, { stratified, seed: 1 }),
      await referenceSample(LABELS, 10, { stratified, seed: 2 }),
    );
  }
});

Deno.test("sample: every label is drawn as often as any other", async () => {
  for (const stratified of [false, true]) {
    const [draws, size, seeds] = [new Map<number, number>(), 3, 4000];
    for (let seed = 0; seed < seeds; seed++) {
      const labels = [5, 3, 8, 1, 9, 2, 7];
      for (const label of await referenceSample(labels, size, { seed, stratified })) {
        draws.set(label as number, (draws.get(label as number) ?? 0) + 1);
      }
    }
    const expected = seeds * size / 7;
    // Five standard deviations of a binomial count.
    const bound = 5 * Math.sqrt(expected * (1 - size / 7));
    assertEquals(draws.size, 7);
    for (const [label, drawn] of draws) {
      assert(Math.abs(drawn - expected) < bound, `${label} was drawn ${drawn} times`);
    }
  }
});

Deno.test("sample: stratified takes one label of every run of the sorted labels", async () => {
  const sorted = LABELS.toSorted((a, b) => a - b);
  for (let seed = 0; seed < 20; seed++) {
    const sample = await referenceSample(LABELS, 50, { seed, stratified: true });
    const ranks = sample.map((label) => sorted.indexOf(label));
    assertEquals(ranks.map((rank) => Math.floor(rank / 20)), [...ranks.keys()]);
    assertEquals(new Set(ranks.map((rank) => rank % 20)).size, 1);
  }
});

testOnBackends("sample: keeps the labels' form, from arrays and tensors", async () => {
  const rows = LABELS.map((label, i) => [label, i]);
  const sample = await referenceSample(rows, 20, { seed: 5 });
  for (const [label, i] of sample) assertEquals(LABELS[i!], label);
  const column = LABELS.map((label) => [label]);
  const strata = await referenceSample(column, 4, { stratified: true });
  assertEquals(strata.map((row) => row.length), [1, 1, 1, 1]);
  const tensor = tf.tensor2d(rows);
  const drawn = await referenceSample(tensor, 20, { seed: 5 }) as number[][];
  tensor.dispose();
  assertEquals(drawn, sample.map((row) => row.map(Math.fround)));
  // tfjs takes it as it is.
  const back = tf.tensor(drawn);
  assertEquals(back.shape, [20, 2]);
  back.dispose();
});
