/** Backward passes that free as they go: the same gradients, and what lies between is gone. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { freeAsUsed } from "../../src/train/free_as_used.ts";
import { testOnBackends } from "../support/backends.ts";
import { peakBytes } from "../support/peak_bytes.ts";

type Sum = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/**
 * Its gradient is the very tensor that comes in, for each of its inputs; tfjs by itself disposes
 * the one where it adds to the other.
 */
const sumHandedOn: Sum = (a: tf.Tensor, b: tf.Tensor) =>
  tf.customGrad((a, b) => ({
    value: tf.add(a as tf.Tensor, b as tf.Tensor),
    gradFunc: (upstream: tf.Tensor) => [upstream, upstream],
  }))(a, b);

/** Functions of a variable: what is used twice, by whom, and what no loss depends on. */
const FUNCTIONS: Record<string, (x: tf.Tensor, sum: Sum) => tf.Tensor> = {
  "a chain": (x) => tf.exp(tf.sin(tf.square(x))),
  "used twice": (x) => tf.mul(tf.square(x), tf.add(tf.square(x), x)),
  "one tensor as both inputs": (x) => tf.square(tf.mul(tf.sin(x), tf.add(x, x))),
  "gradients handed on": (x, sum) => tf.square(sum(tf.sin(x), sum(x, tf.square(x)))),
  "the same, of one input": (x, sum) => {
    const y = tf.sin(x);
    return tf.square(sum(sum(y, y), tf.square(y)));
  },
  "several outputs, one of them unused": (x) => {
    const [a, , c] = tf.split(tf.square(x), 3);
    return tf.add(tf.sin(a!), c!);
  },
  "outputs that lead nowhere": (x) => {
    tf.sin(tf.square(x));
    return tf.square(tf.cos(x));
  },
};

for (const [name, compute] of Object.entries(FUNCTIONS)) {
  testOnBackends(`freeAsUsed: the gradient is the same: ${name}`, async () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([0.3, -0.2, 0.9, 1.1, 0.5, -0.7])));
    const gradients = [false, true].map((free) => {
      const { value, grads } = tf.variableGrads(() => {
        const loss = tf.sum(compute(variable, free ? sumHandedOn : tf.add)) as tf.Scalar;
        if (free) freeAsUsed();
        return loss;
      }, [variable]);
      value.dispose();
      return grads[variable.name]!;
    });
    const [plain, freed] = await Promise.all(gradients.map((gradient) => gradient.data()));
    assertEquals(freed, plain);
    assert(plain!.some((value) => value !== 0));
    tf.dispose([variable, gradients]);
  }, ["webgpu", "cpu"]);
}

testOnBackends("freeAsUsed: second derivatives are as they are", async () => {
  const x = tf.scalar(0.5);
  // Of cos(x) nothing is left but what is saved.
  const inner = tf.grad((x: tf.Tensor) => {
    const value = tf.tidy(() => tf.sin(tf.square(tf.cos(x))));
    freeAsUsed();
    return value;
  });
  const second = tf.grad((x: tf.Tensor) => inner(x))(x);
  const first = (x: number) => -Math.cos(Math.cos(x) ** 2) * Math.sin(2 * x);
  const truth = (first(0.5 + 1e-5) - first(0.5 - 1e-5)) / 2e-5;
  const found = (await second.data())[0]!;
  assert(Math.abs(found - truth) < 1e-5, `${found}, not ${truth}`);
  tf.dispose([x, second]);
}, ["cpu"]);

testOnBackends("freeAsUsed: of gradients a few are there at once", () => {
  const [length, size] = [30, 5000];
  const variable = tf.tidy(() => tf.variable(tf.ones([size])));
  const peakOf = (free: boolean) =>
    peakBytes(() => {
      const { value, grads } = tf.variableGrads(() => {
        let x: tf.Tensor = variable;
        for (let i = 0; i < length; i++) x = tf.sin(x);
        const loss = tf.sum(x) as tf.Scalar;
        if (free) freeAsUsed();
        return loss;
      }, [variable]);
      tf.dispose([value, grads]);
    }) / (size * 4);
  const [plain, freed] = [peakOf(false), peakOf(true)];
  // What the forward pass saves; beside it as many gradients, or some.
  assert(plain > 2 * length - 2, `${plain}`);
  assert(freed < length + 5, `${freed}`);
  variable.dispose();
}, ["webgpu", "cpu"]);
