/** Our gradients of tfjs's operations are tfjs's own: of operands that are stretched, of sums over any axes. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import * as ours from "../../src/kernels/gradients.ts";
import { read, testOnBackends } from "../support/backends.ts";

type Operation = (...operands: tf.Tensor[]) => tf.Tensor;

const { provideGradients, ...GRADIENTS } = ours;

/** Operands of one shape, and the second or the first stretched. */
const PAIRS = [[[2, 2], [2, 2]], [[2, 2], [2]], [[2, 1], [2, 2]], [[], [2, 2]]];
const ONE = [[[2, 2]]];

const CASES: Record<keyof typeof GRADIENTS, [shapes: number[][][], ...Operation[]]> = {
  ADD: [PAIRS, tf.add as Operation],
  SUB: [PAIRS, tf.sub as Operation],
  MULTIPLY: [PAIRS, tf.mul as Operation],
  DIVIDE: [PAIRS, tf.div as Operation],
  POWER: [PAIRS, tf.pow as Operation],
  // tfjs's own cannot stretch these.
  MAXIMUM: [PAIRS.slice(0, 1), tf.maximum as Operation],
  AT_LEAST: [PAIRS.slice(0, 1), (a, b) => tf.where(tf.greaterEqual(a!, b!), a!, b!)],
  SELECT: [PAIRS.slice(0, 1), (a, b) => tf.where(tf.greaterEqual(a!, 1), b!, a!)],
  NEGATE: [ONE, (x) => tf.neg(x!)],
  COPY: [ONE, (x) => tf.clone(x!)],
  RESHAPE: [ONE, (x) => tf.reshape(x!, [4])],
  SQUARE: [ONE, (x) => tf.square(x!)],
  LOGARITHM: [ONE, (x) => tf.log(x!)],
  SOFTPLUS: [ONE, (x) => tf.softplus(x!)],
  EXPONENTIAL: [ONE, (x) => tf.exp(x!)],
  TANH: [ONE, (x) => tf.tanh(x!)],
  SUM: [
    ONE,
    (x) => tf.sum(x!),
    (x) => tf.sum(x!, 0),
    (x) => tf.sum(x!, -1),
    (x) => tf.sum(x!, [0, 1]),
    (x) => tf.sum(x!, 1, true),
  ],
};

/** Gradients of an operation, each element of its result with a weight of its own. */
async function gradientsOf(operation: Operation, shapes: number[][]): Promise<number[][]> {
  const gradients = await read(() => {
    const operands = shapes.map((shape, k) =>
      tf.slice(tf.tensor1d([[0.5, 2, 3, 1], [2, 1, 3, 0.25]][k]!), 0, tf.util.sizeFromShape(shape))
        .reshape(shape)
    );
    const weighed: Operation = (...operands) => {
      const result = operation(...operands);
      return tf.sum(tf.mul(result, tf.range(1, result.size + 1).reshape(result.shape)));
    };
    return tf.grads(weighed)(operands);
  });
  return gradients.map((gradient) => Array.from(gradient));
}

for (const [name, [shapes, ...operations]] of Object.entries(CASES)) {
  testOnBackends(`gradients: ${name} is tfjs's`, async () => {
    const gradient = GRADIENTS[name as keyof typeof GRADIENTS];
    const theirs = tf.getGradient(gradient.kernelName);
    // The losses, which are loaded here as well, provide theirs only where none are.
    assert(theirs !== gradient);
    for (const operands of shapes) {
      for (const operation of operations) {
        const expected = await gradientsOf(operation, operands);
        tf.unregisterGradient(gradient.kernelName);
        try {
          provideGradients(gradient);
          assertEquals(await gradientsOf(operation, operands), expected);
        } finally {
          tf.registerGradient(theirs);
        }
      }
    }
  }, ["cpu"]);
}
