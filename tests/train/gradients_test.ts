/** What a step consists of: its batches, their parts, gradients, what comes between, and the update. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { addGradients } from "../../src/train/add_gradients.ts";
import { clipNorm } from "../../src/train/clip_norm.ts";
import { freeGradients, type Gradients, gradientsOf } from "../../src/train/gradients.ts";
import type { RowBatch } from "../../src/train/row_batch.ts";
import { stepBatches } from "../../src/train/step_batches.ts";
import { type StepPart, stepParts } from "../../src/train/step_parts.ts";
import type { AnyTrainOptions } from "../../src/train/train_options.ts";
import { trainingStep } from "../../src/train/training_step.ts";
import { update } from "../../src/train/update.ts";
import { read, testOnBackends } from "../support/backends.ts";

const row = (i: number): RowBatch => ({ x: tf.tensor1d([i]), y: tf.tensor1d([10 * i]) });

testOnBackends("step batches: so many at a time, alive though their maker frees them", async () => {
  async function* made() {
    for (let i = 0; i < 5; i++) {
      const batch = { ...row(i), mask: tf.tensor1d([true], "bool"), weights: tf.ones([1]) };
      try {
        yield batch;
      } finally {
        tf.dispose(batch as unknown as tf.TensorContainer);
      }
    }
  }
  for (const [count, expected] of [[1, [1, 1, 1, 1, 1]], [2, [2, 2, 1]], [9, [5]]] as const) {
    const seen: number[] = [];
    const labels: number[] = [];
    for await (const step of stepBatches(made(), count)) {
      seen.push(step.batches.length);
      for (const { x, y, weights } of step.batches) {
        labels.push((await (y as tf.Tensor).data())[0]!);
        assert(!(x as tf.Tensor).isDisposed && !weights!.isDisposed);
      }
    }
    assertEquals(seen, [...expected]);
    assertEquals(labels, [0, 10, 20, 30, 40]);
  }
  for await (const _ of stepBatches(made(), 2)) break;
}, ["cpu"]);

testOnBackends(
  "step parts: labels of the whole step, shares by rows or by what masks leave",
  async () => {
    const batches: RowBatch[] = [
      { x: tf.ones([3]), y: tf.tensor1d([1, 2, 3]) },
      { x: tf.ones([1]), y: tf.tensor1d([4]) },
    ];
    const [labels] = await read(() => {
      const parts = stepParts({ batches });
      assertEquals(parts.map(({ share, penalized }) => [share, penalized]), [[0.75, true], [
        0.25,
        false,
      ]]);
      assertEquals(parts[0]!.rows.labels, parts[1]!.rows.labels);
      assertEquals(parts[0]!.rows.labelsMask, undefined);
      return parts[1]!.rows.labels as tf.Tensor;
    });
    assertEquals([...labels!], [1, 2, 3, 4]);
    const mask = tf.tensor1d([true, false, false], "bool");
    const masked = [{ ...batches[0]!, mask }, batches[1]!];
    const [first, second, all] = await read(() => {
      const [a, b] = stepParts({ batches: masked });
      assertEquals([a!.rows.mask, b!.rows.mask], [mask, undefined]);
      return [a!.share as tf.Tensor, b!.share as tf.Tensor, a!.rows.labelsMask!];
    });
    assertEquals([[...first!], [...second!], [...all!]], [[0.5], [0.5], [1, 0, 0, 1]]);
    // One batch is its own step.
    const [only] = stepParts({ batches: [masked[0]!] });
    assertEquals(only!.rows, { labels: masked[0]!.y, labelsMask: mask, mask });
    assertEquals([only!.share, only!.penalized], [undefined, true]);
    tf.dispose([batches.map(({ x, y }) => [x, y]) as tf.TensorContainer, mask]);
  },
);

/** The model a x + b, and one more variable that has no influence. */
function line() {
  const [a, b, idle] = tf.tidy(() => [2, 1, 7].map((value) => tf.variable(tf.scalar(value))));
  const variables = [a!, idle!, b!];
  const fit = (x: unknown) => tf.add(tf.mul(x as tf.Tensor, a!), b!);
  const penalties = () => [tf.square(b!)];
  return { variables, trainee: { fit, penalties }, dispose: () => tf.dispose(variables) };
}

const part = (more: Partial<StepPart> = {}): StepPart => {
  const [x, y] = [tf.tensor1d([1, 3]), tf.tensor1d([0, 0])];
  return { x, y, rows: { labels: y }, penalized: false, ...more };
};
const mean = ((pred: tf.Tensor) => tf.mean(pred)) as unknown as AnyTrainOptions["loss"];

testOnBackends(
  "gradients: by position, times the share, penalties once, none without influence",
  async () => {
    const { variables, trainee, dispose } = line();
    const gradients = gradientsOf(trainee, mean, variables);
    const values = async (of: StepPart) => {
      const found = gradients(of);
      assertEquals(found.tensors[1], undefined);
      const all = await Promise.all(
        [found.loss, found.tensors[0]!, found.tensors[2]!].map((t) => t.data()),
      );
      freeGradients(found);
      tf.dispose([of.x, of.y] as tf.Tensor[]);
      return all.map((value) => value[0]!);
    };
    // mean(2 x + 1) = 5, by a: mean(x) = 2, by b: 1; the penalty b^2 = 1, by b: 2.
    assertEquals(await values(part()), [5, 2, 1]);
    assertEquals(await values(part({ share: 0.5 })), [2.5, 1, 0.5]);
    assertEquals(await values(part({ share: 0.5, penalized: true })), [3.5, 1, 2.5]);
    dispose();
  },
);

testOnBackends(
  "gradients: a loss of no variable, of no scalar or that throws is told",
  () => {
    const { variables, trainee, dispose } = line();
    const take = (loss: unknown) => () => {
      const of = part();
      try {
        return tf.tidy(() =>
          void gradientsOf(trainee, loss as AnyTrainOptions["loss"], variables)(of)
        );
      } finally {
        tf.dispose([of.x, of.y] as tf.Tensor[]);
      }
    };
    assertThrows(
      take(() => tf.scalar(1)),
      TypeError,
      "loss must depend on what is trained, by operations that have gradients",
    );
    for (
      const [result, text] of [
        [[1], "[1]"],
        ["junk", '"junk"'],
        [undefined, "undefined"],
      ] as const
    ) {
      assertThrows(
        take(() => result),
        TypeError,
        `Cannot train as loss must return a scalar tensor: current value is ${text}`,
      );
    }
    assertThrows(
      take((pred: tf.Tensor) => [tf.mean(pred), tf.mean(pred)]),
      TypeError,
      "current value is [a float32 tensor of shape [], a float32 tensor of shape []]",
    );
    dispose();
  },
  ["cpu"],
  { leaky: "tfjs never frees what it saved when a loss throws" },
);

const gradientsFrom = (loss: number, ...values: (number[] | undefined)[]): Gradients => ({
  loss: tf.scalar(loss),
  tensors: values.map((value) => value && tf.tensor1d(value)),
});

async function numbers(gradients: Gradients): Promise<(number[] | undefined)[]> {
  const all = await Promise.all(
    [gradients.loss, ...gradients.tensors].map(async (t) => t && [...await t.data()]),
  );
  freeGradients(gradients);
  return all;
}

testOnBackends("add gradients: none is nothing to add", async () => {
  const sum = addGradients(
    gradientsFrom(1, [1, 2], undefined, [5], undefined),
    gradientsFrom(2, [10, 20], [3], undefined, undefined),
  );
  assertEquals(await numbers(sum), [[3], [11, 22], [3], [5], undefined]);
});

testOnBackends("clip norm: one norm over all, shorter ones bit by bit, far ones too", async () => {
  const clipped = async (most: number, ...values: (number[] | undefined)[]) =>
    (await numbers(await clipNorm(most)(gradientsFrom(7, ...values)))).map((v) =>
      v?.map((x) => Number(x.toPrecision(6)))
    );
  // The norm of (3, 0, 4) is 5.
  assertEquals(await clipped(1, [3, 0], undefined, [4]), [[7], [0.6, 0], undefined, [0.8]]);
  assertEquals(await clipped(10, [3, 0], undefined, [4]), [[7], [3, 0], undefined, [4]]);
  assertEquals(await clipped(5, [0, 0], [0]), [[7], [0, 0], [0]]);
  assertEquals(await clipped(1, [3e20, 0], [-4e20]), [[7], [0.6, 0], [-0.8]]);
  assertEquals(await clipped(1, [3e-30], [4e-30]), [[7], [3e-30], [4e-30]]);
  const many = Array.from({ length: 3000 }, (_, i) => Math.sin(i));
  const norm = Math.hypot(...many);
  const [, long] = await numbers(await clipNorm(0.5)(gradientsFrom(0, many, [0])));
  long!.forEach((x, i) => assertAlmostEquals(x, 0.5 / norm * many[i]!, 1e-7));
  const exact = [0.1, -0.7];
  const [, same] = await numbers(await clipNorm(1)(gradientsFrom(0, exact)));
  assertEquals(same, exact.map(Math.fround));
});

testOnBackends("clip norm: a gradient that is not finite stays so", async () => {
  for (const value of [NaN, Infinity]) {
    const [, first] = await numbers(await clipNorm(1)(gradientsFrom(0, [value], [1])));
    assert(!Number.isFinite(first![0]) || Number.isNaN(first![0]), `${first}`);
  }
}, ["cpu"]);

testOnBackends("update: each optimizer gets its own gradients by position", async () => {
  const variables = tf.tidy(() => [1, 2, 3].map((value) => tf.variable(tf.scalar(value))));
  const [fast, slow] = [tf.train.sgd(1), tf.train.sgd(0.1)];
  const gradients = [tf.scalar(1), undefined, tf.scalar(1)];
  update([
    { variables: variables.slice(0, 2), optimizer: fast },
    { variables: variables.slice(2), optimizer: slow },
  ], gradients);
  const values = await Promise.all(variables.map((variable) => variable.data()));
  values.forEach((value, i) => assertAlmostEquals(value[0]!, [0, 2, 2.9][i]!, 1e-6));
  tf.dispose([variables, gradients[0]!, gradients[2]!]);
  [fast, slow].forEach((optimizer) => optimizer.dispose());
});

testOnBackends("step: gradients go through the stages in order, sync or async", async () => {
  const { variables, trainee, dispose } = line();
  const optimizer = tf.train.sgd(1);
  const order: string[] = [];
  const times = (factor: number, name: string) => (gradients: Gradients): Gradients => {
    order.push(name);
    const tensors = gradients.tensors.map((tensor) => tensor && tf.mul(tensor, factor));
    const loss = tf.add(gradients.loss, 1);
    freeGradients(gradients);
    return { loss, tensors };
  };
  const step = trainingStep({
    gradients: gradientsOf(trainee, mean, variables),
    stages: [times(0.5, "first"), (g) => Promise.resolve(g).then(times(0.1, "second"))],
    groups: [{ variables, optimizer }],
  });
  const batches = [{ x: tf.tensor1d([1, 3]), y: tf.zeros([2]) }, {
    x: tf.ones([2]),
    y: tf.zeros([2]),
  }];
  const loss = await step({ batches });
  assertEquals(order, ["first", "second"]);
  // Means 5 and 3, and the penalty once; by a (2 + 1) / 2, by b 1 + 2.
  assertAlmostEquals((await loss.data())[0]!, 4 + 1 + 2, 1e-6);
  const values = await Promise.all(variables.map((variable) => variable.data()));
  const expected = [2 - 0.05 * 1.5, 7, 1 - 0.05 * 3];
  values.forEach((value, i) => assertAlmostEquals(value[0]!, expected[i]!, 1e-6));
  tf.dispose([loss, batches as unknown as tf.TensorContainer as tf.Tensor]);
  optimizer.dispose();
  dispose();
});
