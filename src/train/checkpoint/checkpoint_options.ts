/**
 * How the trainer saves a run, and what it checks of that.
 *
 * @module
 */
import type { Complete } from "../../check/complete.ts";
import { checkBoolean } from "../../check/check_boolean.ts";
import { checkNumber } from "../../check/check_number.ts";
import { checkOptions } from "../../check/check_options.ts";
import { checkPath } from "../../files/check_path.ts";

/**
 * Where and when {@linkcode train} saves a run, so that it can go on after it has been killed. In
 * Deno, and in Node from 20.16 on (on Linux by the command `flock` of util-linux, which
 * distributions have).
 *
 * The resumed run ends with the same weights as one that was never stopped: bit for bit, on the
 * same backend and machine. A checkpoint holds the weights (running statistics, too), what the
 * optimizers remember, the learnable noise, the best weights and the history; it is one file,
 * written whole or not at all, with a checksum. What is damaged, or stands in the place of one, is
 * passed over with a warning, for the one before. A run is brought back as a whole or left as it
 * is.
 *
 * What you give again has to be the same: model, data, loss, schedule and options, of which shapes
 * and numbers are checked; and `tf.train.adam` for `tf.train.adam`, this module's for this
 * module's. Only `epochs` and `patience` may be raised: `epochs` where the schedule gives the
 * epochs that were trained the rates that they were trained at, as a constant one does. Under
 * `cosine`, which depends on `epochs`, a raised number is refused, as the rate would jump up. **Not
 * restored** are random numbers that tfjs draws without a seed (dropout); what your own functions
 * remember between calls (`data` is told the epoch, so that it need not); hidden states of stateful
 * recurrent layers; and what `FeatureSmoothing` has gathered where `endEpoch` is not called each
 * epoch. Epochs since the checkpoint are trained again, and callbacks called again for them.
 *
 * @example A command that goes on where it was killed
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { train } from "@balanced/mse";
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const data = { x: tf.tensor1d([0, 1, 2, 3]), y: tf.tensor1d([0, 2, 4, 6]) };
 * const run = async (epochs: number) => {
 *   const slope = tf.variable(tf.scalar(0));
 *   await train({
 *     model: { predict: (x: tf.Tensor) => tf.mul(x, slope), variables: [slope] },
 *     loss: (pred, target) => tf.losses.meanSquaredError(target, pred),
 *     data,
 *     epochs,
 *     checkpoint: { dir: dir, every: 10, resume: true },
 *   });
 *   return await slope.data();
 * };
 * await run(30); // ends early, say
 * const resumed = await run(50);
 *
 * await Deno.remove(dir, { recursive: true });
 * assertEquals(resumed, await run(50)); // from the start, and without a stop
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export interface CheckpointOptions {
  /**
   * The folder of this run, and of no other; made if missing. Deno needs `--allow-read` and
   * `--allow-write`.
   */
  readonly dir: string;
  /**
   * Save every so many epochs, and after the last. Each time losses are read and the disk is waited
   * for. Default 1.
   */
  readonly every?: number | undefined;
  /**
   * How many checkpoints to keep, at least 1; older ones are removed once a newer is whole.
   * Default 2.
   */
  readonly keep?: number | undefined;
  /**
   * Whether to go on from the newest checkpoint in `dir` that is whole; from the start where there
   * is none. Default false: then `dir` must hold none.
   */
  readonly resume?: boolean | undefined;
}

const CLAIM = "Cannot train";

/** Throws where a value is of the wrong kind or out of its domain; else completes the defaults. */
export function checkCheckpointOptions(options: CheckpointOptions): Complete<CheckpointOptions> {
  checkOptions(options, ["dir", "every", "keep", "resume"], CLAIM, "checkpoint");
  const { dir, every = 1, keep = 2, resume = false } = options;
  checkPath(dir, `${CLAIM} as checkpoint.dir`);
  checkNumber(every, "checkpoint.every", CLAIM, { least: 1, whole: true });
  checkNumber(keep, "checkpoint.keep", CLAIM, { least: 1, whole: true });
  checkBoolean(resume, "checkpoint.resume", CLAIM);
  return { dir, every, keep, resume };
}
