/** Facts about Balanced MSE that hold whatever the numbers: each on every backend and problem. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { bmcLoss, type Method } from "../../../mod.ts";
import { read, readScalar, testOnBackends } from "../../support/backends.ts";
import { type Case, CASES, problem } from "../../support/cases.ts";
import type { Problem } from "../../support/reference.ts";
import { lossOf, predTensor } from "../../support/tensors.ts";

const SMALL = CASES.filter(({ pred }) => pred.length < 1000);

/** What the linear method is for. */
const LINEAR = SMALL.filter(({ pred, prior }) => pred[0]!.length === 1 && !prior.variance);

/** A theorem on every backend, and by the linear method on those that have it. */
function theorem(
  name: string,
  prove: (method: Method, cases: readonly Case[]) => Promise<void>,
): void {
  testOnBackends(`theorem: ${name}`, () => prove("auto", SMALL));
  testOnBackends(`theorem: ${name}, linear`, () => prove("linear", LINEAR), ["webgpu", "cpu"]);
}

/** The mean loss in nats. */
function nats(test: Problem, method: Method): Promise<number> {
  const options = { restoreScale: false, method };
  return readScalar(() => lossOf(test, options)(predTensor(test), test.noiseVar));
}

/** Equal to a few roundings of the logits' size: what a float32 input's last digit can do. */
function assertClose(actual: number, expected: number, name: string, size = Math.abs(expected)) {
  assertAlmostEquals(actual, expected, 2e-6 * (1 + size), name);
}

function map(test: Problem, label: (x: number) => number): Problem {
  const rows = (matrix: number[][]) => matrix.map((row) => row.map(label));
  const target = rows(test.target);
  const center = test.prior.center === test.target ? target : rows(test.prior.center);
  return { ...test, pred: rows(test.pred), target, prior: { ...test.prior, center } };
}

theorem("shifting labels and predictions changes nothing", async (method, cases) => {
  for (const test of cases) {
    // Multiples of 1/64 shift without rounding, so that the same problem is asked.
    const coarse = map(test, (x) => Math.round(x * 64) / 64);
    assertClose(
      await nats(map(coarse, (x) => x + 4096), method),
      await nats(coarse, method),
      test.name,
    );
  }
});

theorem("a pred, a target, a^2 noiseVar gives a^2 loss", async (method, cases) => {
  const a = 8; // a power of two: no rounding
  const loss = (test: Problem) =>
    readScalar(() => lossOf(test, { method })(predTensor(test), test.noiseVar));
  for (const test of cases) {
    const scaled = map(test, (x) => a * x);
    scaled.noiseVar = a * a * test.noiseVar;
    if (test.prior.variance) {
      scaled.prior.variance = test.prior.variance.map((row) => row.map((v) => a * a * v));
    }
    const expected = a * a * await loss(test);
    assertAlmostEquals(
      await loss(scaled),
      expected,
      2e-6 * (scaled.noiseVar + Math.abs(expected)),
      test.name,
    );
  }
});

theorem("the order of rows and of columns does not matter", async (method, cases) => {
  for (const test of cases) {
    const { center, logWeight, variance } = test.prior;
    const reversed: Problem = {
      ...test,
      pred: test.pred.toReversed(),
      target: test.target.toReversed(),
      prior: {
        center: center.toReversed(),
        ...(logWeight && { logWeight: logWeight.toReversed() }),
        ...(variance && { variance: variance.toReversed() }),
      },
    };
    assertClose(await nats(reversed, method), await nats(test, method), test.name);
  }
});

theorem("a column split in two halves is the same column", async (method, cases) => {
  for (const test of cases) {
    const { center, logWeight = center.map(() => 0), variance } = test.prior;
    const halves = logWeight.map((weight) => weight - Math.LN2);
    const split: Problem = {
      ...test,
      prior: {
        center: [...center, ...center],
        logWeight: [...halves, ...halves],
        ...(variance && { variance: [...variance, ...variance] }),
      },
    };
    assertClose(await nats(split, method), await nats(test, method), test.name);
  }
});

theorem("columns of weight 0 are no columns", async (method, cases) => {
  for (const test of cases) {
    const { center, logWeight = center.map(() => 0), variance } = test.prior;
    const more: Problem = {
      ...test,
      prior: {
        // Five: a whole step of the shader sees nothing else.
        center: [...Array(5).fill(test.pred[0]!), ...center],
        logWeight: [...Array(5).fill(-Infinity), ...logWeight],
        ...(variance && { variance: [...Array(5).fill(variance[0]!), ...variance] }),
      },
    };
    assertClose(await nats(more, method), await nats(test, method), test.name);
  }
});

theorem("a mixture of zero variances is its points", async (method, cases) => {
  for (const test of cases.filter(({ prior }) => !prior.variance)) {
    const { center } = test.prior;
    const variance = center.map((row) => row.map(() => 0));
    const points = await nats(test, method);
    assertClose(
      await nats({ ...test, prior: { ...test.prior, variance } }, "direct"),
      points,
      test.name,
    );
  }
});

theorem("bins on the batch's labels are BMC", async (method, cases) => {
  for (const test of cases.filter(({ prior, target }) => prior.center === target)) {
    const logWeight = test.target.map(() => 0);
    const copy = test.target.map((row) => [...row]);
    assertClose(
      await nats({ ...test, prior: { center: copy, logWeight } }, method),
      await nats(test, method),
      test.name,
    );
  }
});

theorem("BMC is never below 0", async (method, cases) => {
  for (const test of cases.filter(({ prior, target }) => prior.center === target)) {
    const [rows] = await read(() =>
      lossOf(test, { reduction: "none", method })(predTensor(test), test.noiseVar)
    );
    assert(rows!.every((x) => x >= 0), test.name);
  }
});

theorem("one row and its own label gives 0", async (method) => {
  for (const dim of method === "linear" ? [1] : [1, 3, 72, 129, 1024]) {
    const test = problem("one", { rows: 1, dim, sigma: 0.1, far: 100 });
    assert(await nats(test, method) === 0);
  }
});

theorem("equal labels give 2 noiseVar log N", async (method) => {
  for (const rows of [2, 50, 257]) {
    const test = problem("equal", { rows, dim: 1, sigma: 0.5, equal: true });
    const loss = await readScalar(() => lossOf(test, { method })(predTensor(test), test.noiseVar));
    assertClose(loss, 2 * test.noiseVar * Math.log(rows), `${rows} rows`);
  }
});

testOnBackends("theorem: a very wide prior gives MSE's gradient", async () => {
  const test = problem("wide", { rows: 65, dim: 2, sigma: 0.3 });
  test.prior = { center: [[0, 0]], variance: [[1e12, 1e12]] };
  const [balanced, plain] = await read(() => {
    const pred = predTensor(test);
    const target = tf.tensor2d(test.target);
    const mse = (p: tf.Tensor) => tf.mean(tf.sum(tf.squaredDifference(p, target), 1)) as tf.Scalar;
    return [tf.grad((p) => lossOf(test)(p, test.noiseVar))(pred), tf.grad(mse)(pred)];
  });
  balanced!.forEach((x, i) => assertClose(x, plain![i]!, `element ${i}`));
});

theorem(
  "[N] and [N, 1] are the same batch; sum is N means, mean is of none",
  async (method) => {
    const test = problem("shapes", { rows: 37, dim: 1, sigma: 0.3 });
    const [flat, column, sum, rows] = await read(() => {
      const pred = predTensor(test);
      const target = tf.tensor2d(test.target);
      const of = (reduction: "mean" | "sum" | "none") =>
        bmcLoss(pred, target, test.noiseVar, { reduction, method });
      const flat = bmcLoss(pred.flatten(), target.flatten(), test.noiseVar, { method });
      return [flat, of("mean"), of("sum"), of("none")];
    });
    assert(rows!.length === 37 && flat![0] === column![0]);
    assertClose(sum![0]!, 37 * flat![0]!, "sum");
    assertClose(rows!.reduce((a, b) => a + b) / 37, flat![0]!, "none");
  },
);

theorem("the same input gives the same bits", async (method) => {
  const test = problem("bits", { rows: 1003, dim: 1, sigma: 0.1 });
  const run = () =>
    read(() => {
      const { value, grad } = tf.valueAndGrad((p) => lossOf(test, { method })(p, test.noiseVar))(
        predTensor(test),
      );
      return [value, grad];
    });
  const [first, second] = [await run(), await run()];
  assert(first.every((values, i) => values.every((x, j) => x === second[i]![j])));
});
