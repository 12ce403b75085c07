/** The learnable noise: its value, its gradient, its limits. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { LabelNoise } from "../../mod.ts";
import { read, readScalar, testOnBackends } from "../support/backends.ts";

testOnBackends(
  "label noise: variance is sigma squared, its gradient by log sigma twice that",
  async () => {
    const noise = new LabelNoise({ sigma: 3 });
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
  },
);

testOnBackends("label noise: stays above zero whatever an optimizer does", async () => {
  const noise = new LabelNoise({ sigma: 1 });
  const optimizer = tf.train.sgd(1);
  for (let i = 0; i < 20; i++) {
    optimizer.minimize(() => noise.variance() as tf.Scalar, false, [
      ...noise.variables,
    ] as tf.Variable[]);
  }
  const sigma = await noise.sigma();
  assert(sigma > 0 && sigma < 1, `sigma ${sigma}`);
  noise.dispose();
  optimizer.dispose();
});

Deno.test("label noise: a sigma that is not above 0 is refused", () => {
  for (const sigma of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => new LabelNoise({ sigma }),
      RangeError,
      `sigma must be a finite number > 0: current value is ${sigma}`,
    );
  }
});
