/** Rows of a problem with noises of their own, against float64 truth. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import type { Method } from "../../mod.ts";
import { read } from "./backends.ts";
import { type Case, normals } from "./cases.ts";
import { naiveFloat32, reference, type Truth } from "./reference.ts";
import { lossOf, predTensor } from "./tensors.ts";
import { ROUNDING, worst } from "./worst.ts";

/** From a third of the problem's noise to three times as much. */
function noisesOf({ noiseVar, pred }: Case): number[] {
  const next = normals(5);
  return pred.map(() => Math.fround(noiseVar * 3 ** Math.min(1, Math.max(-1, next()))));
}

/** Every row by itself. */
function byRow(test: Case, noises: number[], of: (row: Case) => Truth): Truth {
  const rows = test.pred.map((p, i) =>
    of({ ...test, pred: [p], target: [test.target[i]!], noiseVar: noises[i]! })
  );
  return {
    nats: rows.flatMap(({ nats }) => nats),
    gradPred: rows.flatMap(({ gradPred }) => gradPred),
    gradNoise: rows.flatMap(({ gradNoise }) => gradNoise),
  };
}

/** Errors in units of each row's noise. */
function errorsOf(found: ArrayLike<number>[], truth: Truth, noises: number[]) {
  const dim = truth.gradPred[0]!.length;
  const times = (values: ArrayLike<number>, unit: (s: number) => number, width = 1) =>
    Array.from(values, (x, k) => x * unit(noises[Math.floor(k / width)]!));
  const pred = (values: ArrayLike<number>) => times(values, Math.sqrt, dim);
  const noise = (values: ArrayLike<number>) => times(values, (s) => s);
  return {
    nats: worst(found[0]!, truth.nats, 1),
    gradPred: worst(pred(found[1]!), pred(truth.gradPred.flat()), 1),
    gradNoise: worst(noise(found[2]!), noise(truth.gradNoise), 1),
  };
}

/** A check of the current backend: at most twice the worst error of the naive float32 program. */
export function accurateByRow(test: Case): (method: Method) => Promise<void> {
  const noises = noisesOf(test);
  const truth = byRow(test, noises, reference);
  const naive = byRow(test, noises, naiveFloat32);
  const bound = errorsOf([naive.nats, naive.gradPred.flat(), naive.gradNoise], truth, noises);

  return async (method) => {
    const found = await read(() => {
      const rows = lossOf(test, { reduction: "none", restoreScale: false, method });
      const inputs = [predTensor(test), tf.tensor2d(noises, [noises.length, 1])];
      const grads = tf.grads((p: tf.Tensor, s: tf.Tensor) => rows(p, s))(inputs);
      return [rows(inputs[0]!, inputs[1]!), ...grads];
    });
    const errors = errorsOf(found, truth, noises);
    for (const key of ["nats", "gradPred", "gradNoise"] as const) {
      const limit = 2 * bound[key] + 16 * ROUNDING;
      assert(errors[key] <= limit, `${key}: worst error ${errors[key]}, limit ${limit}`);
    }
  };
}
