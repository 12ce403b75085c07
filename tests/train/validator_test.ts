/** Validation: metrics batch by batch and over all rows, and what becomes of those that fail. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { balancedMeanAbsoluteError, meanAbsoluteError, shotwise, type Tensor } from "../../mod.ts";
import type { Tensors } from "../../src/train/tensors.ts";
import type { Validation } from "../../src/train/validation.ts";
import { Validator } from "../../src/train/validator.ts";
import { testOnBackends } from "../support/backends.ts";

type Metrics = Validation<Tensors, Tensors, Tensors>["metrics"];

/** Labels on a crowd at 0 and two at 9; predictions are half of them. */
const LABELS = [0, 0, 0, 0, 1, 0, 0, 9, 9, 2];
const half = (x: Tensors) => tf.mul(x as Tensor, 0.5);
const column = () => tf.tensor2d(LABELS.map((label) => [label]));

/** What metrics come to, read and freed. */
async function measure(
  metrics: Record<string, unknown>,
  more: { batchSize?: number; predict?: (x: Tensors) => Tensors } = {},
): Promise<Record<string, number>[]> {
  const { predict = half, ...options } = more;
  const x = column();
  const data = { x, y: x };
  const validator = new Validator({ data, metrics: metrics as Metrics, ...options }, predict);
  const found: Record<string, number>[] = [];
  try {
    for (const epoch of [0, 1]) {
      const measures = await validator.measure(epoch);
      const values = measures.map(async ([name, value]) => {
        if (typeof value === "number") return [name, value] as const;
        const [number] = await value.data();
        value.dispose();
        return [name, number!] as const;
      });
      found.push(Object.fromEntries(await Promise.all(values)));
    }
  } finally {
    x.dispose();
  }
  return found;
}

const pred = LABELS.map((label) => label / 2);
const mae = LABELS.reduce((sum, label) => sum + label / 2, 0) / 10;

testOnBackends(
  "validator: exported metrics as they are, over all rows whatever the batches",
  async () => {
    const few = (p: Tensor, t: Tensor) =>
      shotwise(meanAbsoluteError, p, t, [0, 0, ...Array(120).fill(0)]);
    const metrics = { balanced: balancedMeanAbsoluteError, mae: meanAbsoluteError, shots: few };
    const shots = await shotwise(meanAbsoluteError, pred, LABELS, Array(122).fill(0));
    const expected = {
      balanced: await balancedMeanAbsoluteError(pred, LABELS),
      mae,
      "shots.overall": shots.overall,
      "shots.many": shots.many,
      "shots.medium": shots.medium,
      "shots.few": shots.few,
    };
    for (const batchSize of [undefined, 10, 4, 3, 1]) {
      for (const found of await measure(metrics, batchSize ? { batchSize } : {})) {
        assertEquals(Object.keys(found), Object.keys(expected));
        for (const [name, value] of Object.entries(expected)) {
          if (Number.isNaN(value)) assert(Number.isNaN(found[name]), name);
          else assertAlmostEquals(found[name]!, value, 1e-5, name);
        }
      }
    }
  },
);

testOnBackends(
  "validator: tensors batch by batch, weighed by rows; all in the order given",
  async () => {
    const calls: Record<string, number> = { tensor: 0, own: 0, promised: 0 };
    const counted = <T>(name: string, value: T) => (calls[name]!++, value);
    const metrics = {
      own: (_: Tensor, target: Tensor) => counted("own", target.shape[0]!),
      tensor: (p: Tensor, t: Tensor) => counted("tensor", tf.mean(tf.abs(tf.sub(p, t)))),
      promised: async (p: Tensor, t: Tensor) => {
        counted("promised", 0);
        const error = tf.abs(tf.sub(p, t)); // made before the first wait, used after it
        await Promise.resolve();
        const values = await error.data();
        const greatest = tf.max(error);
        error.dispose();
        assert(values.length === p.size);
        return greatest;
      },
    };
    for (const found of await measure(metrics, { batchSize: 4 })) {
      assertEquals(Object.keys(found), ["own", "tensor", "promised"]);
      assertEquals([found.own, found.promised], [10, 4.5]);
      assertAlmostEquals(found.tensor!, mae, 1e-6);
    }
    // Three batches, twice; all rows once an epoch, and once more to tell the kind.
    assertEquals(calls, { tensor: 6, own: 3, promised: 3 });
    for (const name in calls) calls[name] = 0;
    await measure(metrics);
    assertEquals(calls, { tensor: 2, own: 2, promised: 2 }, "one batch tells all at once");
  },
);

testOnBackends("validator: a metric's tensor that it did not make stays its owner's", async () => {
  const [own, kept] = [tf.scalar(7), tf.keep(tf.scalar(8))];
  const keeping: Tensor[] = [];
  const metrics = {
    own: () => own,
    kept: () => kept,
    keeping: (p: Tensor) => (keeping.push(tf.keep(tf.sum(p))), keeping.at(-1)!),
    promised: () => Promise.resolve(kept),
  };
  for (const batchSize of [10, 3]) {
    for (const found of await measure(metrics, { batchSize })) {
      const { keeping: sums, ...rest } = found;
      assertEquals(rest, { own: 7, kept: 8, promised: 8 });
      assert(sums! > 0);
    }
  }
  const all = [own, kept, ...keeping];
  assert(all.every(({ isDisposed }) => !isDisposed));
  tf.dispose(all);
}, ["webgpu", "cpu"]);

testOnBackends("validator: batches of several kinds are refused", async () => {
  const batches = [column(), tf.tensor1d([1, 2])].map((x) => ({ x, y: x }));
  const metrics = { balanced: balancedMeanAbsoluteError };
  await assertRejects(
    () => new Validator({ data: batches, metrics } as never, half).measure(0),
    TypeError,
    "Cannot validate as the predictions of all batches must be of one kind: " +
      "current shapes are predictions [2], before predictions [10,1]",
  );
  tf.dispose(batches.map(({ x }) => x));
}, ["cpu"]);

testOnBackends("validator: several outputs reach a metric in their form", async () => {
  const predict = (x: Tensors) => ({ low: tf.mul(x as Tensor, 0), high: tf.add(x as Tensor, 2) });
  const metrics = {
    low: ({ low }: Record<string, Tensor>, y: Tensor) => meanAbsoluteError(low!, y),
    high: ({ high }: Record<string, Tensor>, y: Tensor) => tf.mean(tf.sub(high!, y)),
  };
  for (const batchSize of [4, 10]) {
    for (const found of await measure(metrics, { predict, batchSize })) {
      assertAlmostEquals(found.low!, 2.1, 1e-6);
      assertAlmostEquals(found.high!, 2, 1e-6);
    }
  }
}, ["webgpu", "cpu"]);

testOnBackends(
  "validator: a metric that fails is named, never unheard, and leaves no tensor",
  async () => {
    const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
    const fails: Record<string, [metric: unknown, message: string]> = {
      throws: [() => {
        throw new RangeError("no such bin");
      }, "must not fail: current error is RangeError: no such bin"],
      rejects: [async () => {
        await wait();
        throw new Error("later");
      }, "must not fail: current error is Error: later"],
      shape: [
        (p: Tensor) => tf.mul(p, 2),
        "must return no tensor but a scalar: current value is a float32 tensor of shape",
      ],
      text: [() => "good", 'current value is "good"'],
      nothing: [() => {}, "current value is undefined"],
      texts: [() => Promise.resolve({ mae: "1" }), "current value is { mae }"],
    };
    for (const [name, [metric, message]] of Object.entries(fails)) {
      for (const batchSize of [10, 3]) {
        const metrics = {
          fine: tf.losses.absoluteDifference,
          slow: balancedMeanAbsoluteError,
          [name]: metric,
        };
        const error = await assertRejects(
          () => measure(metrics, { batchSize }),
          Error,
          `Cannot validate as the metric "${name}" ${message.startsWith("current") ? "" : message}`,
        );
        assert(error.message.includes(message), error.message);
      }
    }
    await wait();
  },
);

testOnBackends("validator: beside a metric that throws, one that rejects is heard", async () => {
  const later = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    throw new Error("nobody waits for this");
  };
  const metrics = {
    later,
    now: () => {
      throw new Error("at once");
    },
  };
  const message = 'the metric "now" must not fail: current error is Error: at once';
  await assertRejects(() => measure(metrics), Error, message);
  // An unhandled rejection would end the process.
  await new Promise((resolve) => setTimeout(resolve, 20));
}, ["webgpu", "cpu"]);

testOnBackends("validator: rows that a mask leaves out are asked for by no metric", async () => {
  const x = column();
  const y = tf.tensor2d(LABELS.map((label, i) => [i % 4 === 1 ? NaN : label]));
  const mask = LABELS.map((_, i) => i % 4 !== 1);
  const left = LABELS.filter((_, i) => mask[i]);
  const metrics = {
    all: meanAbsoluteError,
    parts: (p: Tensor, t: Tensor) => tf.mean(tf.abs(tf.sub(p, t))),
  };
  const expected = left.reduce((sum, label) => sum + label / 2, 0) / left.length;
  for (const batchSize of [10, 4, 1]) {
    const data = { x, y, mask };
    const validator = new Validator({ data, metrics: metrics as Metrics, batchSize }, half);
    for (const [name, value] of await validator.measure(0)) {
      const number = typeof value === "number" ? value : (await value.data())[0]!;
      tf.dispose([value].filter((v) => v instanceof tf.Tensor));
      assertAlmostEquals(number, expected, 1e-6, name);
    }
  }
  tf.dispose([x, y]);
});

testOnBackends("validator: what it cannot measure is refused", async () => {
  const x = column();
  const validate = (data: unknown) => () =>
    new Validator({ data, metrics: { mae: meanAbsoluteError } } as never, half).measure(0);
  await assertRejects(
    validate([]),
    RangeError,
    "Cannot validate as validation.data must have rows that count",
  );
  await assertRejects(
    validate({ x, y: x, mask: LABELS.map(() => false) }),
    RangeError,
    "Cannot validate as validation.data must have rows that count: current number is 0",
  );
  await assertRejects(
    validate({ x, y: x, weights: LABELS }),
    TypeError,
    "current value has weights",
  );
  let call = 0;
  const fickle = () => call++ === 0 ? tf.scalar(1) : 1;
  await assertRejects(
    () => measure({ fickle }, { batchSize: 3 }),
    TypeError,
    'the metric "fickle" must return a tensor of each batch or of none',
  );
  x.dispose();
}, ["cpu"]);

testOnBackends(
  "validator: a model that hands on its inputs keeps them; epochs that are due",
  async () => {
    const [found] = await measure({ mae: meanAbsoluteError }, { predict: (x) => x, batchSize: 4 });
    assertEquals(found, { mae: 0 });
    const x = column();
    const data = { x, y: x };
    const due = (every: number) => {
      const validator = new Validator(
        { data, metrics: { mae: meanAbsoluteError }, every } as never,
        half,
      );
      return [0, 1, 2, 3, 4].filter((epoch) => validator.due(epoch, epoch === 4));
    };
    assertEquals([due(1), due(2), due(9)], [[0, 1, 2, 3, 4], [1, 3, 4], [4]]);
    x.dispose();
  },
  ["webgpu", "cpu"],
);
