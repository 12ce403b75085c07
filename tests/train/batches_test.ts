/** Batches of whatever the trainer is given: which of them are read ahead, and what comes of it. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { type Batch, train, type TrainOptions } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { mse, trainLine } from "../support/line.ts";

const COUNT = 6;

/** Lets everything run that can. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Batches of two rows, each disposed by its maker when the next one is asked for. */
function source({ failAt = -1 } = {}) {
  const state = { made: 0, ended: 0 };
  function* batches(): Generator<Batch> {
    try {
      for (let i = 0; i < COUNT; i++) {
        if (i === failAt) throw new Error(`no batch ${i}`);
        state.made++;
        const [x, y] = [tf.tensor1d([i, -1]), tf.tensor1d([2 * i + 1, -1])];
        try {
          yield { x, y, weights: [1, i] };
        } finally {
          tf.dispose([x, y]);
        }
      }
    } finally {
      state.ended++;
    }
  }
  async function* slow(): AsyncGenerator<Batch> {
    for (const batch of batches()) {
      await Promise.resolve();
      yield batch;
    }
  }
  /** Like a dataset, whose elements the trainer frees. */
  const dataset = {
    iterator: () => {
      const items = batches();
      const next = () => {
        const { done, value } = items.next();
        const element = done ? undefined : { xs: value.x.clone(), ys: value.y.clone() };
        return Promise.resolve({ done: done === true, value: element });
      };
      return Promise.resolve({ next } as { next(): Promise<IteratorResult<unknown>> });
    },
  };
  return { state, batches, slow, dataset };
}

/** How many batches had been made after each step of an epoch, and what the run came to. */
async function madeBySteps(
  made: { readonly made: number },
  options: Partial<TrainOptions>,
): Promise<{ counts: number[]; weights: readonly number[]; losses: number[] }> {
  const counts: number[] = [];
  const onStep = async () => {
    await settle();
    counts.push(made.made);
  };
  const { weights, history } = await trainLine({ epochs: 1, callbacks: { onStep }, ...options });
  return { counts, weights, losses: history.map(({ loss }) => loss) };
}

testOnBackends(
  "batches: those that have to be waited for are read ahead, in order",
  async () => {
    const plain = source();
    const expected = await madeBySteps(plain.state, { data: () => plain.batches() });
    assertEquals(expected.counts, [1, 2, 3, 4, 5, 6], "those at once are not");
    const cases: [prefetch: number | undefined, counts: number[]][] = [
      [undefined, [3, 4, 5, 6, 6, 6]],
      [0, [1, 2, 3, 4, 5, 6]],
      [1, [2, 3, 4, 5, 6, 6]],
      [9, [6, 6, 6, 6, 6, 6]],
    ];
    for (const [prefetch, counts] of cases) {
      const more = prefetch === undefined ? {} : { prefetch };
      const { state, slow } = source();
      const found = await madeBySteps(state, { data: () => slow(), ...more });
      assertEquals(found, { ...expected, counts }, `${prefetch} ahead`);
      assertEquals(state.ended, 1);
    }
    const { state, dataset } = source();
    assertEquals(await madeBySteps(state, { data: dataset }), {
      ...expected,
      counts: [3, 4, 5, 6, 6, 6],
    });
    // Steps of several batches wait for theirs, and read as far ahead.
    const several = source();
    const { counts } = await madeBySteps(several.state, {
      data: () => several.slow(),
      accumulate: 2,
    });
    assertEquals(counts, [4, 6, 6]);
  },
  ["webgpu", "cpu"],
);

testOnBackends("batches: those of validation are read ahead where the trainer's are", async () => {
  for (const prefetch of [0, 1, undefined]) {
    const { slow } = source();
    const made: number[] = [];
    const data = async function* () {
      for await (const { x, y } of slow()) {
        made.push(x.id);
        yield { x, y };
      }
    };
    const predicted: number[] = [];
    const model = {
      predict: (x: tf.Tensor) => (predicted.push(x.id), tf.neg(x)),
      variables: [tf.tidy(() => tf.variable(tf.scalar(1)))],
    };
    const optimizer = tf.train.sgd(0.1);
    await train({
      model,
      loss: () => tf.tidy(() => tf.square(model.variables[0]!).asScalar()),
      data: function* () {
        const batch = { x: tf.ones([1]), y: tf.ones([1]) };
        yield batch;
        tf.dispose([batch.x, batch.y]);
      },
      validation: { data, metrics: { mse } },
      epochs: 1,
      optimizer,
      ...(prefetch !== undefined && { prefetch }),
    });
    assertEquals([made.length, predicted.length], [COUNT, COUNT + 1]);
    const own = made.filter((id) => predicted.includes(id));
    assertEquals(own.length, prefetch === 0 ? COUNT : 0, "what is read ahead are clones");
    tf.dispose(model.variables);
    optimizer.dispose();
  }
}, ["cpu"]);

testOnBackends(
  "batches: read ahead, an error comes at its place and a break frees all",
  async () => {
    const failing = source({ failAt: 3 });
    let steps = 0;
    const onStep = async () => {
      steps++;
      await settle();
    };
    await assertRejects(
      () => trainLine({ data: () => failing.slow(), epochs: 1, callbacks: { onStep } }),
      Error,
      "no batch 3",
    );
    assertEquals([steps, failing.state.ended], [3, 1]);
    const left = source();
    const controller = new AbortController();
    const { stopped } = await trainLine({
      data: () => left.slow(),
      signal: controller.signal,
      callbacks: { onStep: async (step) => (await settle(), step === 1 && controller.abort()) },
    } as Partial<TrainOptions>);
    assertEquals([stopped, left.state.made, left.state.ended], ["signal", 4, 1]);
    const wrong = [{ x: tf.ones([2]), y: tf.ones([3]) }];
    const once = async function* () {
      await Promise.resolve();
      yield* wrong;
    };
    await assertRejects(
      () => trainLine({ data: once }),
      TypeError,
      "Cannot train as a batch of data must be { x, y } with the same number of rows",
    );
    tf.dispose(wrong);
  },
  ["webgpu", "cpu"],
);
