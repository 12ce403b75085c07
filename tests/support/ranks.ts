/** Runs of `train` on several ranks of one process, and what is left of them. */
import type * as tf from "@tensorflow/tfjs";
import { type Group, localGroups } from "../../mod.ts";
import { normals } from "./cases.ts";

/** Rows of three inputs and a skewed label, some of which are missing. */
export function rankProblem(rows: number, seed = 3) {
  const next = normals(seed);
  const inputs = Array.from({ length: rows }, () => [next(), next(), next()]);
  const labels = inputs.map(([a, b]) => [Math.exp(a! / 2) + 0.2 * b! + 0.1 * next()]);
  const mask = labels.map((_, i) => i % 5 !== 1);
  const weights = labels.map((_, i) => 0.5 + i % 3);
  return { inputs, labels, mask, weights };
}

/** Runs something on each of so many ranks at once; without a group where they are 0. */
export async function onRanks<T>(size: number, run: (group?: Group) => Promise<T>): Promise<T[]> {
  return size === 0 ? [await run()] : await Promise.all(localGroups(size).map(run));
}

/** All numbers of some variables, in order. */
export async function numbersOf(variables: readonly tf.Tensor[]): Promise<number[]> {
  const values = await Promise.all(variables.map((variable) => variable.data()));
  return values.flatMap((list) => [...list]);
}

/** The largest difference, relative to numbers above 1. */
export function worstGap(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length || one.length === 0) return Infinity;
  const gaps = one.map((value, i) => Math.abs(value - other[i]!) / Math.max(1, Math.abs(value)));
  return gaps.reduce((worst, gap) => gap <= worst ? worst : gap, 0); // NaN stays
}
