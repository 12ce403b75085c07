/** The comparison losses by value: focal-R and Huber over their options, far off, at 0 and in bad form. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  bmcLoss,
  focalMaeLoss,
  focalMseLoss,
  type FocalOptions,
  huberLoss,
  maeLoss,
  mseLoss,
  type Tensor,
} from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { focal, huber } from "../support/losses.ts";

const ERRORS = [-40, -3, -1, -0.5, -0.01, 0, 0.01, 0.25, 1, 2, 7, 100];

/** One row's loss and gradient for each of ERRORS. */
async function perError(
  loss: (pred: Tensor, target: Tensor) => Tensor,
): Promise<[Float32Array, Float32Array]> {
  const [value, grad] = await read(() => {
    const target = tf.zeros([ERRORS.length]);
    const { value, grad } = tf.valueAndGrad((p) => loss(p, target) as tf.Scalar)(
      tf.tensor1d(ERRORS),
      tf.onesLike(target) as tf.Scalar,
    );
    return [value, grad];
  });
  return [value!, grad!];
}

function check(actual: Float32Array, truth: number[], name: string): void {
  truth.forEach((expected, i) => {
    const at = `${name}, error ${ERRORS[i]}`;
    assertAlmostEquals(actual[i]!, expected, 1e-5 * Math.abs(expected) + 2e-7, at);
  });
}

/** The derivative, by central differences; 0 at 0. */
const slope = (f: (x: number) => number) => (x: number) =>
  x === 0 ? 0 : (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;

testOnBackends("focal-R: values and gradients are the authors' formula's", async () => {
  for (const activation of ["sigmoid", "tanh"] as const) {
    for (const beta of [0.05, 0.2, 3]) {
      for (const gamma of [0, 0.5, 1, 2, 2.5]) {
        for (const [loss, power] of [[focalMseLoss, 2], [focalMaeLoss, 1]] as const) {
          const name = `${loss.name}, ${activation}, beta ${beta}, gamma ${gamma}`;
          const f = (x: number) => focal(x, power, activation, beta, gamma);
          const [value, grad] = await perError((p, t) =>
            loss(p, t, { activation, beta, gamma, reduction: "none" })
          );
          check(value, ERRORS.map(f), name);
          check(grad, ERRORS.map(slope(f)), `gradient of ${name}`);
        }
      }
    }
  }
});

testOnBackends("focal-R: the defaults are the authors', gamma 0 is the plain loss", async () => {
  const authors: FocalOptions = { activation: "sigmoid", beta: 0.2, gamma: 1 };
  for (const [loss, plain] of [[focalMseLoss, mseLoss], [focalMaeLoss, maeLoss]] as const) {
    const [standard, same, none, bare] = await read(() => {
      const [p, t] = [tf.tensor1d(ERRORS), tf.zeros([ERRORS.length])];
      return [loss(p, t), loss(p, t, authors), loss(p, t, { gamma: 0 }), plain(p, t)];
    });
    assertEquals([standard, none], [same, bare]);
  }
});

testOnBackends("Huber: values and gradients on both sides of delta", async () => {
  for (const delta of [0.25, 1, 2, 1e6]) {
    const f = (x: number) => huber(x, delta);
    const [value, grad] = await perError((p, t) => huberLoss(p, t, { delta, reduction: "none" }));
    check(value, ERRORS.map(f), `delta ${delta}`);
    check(grad, ERRORS.map((x) => Math.max(-delta, Math.min(delta, x))), `gradient, ${delta}`);
  }
});

testOnBackends("Huber: a square that overflows stays out of the linear part", async () => {
  const [value, grad] = await read(() => {
    const { value, grad } = tf.valueAndGrad((p) => huberLoss(p, tf.zeros([1])) as tf.Scalar)(
      tf.tensor1d([-1e30]),
    );
    return [value, grad];
  });
  assertAlmostEquals(value![0]! / 1e30, 1, 1e-6);
  assertEquals(grad![0], -1);
});

testOnBackends(
  "MSE has the units of Balanced MSE: huge noise gives its pairwise form",
  async () => {
    // For noise without bound, BMC less its constant is |p - t|^2 - mean_j |p - t_j|^2.
    const [pred, target] = [[[1, 2], [3, -1]], [[0, 0], [2, 2]]];
    const [balanced, plain] = await read(() => {
      const [p, t] = [tf.tensor2d(pred), tf.tensor2d(target)];
      const noise = 1e4;
      const constant = 2 * noise * Math.log(2);
      const others = tf.tensor2d([target[1]!, target[0]!]);
      const rows = tf.div(
        tf.add(
          mseLoss(p, t, { reduction: "none" }),
          mseLoss(p, others, {
            reduction: "none",
          }),
        ),
        2,
      );
      return [
        tf.sub(bmcLoss(p, t, noise, { reduction: "none" }), constant),
        tf.sub(mseLoss(p, t, { reduction: "none" }), rows),
      ];
    });
    balanced!.forEach((x, i) => assertAlmostEquals(x, plain![i]!, 5e-3, `row ${i}`));
  },
);

testOnBackends("comparison losses: a second derivative is right", async () => {
  const [second] = await read(() => {
    const t = tf.zeros([3]);
    const first = tf.grad((p: Tensor) => huberLoss(p, t, { reduction: "sum" }) as tf.Scalar);
    return tf.grad((p: Tensor) => tf.sum(first(p)))(tf.tensor1d([0.5, -0.5, 3]));
  });
  assertEquals([...second!], [1, 1, 0]);
});

Deno.test("comparison losses: options out of their domain are refused", () => {
  tf.tidy(() => {
    const x = tf.zeros([2]);
    for (const delta of [0, -1, NaN, Infinity]) {
      const message =
        `Huber loss as delta must be a finite float32 number > 0: current value is ${delta}`;
      assertThrows(() => huberLoss(x, x, { delta }), RangeError, message);
    }
    assertThrows(() => huberLoss(x, x, { delta: "1" as unknown as number }), TypeError, "delta");
    for (const loss of [focalMseLoss, focalMaeLoss]) {
      for (const beta of [0, -0.2, NaN]) {
        assertThrows(
          () => loss(x, x, { beta }),
          RangeError,
          "beta must be a finite float32 number > 0",
        );
      }
      for (const gamma of [-1, NaN, Infinity]) {
        assertThrows(
          () => loss(x, x, { gamma }),
          RangeError,
          "gamma must be a finite float32 number >= 0",
        );
      }
      const error = assertThrows(
        () => loss(x, x, { activation: "relu" as "tanh" }),
        RangeError,
        'activation must be "sigmoid" or "tanh": current value is "relu"',
      );
      assert(error.message.startsWith("Cannot compute focal M"), error.message);
    }
  });
});
