/**
 * The tarball beside tfjs-core and a backend alone: every loss has the gradients that it composes, and
 * no others; and beside two copies of tfjs.
 */
import { assert, assertEquals } from "@std/assert";

const CORE = `
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as m from "@balanced/mse/losses";
import { adam, train } from "@balanced/mse/train";
await tf.setBackend("cpu");
const target = tf.tensor1d([0, 1, 2, 3, 4, 5]);
const mask = [true, true, false, true, true, true];
const weights = [1, 2, 3, 4, 5, 6];
const rows = [{}, { weights }, { mask }, { reduction: "none" }, { reduction: "sum", weights, mask }];
const terms = [...rows, { mseWeight: 2 }, { priorWeight: 3 }, { restoreScale: false, mask },
  { mseWeight: 0.1, priorWeight: 2 }];
const bins = { centers: [0, 1, 2], weights: [1, 2, 3] };
const mixture = { weights: [0.5, 0.5], means: [0, 2], variances: [1, 2] };
const noise = new m.LabelNoise({ sigma: 2, min: 0.1 });
const cases = [];
for (const name of ["mseLoss", "maeLoss", "huberLoss", "focalMseLoss", "focalMaeLoss"]) {
  for (const o of rows) cases.push([name, o, (p) => m[name](p, target, o)]);
}
for (const name of ["focalMseLoss", "focalMaeLoss"]) {
  const o = { gamma: 0.5, activation: "tanh" };
  cases.push([name, o, (p) => m[name](p, target, o)]);
}
for (const o of rows) cases.push(["bmaeLoss", o, (p, s) => m.bmaeLoss(p, target, s, o)]);
for (const o of [...terms, { reference: target, mseWeight: 0.1 }, { labels: target, labelsMask: mask }]) {
  cases.push(["bmcLoss", o, (p, s) => m.bmcLoss(p, target, s, o)]);
}
for (const o of [...terms, { ownLabel: true }]) {
  cases.push(["bniLoss", o, (p, s) => m.bniLoss(p, target, s, bins, o)]);
  cases.push(["gaiLoss", o, (p, s) => m.gaiLoss(p, target, s, mixture, o)]);
}
cases.push(["LabelNoise", {}, (p) => m.bmcLoss(p, target, noise.variance())]);
const sum = (x) => x.rank === 0 ? x : tf.sum(x);
async function all() {
  const found = [];
  for (const [name, options, loss] of cases) {
    const [p, s] = [tf.tensor1d([0.5, 1, 2, 2.5, 4, 4.5]), tf.scalar(0.7)];
    try {
      const inputs = loss.length === 1 ? [p] : [p, s];
      const { grads } = name === "LabelNoise"
        ? { grads: Object.values(tf.variableGrads(() => loss(p)).grads) }
        : tf.valueAndGrads((...x) => sum(loss(...x)))(inputs);
      for (const g of grads) found.push([name, ...await g.data()]);
    } catch (error) {
      found.push([name, Object.keys(options), error.message]);
    }
  }
  return found;
}
const alone = await all();
const [slope, bias] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
const { history } = await train({
  model: { predict: (x) => tf.add(tf.mul(x, slope), bias), variables: [slope, bias] },
  loss: (pred, y) => m.bmcLoss(pred, y, 0.1),
  data: { x: tf.tensor1d([0, 1, 2, 3]), y: tf.tensor1d([1, 3, 5, 7]) },
  epochs: 30, optimizer: adam(0.1), accumulate: 2, batchSize: 2,
});
const others = ["BatchMatMul", "Conv2D", "Cos", "Relu"].filter((name) => tf.getGradient(name));
await import("@tensorflow/tfjs-layers"); // which brings tfjs's own gradients
console.log(JSON.stringify({
  others, alone, own: await all(), fell: history.at(-1).loss < history[0].loss,
}));
`;

const TWO = `
import * as other from "tfjs-core-other";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { bmcLoss, train } from "@balanced/mse";
await tf.setBackend("cpu");
const [x, y] = [other.tensor1d([0, 1, 2, 3]), other.tensor1d([0, 2, 4, 6])];
const gradient = other.grad((pred) => bmcLoss(pred, y, 0.5))(x);
const slope = other.variable(other.scalar(0));
const { history } = await train({
  model: { predict: (x) => other.mul(x, slope), variables: [slope] },
  loss: (pred, y) => bmcLoss(pred, y, 0.1), data: { x, y }, epochs: 5,
  optimizer: other.train.sgd(0.01),
});
const own = tf.grad((pred) => bmcLoss(pred, tf.tensor1d([0, 2, 4, 6]), 0.5))(tf.tensor1d([0, 1, 2, 3]));
console.log(JSON.stringify({
  isOne: other.Tensor === tf.Tensor, gradient: [...await gradient.data()], own: [...await own.data()],
  fell: history.at(-1).loss < history[0].loss,
}));
`;

type Run = (command: string, args: string[], cwd: string) => Promise<string>;

/** Runs programs with what is installed in a folder, by a Node. */
export async function coreSteps(
  t: Deno.TestContext,
  folder: string,
  run: Run,
  [node, nodeArgs]: [string, string[]],
): Promise<void> {
  async function said(code: string) {
    await Deno.writeTextFile(`${folder}/core.js`, code);
    const text = await run(node, [...nodeArgs, "core.js"], folder);
    return JSON.parse(text.trim().split("\n").at(-1)!);
  }

  await t.step("tfjs-core and a backend are enough, and get no more gradients", async () => {
    const { others, alone, own, fell } = await said(CORE);
    assertEquals([others, fell], [[], true]);
    assert(alone.length > 80, `${alone.length} gradients`);
    assertEquals(alone, own);
  });

  await t.step("tensors and optimizers of another copy of tfjs are tensors", async () => {
    const { isOne, gradient, own, fell } = await said(TWO);
    assertEquals([isOne, fell], [false, true]);
    assertEquals(gradient, own);
  });
}
