/**
 * Ranks within one process.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { type Call, CALLS, checkAgreement } from "./agreement.ts";
import { checkBytes, checkValues } from "./check_group.ts";
import type { Group } from "./group.ts";

/** What the ranks give to their n-th call. */
interface Round {
  readonly given: Map<number, { readonly call: Call; readonly data: Float32Array | Uint8Array }>;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Makes the ranks of a group within this process: each call waits until all of them have made it.
 *
 * Choose it for tests, and to learn what a group does: training on it gives the numbers of as many
 * processes, and takes the time of one. A rank that fails leaves the others waiting.
 *
 * @param size How many ranks, an integer of at least 1.
 * @returns The ranks, from 0.
 * @throws {TypeError} If `size` is no number.
 * @throws {RangeError} If `size` is not an integer of at least 1.
 *
 * @example Balanced MSE on three ranks has the gradients of one
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bmcLoss, type Group, localGroups, train } from "@balanced/mse";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const data = { x: tf.tensor1d([0, 1, 2, 3, 4]), y: tf.tensor1d([0, 1, 1, 2, 6]) };
 * async function fit(group?: Group): Promise<number> {
 *   const slope = tf.variable(tf.scalar(0));
 *   await train({
 *     model: { predict: (x: tf.Tensor) => tf.mul(x, slope), variables: [slope] },
 *     loss: (pred, target, batch) => bmcLoss(pred, target, 1, batch),
 *     data,
 *     epochs: 5,
 *     ...(group && { group }),
 *   });
 *   return (await slope.data())[0]!;
 * }
 * const slopes = await Promise.all(localGroups(3).map(fit));
 * for (const slope of slopes) assertAlmostEquals(slope, await fit(), 1e-6);
 * ```
 */
export function localGroups(size: number): Group[] {
  checkNumber(size, "size", "Cannot make local groups", { whole: true, least: 1, most: 1024 });
  const rounds = new Map<number, Round>();

  function exchange(rank: number, turn: number, call: Call, data: Float32Array | Uint8Array) {
    const round = rounds.get(turn) ?? { given: new Map(), done: Promise.withResolvers<void>() };
    rounds.set(turn, round);
    round.given.set(rank, { call, data });
    if (round.given.size === size) {
      rounds.delete(turn);
      finish(round);
    }
    return round;
  }

  return Array.from({ length: size }, (_, rank) => {
    let turn = 0;
    return {
      rank,
      size,
      async allReduceSum(values) {
        checkValues(values);
        await exchange(rank, turn++, "allReduceSum", values).done.promise;
      },
      async allGather(bytes) {
        checkBytes(bytes);
        const { given, done } = exchange(rank, turn++, "allGather", bytes);
        await done.promise;
        return Array.from({ length: size }, (_, r) => (given.get(r)!.data as Uint8Array).slice());
      },
    };
  });
}

function finish({ given, done }: Round): void {
  const all = [...given].sort(([a], [b]) => a - b).map(([, part]) => part);
  const extremes = (numbers: number[]) => [Math.min(...numbers), Math.max(...numbers)] as const;
  try {
    checkAgreement({
      calls: extremes(all.map(({ call }) => CALLS.indexOf(call))),
      lengths: extremes(all.map(({ data }) => data.length)),
    });
  } catch (error) {
    return done.reject(error);
  }
  if (all[0]!.call === "allReduceSum") addUp(all.map(({ data }) => data));
  done.resolve();
}

/** In the order of the ranks. */
function addUp(parts: readonly (Float32Array | Uint8Array)[]): void {
  const sum = new Float64Array(parts[0]!.length);
  for (const part of parts) part.forEach((value, i) => sum[i]! += value);
  for (const part of parts) part.set(sum);
}
