/** A random problem on a backend against its truth, and what is left of one that fails. */
import * as tf from "@tensorflow/tfjs";
import { balancedMse, type LabelPrior } from "../../mod.ts";
import { type BackendName, read, use } from "../support/backends.ts";
import { type FuzzProblem, fuzzProblem } from "./problem.ts";
import type { Estimate } from "./log_mass_row.ts";
import { truthOf } from "./truth.ts";

/** Numbers below this are 0 to float32, or nearly. */
const TINY = 1e-36;

/** Value, gradient of pred, gradient of the noise. */
function resultOf(problem: FuzzProblem): Promise<Float32Array[]> {
  const { pred, target, center, variance, rotation, weights, mask } = problem;
  const { noise, noiseByRow, logWeight, logWeightEach } = problem;
  return read(() => {
    const labels = tf.tensor2d(target);
    const prior: LabelPrior = {
      center: center ? tf.tensor2d(center) : labels,
      ...(logWeight && { logWeight: tf.tensor1d(logWeight) }),
      ...(logWeightEach && { logWeight: tf.tensor2d(logWeightEach) }),
      ...(variance && { variance: tf.tensor2d(variance) }),
      ...(rotation && { rotation: tf.tensor3d(rotation) }),
    };
    const all = { ...problem.options, ...(weights && { weights }), ...(mask && { mask }) };
    const loss = (p: tf.Tensor, s: tf.Tensor) => balancedMse(p, labels, s, prior, all);
    const common = () => noise.length > 1 ? tf.tensor1d(noise) : tf.scalar(noise[0]!);
    const s = noiseByRow ? tf.tensor2d(noiseByRow) : common();
    const inputs = [tf.tensor2d(pred), s];
    const { value, grads } = tf.valueAndGrads((p, s) => tf.sum(loss(p!, s!)) as tf.Scalar)(inputs);
    const rows = problem.options.reduction === "none" ? loss(inputs[0]!, s) : value;
    return [rows, ...grads];
  });
}

/** What is wrong with the result on the current backend, if anything. */
export async function faultOf(problem: FuzzProblem): Promise<string | undefined> {
  const truth = truthOf(problem);
  const expected: [string, Estimate[]][] = [
    ["value", truth.value],
    ["gradient of pred", truth.gradPred],
    ["gradient of noiseVar", truth.gradNoise],
  ];
  const found = await resultOf(problem);
  for (const [n, [name, estimates]] of expected.entries()) {
    for (const [i, { value, error }] of estimates.entries()) {
      const actual = found[n]![i]!;
      // Beyond float32 there is no right answer.
      if (Math.abs(value) + error > 1e37) continue;
      if (!(Math.abs(actual - value) <= error + TINY)) {
        return `${name}[${i}] is ${actual}, not ${value} +- ${error.toPrecision(3)}`;
      }
    }
  }
}

/** Problems with less in them than `problem`. */
function* smaller(problem: FuzzProblem): Generator<FuzzProblem> {
  const pick = <T>(
    list: T[],
    from: number,
    count: number,
  ) => [...list.slice(0, from), ...list.slice(from + count)];
  const rows = problem.pred.length;
  for (let count = rows >> 1; count >= 1; count >>= 1) {
    for (let from = 0; from < Math.min(rows, 8 * count); from += count) {
      const of = <T>(list: T[] | undefined) => list && pick(list, from, count);
      const { weights, mask, noiseByRow, logWeightEach } = problem;
      yield {
        ...problem,
        pred: of(problem.pred)!,
        target: of(problem.target)!,
        ...(weights && { weights: of(weights)! }),
        ...(mask && { mask: of(mask)! }),
        ...(noiseByRow && { noiseByRow: of(noiseByRow)! }),
        ...(!problem.center && problem.logWeight && { logWeight: of(problem.logWeight)! }),
        ...(!problem.center && logWeightEach && { logWeightEach: of(logWeightEach)! }),
      };
    }
  }
  const { center, logWeight, logWeightEach, variance, rotation } = problem;
  const columns = center?.length ?? 0;
  for (let count = columns >> 1; count >= 1; count >>= 1) {
    for (let from = 0; from < Math.min(columns, 8 * count); from += count) {
      const of = <T>(list: T[]) => pick(list, from, count);
      yield {
        ...problem,
        center: of(center!),
        ...(logWeight && { logWeight: of(logWeight) }),
        ...(logWeightEach && { logWeightEach: of(logWeightEach) }),
        ...(variance && { variance: of(variance) }),
        ...(rotation && { rotation: of(rotation) }),
      };
    }
  }
  for (const key of ["weights", "mask", "logWeight", "logWeightEach", "noiseByRow"] as const) {
    const { [key]: left, ...rest } = problem;
    if (left) yield rest;
  }
  for (const key of Object.keys(problem.options) as (keyof FuzzProblem["options"])[]) {
    if (key === "dimensions") continue; // the prior may not be of joint ones
    const { [key]: _, ...rest } = problem.options;
    yield { ...problem, options: rest };
  }
}

/** The smallest problem found that fails as `problem` does, and how. */
export async function minimized(problem: FuzzProblem): Promise<string> {
  let [least, tries] = [problem, 0];
  search: for (;;) {
    for (const candidate of smaller(least)) {
      if (candidate.pred.length === 0 || candidate.center?.length === 0) continue;
      const columns = candidate.logWeight ?? [0];
      if (columns.every((weight) => weight === -Infinity)) continue; // NaN is right
      if (++tries > 400) break search;
      if (await faultOf(candidate)) {
        least = candidate;
        continue search;
      }
    }
    break;
  }
  return `${await faultOf(least)}\n${JSON.stringify(least)}`;
}

/** Runs a problem on the backends; returns the report of the first fault. */
export async function fuzz(
  seed: number,
  number: number,
  dims: readonly number[],
  backends: readonly BackendName[],
): Promise<string | undefined> {
  const problem = fuzzProblem(seed, number, dims);
  for (const backend of backends) {
    await use(backend);
    const fault = await faultOf(problem);
    if (fault === undefined) continue;
    const name = `case ${number} of seed ${seed}, dims ${dims}, on ${backend}`;
    return `${name}: ${fault}\nminimized: ${await minimized(problem)}`;
  }
}
