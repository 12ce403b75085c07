/** Batch normalization against float64 truth: values, moments and gradients. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { batchNorm, batchNormFixed } from "../../../src/kernels/batch_norm/batch_norm.ts";
import { movingMoments } from "../../../src/kernels/batch_norm/moving_moments.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { assertNear } from "../../support/near.ts";
import { referenceBatchNorm, worstOfGreatest } from "../../support/reference_vision.ts";

/** One implementation is for all backends but webgpu. */
const ON = ["webgpu", "cpu"] as const;

const SHAPES = [[4, 6, 5, 16], [3, 5, 4, 7], [1, 1, 700, 3], [2, 3, 1, 70], [33, 5], [2, 2, 1, 1]];

function problem(shape: number[], relu: boolean, center = 3) {
  const channels = shape.at(-1)!;
  const size = tf.util.sizeFromShape(shape);
  const next = normals(size + (relu ? 1 : 0));
  const draw = (count: number, of: (z: number) => number) =>
    Array.from({ length: count }, () => Math.fround(of(next())));
  return {
    x: draw(size, (z) => center + z),
    scale: draw(channels, (z) => 1 + 0.3 * z),
    offset: draw(channels, (z) => z),
    dy: draw(size, (z) => z),
    epsilon: 1e-5,
    relu,
  };
}

for (const shape of SHAPES) {
  for (const relu of [false, true]) {
    const name = `[${shape}]${relu ? ", relu" : ""}`;
    const test = problem(shape, relu);

    testOnBackends(`batch norm: ${name}`, async () => {
      const found = await read(() => {
        const [x, dy] = [tf.tensor(test.x, shape), tf.tensor(test.dy, shape)];
        const [scale, offset] = [tf.tensor1d(test.scale), tf.tensor1d(test.offset)];
        const of = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
          batchNorm(x, scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-5, relu);
        const { normalized, mean, variance } = of(x, scale, offset);
        const gradients = tf.grads((...all) =>
          of(...all as [tf.Tensor, tf.Tensor, tf.Tensor]).normalized
        );
        return [normalized, mean, variance, ...gradients([x, scale, offset], dy)];
      });
      const truth = referenceBatchNorm(test);
      const { y, mean, variance, dx, dScale, dOffset } = truth;
      [y, mean, variance, dx, dScale, dOffset].forEach((expected, k) => {
        const error = worstOfGreatest(found[k]!, expected);
        assert(error <= 1e-5, `${Object.keys(truth)[k]}: ${error}`);
      });
    }, ON);

    testOnBackends(`batch norm by given statistics: ${name}`, async () => {
      const channels = shape.at(-1)!;
      const fixed = {
        mean: test.scale.map((s) => Math.fround(2 * s)),
        variance: Array.from({ length: channels }, (_, c) => c === 0 ? 0 : 0.5 + c),
      };
      const found = await read(() => {
        const [x, dy] = [tf.tensor(test.x, shape), tf.tensor(test.dy, shape)];
        const [scale, offset] = [tf.tensor1d(test.scale), tf.tensor1d(test.offset)];
        const [mean, variance] = [tf.tensor1d(fixed.mean), tf.tensor1d(fixed.variance)];
        const of = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
          batchNormFixed(
            x,
            mean,
            variance,
            scale as tf.Tensor1D,
            offset as tf.Tensor1D,
            1e-5,
            relu,
          );
        const gradients = tf.grads((...all) => of(...all as [tf.Tensor, tf.Tensor, tf.Tensor]));
        return [of(x, scale, offset), ...gradients([x, scale, offset], dy)];
      });
      const { y, dx, dScale, dOffset } = referenceBatchNorm({ ...test, fixed });
      [y, dx, dScale, dOffset].forEach((expected, k) => {
        const error = worstOfGreatest(found[k]!, expected);
        assert(error <= 1e-5, `${["y", "dx", "dScale", "dOffset"][k]}: ${error}`);
      });
    }, ON);
  }
}

// Far from zero a sum of squares, and a running mean, lose what the deviation is made of.
for (const center of [1e4, -1e6]) {
  testOnBackends(`batch norm: deviations of 1 around ${center} keep their digits`, async () => {
    const shape = [8, 32, 16, 3];
    const test = problem(shape, false, center);
    const [normalized, mean, variance] = await read(() => {
      const [scale, offset] = [tf.tensor1d(test.scale), tf.tensor1d(test.offset)];
      const result = batchNorm(tf.tensor(test.x, shape), scale, offset, 1e-5, false);
      return [result.normalized, result.mean, result.variance];
    });
    const truth = referenceBatchNorm(test);
    assertNear(variance!, truth.variance, 1e-5, "variance");
    // The mean itself is a float32, half a unit in its last place from the truth.
    const unit = Math.abs(center) * 2 ** -23;
    truth.mean.forEach((m, c) =>
      assert(Math.abs(mean![c]! - m) <= unit, `mean ${mean![c]}, not ${m}`)
    );
    const error = Math.max(...truth.y.map((y, i) => Math.abs(normalized![i]! - y)));
    assert(error <= 2 * unit + 1e-5, `${error}`);
  }, ON);
}

testOnBackends("batch norm: a channel of one value is its offset, and has gradients", async () => {
  const [y, dx] = await read(() => {
    const x = tf.fill([2, 3, 3, 2], 7.3);
    const of = (x: tf.Tensor) =>
      batchNorm(x, tf.ones([2]), tf.tensor1d([0.5, -2]), 1e-5, false).normalized;
    return [of(x), tf.grad(of)(x)];
  });
  assertEquals([...y!], Array.from({ length: 36 }, (_, i) => i % 2 ? -2 : 0.5));
  assert(dx!.every((value) => Math.abs(value) < 1e-3), `${dx}`);
}, ON);

testOnBackends("batch norm: NaN stays NaN through the ReLU, in its own channel", async () => {
  const [y] = await read(() => {
    const x = tf.tensor2d([[NaN, 1], [2, 3]]);
    return [batchNorm(x, tf.ones([2]), tf.zeros([2]), 1e-5, true).normalized];
  });
  assertEquals([...y!].map(Number.isNaN), [true, false, true, false]);
}, ON);

testOnBackends("batch norm: running statistics move, the variance unbiased", async () => {
  const [mean, variance, one] = await read(() => {
    const inputs = {
      mean: tf.tensor1d([1, 2]),
      variance: tf.tensor1d([3, 4]),
      batchMean: tf.tensor1d([5, 6]),
      batchVariance: tf.tensor1d([8, 16]),
    };
    return [
      ...movingMoments(inputs, { momentum: 0.75, rows: 5 }),
      movingMoments(inputs, { momentum: 0.5, rows: 1 })[1],
    ];
  });
  assertEquals([...mean!], [2, 3]);
  assertEquals([...variance!], [4.75, 8]);
  assertEquals([...one!], [5.5, 10]);
}, ON);

// Means and squares far from zero are off by more than epsilon: a variance may fall below 0.
testOnBackends("batch norm: a channel of one value is its offset, however large", async () => {
  for (const value of [1e-20, 1e9, 1e20, 1e30]) {
    const [y, mean, variance, dx] = await read(() => {
      const x = tf.fill([7, 1], value);
      const of = (x: tf.Tensor) => batchNorm(x, tf.ones([1]), tf.tensor1d([0.5]), 1e-5, false);
      const { normalized, mean, variance } = of(x);
      return [normalized, mean, variance, tf.grad((x) => of(x).normalized)(x)];
    });
    assertEquals([...y!], Array<number>(7).fill(0.5));
    assertEquals([...mean!, ...variance!], [Math.fround(value), 0]);
    assert(dx!.every((slope) => Math.abs(slope) < 1e-3), `${dx}`);
  }
}, ON);

testOnBackends("batch norm by given statistics: a NaN has no say in other gradients", async () => {
  const [dx] = await read(() => {
    const [zeros, ones] = [tf.zeros([2]), tf.ones([2])] as [tf.Tensor1D, tf.Tensor1D];
    const of = (x: tf.Tensor) => batchNormFixed(x, zeros, ones, ones, zeros, 3, false);
    return tf.grad(of)(tf.tensor2d([[1, NaN], [Infinity, 2], [3, 4]]));
  });
  assertNear([dx![0]!, dx![3]!, dx![4]!, dx![5]!], [0.5, 0.5, 0.5, 0.5], 1e-6, "gradient");
}, ON);
