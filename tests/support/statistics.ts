/** What the log-mass kernel stores of every row. */
import * as tf from "@tensorflow/tfjs";
import type { Method } from "../../mod.ts";
import { LOG_MASS } from "../../src/kernels/log_mass/contract.ts";
import { read } from "./backends.ts";

/** A problem of one dimension. */
export interface Line {
  pred: Float32Array;
  target: Float32Array;
  noiseVar: number;
  center: Float32Array;
  logWeight?: Float32Array;
}

/** Each `[N]`. */
export interface Statistics {
  logMass: Float32Array;
  noiseScore: Float32Array;
  shift: Float32Array;
}

/** The statistics by the current backend's kernel. */
export async function statistics(line: Line, method: Method): Promise<Statistics> {
  const [stats] = await read(() => {
    const inputs = {
      pred: tf.tensor1d(line.pred),
      target: tf.tensor1d(line.target),
      noiseVar: tf.scalar(line.noiseVar),
      center: tf.tensor1d(line.center),
      ...(line.logWeight && { logWeight: tf.tensor1d(line.logWeight) }),
    };
    const outputs = tf.engine().runKernel(LOG_MASS, inputs, {
      reduction: "sum",
      restoreScale: false,
      method,
    }) as tf.Tensor[];
    return outputs[1]!;
  });
  const rows = line.pred.length;
  const part = (k: number) => stats!.subarray(k * rows, (k + 1) * rows);
  return { logMass: part(0), noiseScore: part(1), shift: part(2) };
}
