/** Counts of labels that come in parts, and what is wrong with counts. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { type LabelCounts, labelCounts, labelHistogram } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";

const TENTHS = { binWidth: 0.1, align: "edge" } as const;

testOnBackends("counts: of a stream of tensors, lists, counts and numbers", async () => {
  async function* parts() {
    const tensor = tf.tensor2d([[3], [1], [3]]);
    yield tensor;
    tensor.dispose();
    yield await Promise.resolve([1, 2.5]);
    yield { values: [3, 9], counts: [2 ** 33, 0] };
    yield 7;
  }
  assertEquals(await labelCounts(parts()), {
    values: [1, 2.5, 3, 7],
    counts: [2, 1, 2 ** 33 + 2, 1],
  });
  assertEquals(await labelCounts(parts(), { binWidth: 2 }), {
    values: [2, 4, 8],
    counts: [3, 2 ** 33 + 2, 1],
  });
  assertEquals(await labelCounts(parts(), { edges: [1, 3, 7] }), {
    values: [2, 5],
    counts: [3, 2 ** 33 + 3],
  });
  assertEquals(await labelCounts([0.7, Math.fround(0.7), 0.75], TENTHS), {
    values: [0.75],
    counts: [3],
  });
});

Deno.test("counts: what is wrong with them is named", async () => {
  const histogram = (labels: unknown) => () => labelHistogram(labels as LabelCounts, { bins: 2 });
  const claim = "Cannot make label histogram as the ";
  const rules: [() => Promise<unknown>, typeof TypeError | typeof RangeError, string][] = [
    [
      histogram({ values: [1], counts: 3 }),
      TypeError,
      `${claim}counts of labels must be a list of numbers`,
    ],
    [
      histogram({ values: [1, 2], counts: [3] }),
      TypeError,
      `${claim}values and counts of labels must be`,
    ],
    [
      histogram({ values: [1, 2], counts: [0, 0] }),
      RangeError,
      `${claim}counts of labels must have one above 0`,
    ],
    [
      histogram({ values: [1], counts: [-1] }),
      RangeError,
      `${claim}counts of labels must be whole`,
    ],
    [histogram({ values: [1], counts: [1.5] }), RangeError, "current number 0 is 1.5"],
    [histogram({ values: [1], counts: ["1"] }), TypeError, 'current number 0 is "1"'],
    [histogram({ values: [1, NaN], counts: [1, 1] }), RangeError, "current number 1 is NaN"],
    [
      () => labelCounts(5 as never),
      TypeError,
      "Cannot count labels as parts must be an iterable of labels: current value is 5",
    ],
    [() => labelCounts([]), RangeError, "parts must hold a label: current number of labels is 0"],
    [() => labelCounts([[1], [[1, 2]]]), TypeError, "labels must be [N] or [N, 1]"],
    [() => labelCounts([[1]], { bins: 3 } as never), TypeError, "options must be known"],
    [
      () => labelCounts([[1, 9]], { edges: [0, 3] }),
      RangeError,
      "currently 0 lie below and 1 above",
    ],
  ];
  for (const [run, errorClass, message] of rules) await assertRejects(run, errorClass, message);
});
