/** The learnable noise: its value, its gradient, its bounds, its start. */
import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { bmcLoss, LabelNoise } from "../../mod.ts";
import { noisesUsedBy } from "../../src/losses/noise_use.ts";
import { read, readScalar, testOnBackends } from "../support/backends.ts";

testOnBackends(
  "label noise: variance is sigma squared, its gradient by log sigma twice that",
  async () => {
    for (const bounds of [{}, { min: 1 }, { max: 4 }, { min: 2, max: 3.5 }]) {
      const noise = new LabelNoise({ sigma: 3, ...bounds });
      assertAlmostEquals(await readScalar(() => noise.variance()), 9, 1e-5);
      assertAlmostEquals(await noise.sigma(), 3, 1e-6);
      const [value, grad] = await read(() => {
        const { value, grads } = tf.variableGrads(
          () => noise.variance() as tf.Scalar,
          [...noise.variables] as tf.Variable[],
        );
        return [value, ...Object.values(grads)];
      });
      assertAlmostEquals(value![0]!, 9, 1e-5);
      assertAlmostEquals(grad![0]!, 18, 1e-4);
      noise.dispose();
    }
  },
);

/** Steps of an optimizer on `sign` times the variance: above 0 they make sigma smaller. */
function push(noise: LabelNoise, optimizer: tf.Optimizer, sign: number, times: number): void {
  const variables = [...noise.variables] as tf.Variable[];
  const loss = () => tf.mul(noise.variance(), sign) as tf.Scalar;
  for (let i = 0; i < times; i++) optimizer.minimize(loss, false, variables);
}

testOnBackends("label noise: stays above zero whatever an optimizer does", async () => {
  const noise = new LabelNoise({ sigma: 1 });
  const optimizer = tf.train.sgd(1);
  push(noise, optimizer, 1, 20);
  const sigma = await noise.sigma();
  assert(sigma > 0 && sigma < 1, `sigma ${sigma}`);
  noise.dispose();
  optimizer.dispose();
});

testOnBackends(
  "label noise: stays within its bounds, and leaves them again at once",
  async () => {
    for (const [bound, sign] of [[0.5, 1], [2, -1]] as const) {
      const noise = new LabelNoise({ sigma: 1, min: 0.5, max: 2 });
      const sgd = tf.train.sgd(0.2);
      push(noise, sgd, sign, 30);
      assertAlmostEquals(await noise.sigma(), bound, 1e-6);
      assertAlmostEquals(await readScalar(() => noise.variance()), bound ** 2, 1e-6);
      // Not further out than the one step that led there, however often it was pushed since.
      const [stored] = await read(() => tf.clone(noise.variables[0]!));
      assert(Math.abs(stored![0]! - Math.log(bound)) < 2 * 0.2 * bound ** 2 + 1e-6, `${stored}`);
      push(noise, sgd, -sign, bound === 2 ? 3 : 12);
      assert(Math.abs(Math.log(await noise.sigma() / bound)) > 0.05, "it left the bound");
      noise.dispose();
      sgd.dispose();
    }
  },
);

testOnBackends("label noise: may start at a bound, with one bound only", async () => {
  const noise = new LabelNoise({ sigma: 2, max: 2 });
  const optimizer = tf.train.sgd(0.1);
  push(noise, optimizer, -1, 3);
  assertAlmostEquals(await noise.sigma(), 2, 1e-6);
  push(noise, optimizer, 1, 1);
  assertAlmostEquals(await noise.sigma(), 2 * Math.exp(-0.1 * 2 * 4), 1e-5);
  noise.dispose();
  optimizer.dispose();
});

testOnBackends("label noise: starts from the labels' deviation, or the nearest bound", async () => {
  const tensor = tf.tensor2d([[1, 0], [3, 0], [1, 4], [3, 4]]);
  const sigmas: [Parameters<typeof LabelNoise.fromLabels>, number][] = [
    [[[1, 5, 1, 5]], 2],
    [[Float32Array.of(1e6 + 1, 1e6 + 5)], 2],
    [[tensor], Math.sqrt((1 + 4) / 2)],
    [[[1, 5], { max: 1.5 }], 1.5],
    [[[1, 5], { min: 3 }], 3],
  ];
  for (const [[labels, bounds], sigma] of sigmas) {
    const noise = await LabelNoise.fromLabels(labels, bounds);
    assertAlmostEquals(await noise.sigma(), sigma, 1e-6);
    noise.dispose();
  }
  tensor.dispose();
});

testOnBackends("label noise: one a dimension, each within the bounds and for itself", async () => {
  const labels = [[1, 0, 5], [3, 0, 5], [1, 4, 6], [3, 4, 6]];
  const options = { dimensions: "each", min: 0.8 } as const;
  const noise = await LabelNoise.fromLabels(labels, options);
  const assertSigmas = async (expected: number[]) => {
    const found = await noise.sigmas();
    assertEquals(found.length, expected.length);
    expected.forEach((sigma, d) => assertAlmostEquals(found[d]!, sigma, 1e-5));
  };
  await assertSigmas([1, 2, 0.8]); // 0.5, but for the bound
  assertAlmostEquals(await noise.sigma(), Math.sqrt((1 + 4 + 0.64) / 3), 1e-6);
  const optimizer = tf.train.sgd(0.1);
  const pull = tf.tensor1d([1, 0, 1]);
  const loss = () => tf.sum(tf.mul(noise.variance(), pull)) as tf.Scalar;
  optimizer.minimize(loss, false, [...noise.variables] as tf.Variable[]);
  await assertSigmas([Math.exp(-0.1 * 2), 2, 0.8].map((sigma) => Math.max(sigma, 0.8)));
  const pred = tf.tensor2d(labels.map((row) => row.map((x) => x + 1)));
  const target = tf.tensor2d(labels);
  const mse = () => bmcLoss(pred, target, noise.variance(), { dimensions: "each" }) as tf.Scalar;
  const { value, grads } = tf.variableGrads(mse, [...noise.variables] as tf.Variable[]);
  const [gradient] = await Promise.all(Object.values(grads).map((grad) => grad.data()));
  assertEquals(gradient!.length, 3);
  assert([...gradient!].every((x) => Number.isFinite(x) && x !== 0), `${gradient}`);
  tf.dispose([pull, pred, target, value, grads]);
  noise.dispose();
  optimizer.dispose();
});

testOnBackends("label noise: who listens hears which noises were used", () => {
  const [a, b] = [new LabelNoise({ sigma: 1 }), new LabelNoise({ sigma: 2 })];
  assertNotEquals(a.variables[0]!.name, b.variables[0]!.name);
  const [ofA, ofB] = [a.variables[0]!, b.variables[0]!];
  tf.tidy(() => {
    a.variance();
    let inner: ReadonlySet<tf.Variable> | undefined;
    const { result, noises } = noisesUsedBy(() => {
      inner = noisesUsedBy(() => b.variance()).noises;
      a.variance();
      return a.variance();
    });
    assert(result instanceof tf.Tensor);
    assertEquals([noises.size, noises.has(ofA), noises.has(ofB)], [2, true, true]);
    assertEquals([inner!.size, inner!.has(ofB)], [1, true]);
    assertThrows(() =>
      noisesUsedBy(() => {
        throw new Error("in a loss");
      })
    );
    const none = noisesUsedBy(() => 1);
    assertEquals([none.result, none.noises.size], [1, 0]);
    b.variance();
    assertEquals([noises.size, inner!.size], [2, 1], "nobody listens any more");
  });
  tf.dispose([...a.variables, ...b.variables]);
}, ["cpu"]);

Deno.test("label noise: what is no start or no bound is refused", async () => {
  type Rule = [unknown, typeof TypeError | typeof RangeError, string];
  const rules: Rule[] = [
    [undefined, TypeError, "options must be an object: current value is undefined"],
    [null, TypeError, "options must be an object: current value is null"],
    [1.5, TypeError, "options must be an object: current value is 1.5"],
    [{}, TypeError, "sigma must be a finite number > 0: current value is undefined"],
    [{ sigma: "1" }, TypeError, 'sigma must be a finite number > 0: current value is "1"'],
    ...[0, -1, NaN, Infinity].map((sigma): Rule => [
      { sigma },
      RangeError,
      `sigma must be a finite number > 0: current value is ${sigma}`,
    ]),
    [{ sigma: 1e20 }, RangeError, "sigma squared must be a positive finite float32: current val"],
    [{ sigma: 1e-20 }, RangeError, "current value of sigma is 1e-20"],
    [{ sigma: 1, max: 1e30 }, RangeError, "max squared must be a positive finite float32"],
    [{ sigmas: 1 }, TypeError, "did you mean sigma"],
    [{ sigma: 1, min: 0 }, RangeError, "min must be a finite number > 0: current value is 0"],
    [{ sigma: 1, min: null }, TypeError, "min must be a finite number > 0: current value is null"],
    [{ sigma: 1, min: 1, max: 1 }, RangeError, "max must be a finite number > 1: current value"],
    [{ sigma: 1, max: Infinity }, RangeError, "max must be a finite number > 0: current value"],
    [{ sigma: 1, min: 2 }, RangeError, "within min and max, [2, Infinity]: current value is 1"],
    [{ sigma: 3, max: 2 }, RangeError, "within min and max, [0, 2]: current value is 3"],
    [{ sigma: [] }, RangeError, "sigma must not be empty"],
    [{ sigma: [1, 0] }, RangeError, "sigma of dimension 1 must be a finite number > 0"],
    [{ sigma: [1, "2"] }, TypeError, "sigma of dimension 1 must be a finite number > 0"],
    [{ sigma: [1, 3], max: 2 }, RangeError, "sigma of dimension 1 must be within min and max"],
  ];
  const before = tf.memory().numTensors;
  for (const [options, Kind, message] of rules) {
    const error = assertThrows(() => new LabelNoise(options as never), Kind, message);
    assert(error.message.startsWith("Cannot create label noise as "), error.message);
  }
  const { fromLabels } = LabelNoise;
  const labelRules: [() => Promise<unknown>, typeof TypeError | typeof RangeError, string][] = [
    [() => fromLabels(undefined as never), TypeError, "labels must be numbers"],
    [() => fromLabels([]), RangeError, "labels must not be empty"],
    [() => fromLabels([0.1, 0.1, 0.1]), RangeError, "must differ from each other"],
    [() => fromLabels([1, NaN]), RangeError, "labels must be finite"],
    [() => fromLabels([1, 2], null as never), TypeError, "options must be an object"],
    [() => fromLabels([1, 2], { sigma: 1 } as never), TypeError, "options must be known"],
    [() => fromLabels([1, 2], { min: -1 }), RangeError, "min must be a finite number > 0"],
    [() => fromLabels([1, 2], { dimensions: "all" as "each" }), RangeError, "dimensions must be"],
    [
      () => fromLabels([[1, 3], [2, 3]], { dimensions: "each" }),
      RangeError,
      "must differ from each other: current standard deviation of dimension 1 is 0",
    ],
  ];
  for (const [run, Kind, message] of labelRules) await assertRejects(run, Kind, message);
  assertEquals(tf.memory().numTensors, before);
});
