/** What `train` does unless told otherwise: its optimizer, its order of rows, what it goes by. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { adam, mseLoss, type Optimizer, type Tensor, train } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";

/** The slope after three epochs of a line, by an optimizer or none. */
async function slopeBy(optimizer?: Optimizer): Promise<number> {
  const slope = tf.tidy(() => tf.variable(tf.scalar(0.5)));
  const [x, y] = [tf.tensor1d([1, 2, 3, 4, 5]), tf.tensor1d([2, 4, 6, 8, 10])];
  await train({
    model: { predict: (x: Tensor) => tf.mul(x, slope), variables: [slope] },
    loss: mseLoss,
    data: { x, y },
    epochs: 3,
    batchSize: 2,
    ...(optimizer && { optimizer }),
  });
  const [found] = await slope.data();
  tf.dispose([slope, x, y]);
  optimizer?.dispose();
  return found!;
}

testOnBackends("defaults: the optimizer is adam(1e-3), to the bit", async () => {
  assertEquals(await slopeBy(), await slopeBy(adam(1e-3)));
  assertNotEquals(await slopeBy(), await slopeBy(adam(2e-3)));
});

/** The labels of every batch, in the order in which the loss gets them. */
async function orderOf(shuffle?: boolean): Promise<number[]> {
  const slope = tf.tidy(() => tf.variable(tf.scalar(1)));
  const rows = tf.range(0, 40, 1, "float32");
  const seen: Tensor[] = [];
  const optimizer = tf.train.sgd(1e-9);
  await train({
    model: { predict: (x: Tensor) => tf.mul(x, slope), variables: [slope] },
    loss: (pred: Tensor, target: Tensor) => {
      seen.push(tf.keep(target.clone()));
      return mseLoss(pred, target);
    },
    data: { x: rows, y: rows },
    epochs: 2,
    batchSize: 16,
    optimizer,
    ...(shuffle !== undefined && { shuffle }),
  });
  const labels = (await Promise.all(seen.map((tensor) => tensor.data()))).flatMap((v) => [...v]);
  tf.dispose([slope, rows, seen]);
  optimizer.dispose();
  return labels;
}

testOnBackends(
  "defaults: rows are shuffled anew each epoch; shuffle: false keeps them",
  async () => {
    const ascending = Array.from({ length: 40 }, (_, i) => i);
    assertEquals(await orderOf(false), [...ascending, ...ascending]);
    const labels = await orderOf();
    const [first, second] = [labels.slice(0, 40), labels.slice(40)];
    for (const epoch of [first, second]) {
      assertNotEquals(epoch, ascending);
      assertEquals([...epoch].sort((a, b) => a - b), ascending);
    }
    assertNotEquals(first, second);
    assertEquals(await orderOf(true), labels);
  },
  ["webgpu", "cpu"],
);

testOnBackends(
  "defaults: the first metric and its least value decide; others by name",
  async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const best = async (rest: { monitor?: string; mode?: "min" | "max" }) => {
      const slope = tf.tidy(() => tf.variable(tf.scalar(0)));
      const optimizer = tf.train.sgd(0.05);
      // The error falls from epoch to epoch, so that its negative, and the slope, rise.
      const error = (pred: Tensor, target: Tensor) => mseLoss(pred, target);
      const { bestEpoch, history } = await train({
        model: { predict: (x: Tensor) => tf.mul(x, slope), variables: [slope] },
        loss: mseLoss,
        data: { x, y: x },
        epochs: 4,
        optimizer,
        validation: {
          data: { x, y: x },
          metrics: {
            negative: (p, t) => tf.neg(error(p, t)),
            slope: () => tf.add(slope, 0),
            error,
          },
          ...rest,
        },
      });
      const slopes = history.map(({ metrics }) => metrics!.slope!);
      assert(slopes.every((value, i) => i === 0 || value > slopes[i - 1]!), `${slopes}`);
      slope.dispose();
      optimizer.dispose();
      return bestEpoch;
    };
    assertEquals(await best({}), 0);
    assertEquals(await best({ mode: "max" }), 3);
    assertEquals(await best({ monitor: "error" }), 3);
    assertEquals(await best({ monitor: "slope", mode: "max" }), 3);
    assertEquals(await best({ monitor: "slope" }), 0);
    x.dispose();
  },
  ["webgpu", "cpu"],
);
