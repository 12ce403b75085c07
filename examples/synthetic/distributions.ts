/**
 * Training-label distributions of the synthetic benchmark: how to draw from them, and their
 * density.
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "./random.ts";

/** How strongly the labels crowd. */
export type Imbalance = "high" | "medium" | "low";

/** What labels can be drawn from. */
export interface LabelSource {
  readonly dim: 1 | 2;
  /** The range in which labels are evaluated, the same in every dimension. */
  readonly range: readonly [low: number, high: number];
  /** One label within the range's reach (1-D labels are cut to the range, as in the paper). */
  draw(random: Random): number[];
}

/** A distribution with density exp(-rarity(y)) up to a factor, where rarity is a quadratic in y. */
export interface LabelDistribution extends LabelSource {
  /** The minimum of the quadratic part. */
  readonly center: readonly number[];
  /** Matrix of the quadratic part, one row a dimension. */
  readonly precision: readonly (readonly number[])[];
  /** Coefficients of the linear part. */
  readonly slope: readonly number[];
  /** How many Gaussians the paper describes it by, for GAI. */
  readonly components: number;
}

/** Standard deviations and rates of the paper's figure 5 by imbalance. */
const SIGMA = { high: 0.5, medium: 0.75, low: 1 } as const;
const RATE = { high: 2, medium: 1.5, low: 1 } as const;
/** Covariance of the two labels in 2-D, each of variance 1. */
const COVARIANCE = 0.5;

/** The distributions by name. The 2-D benchmark has one setting. */
export function labelDistribution(
  dim: 1 | 2,
  dist: "normal" | "exponential",
  imbalance: Imbalance,
): LabelDistribution {
  if (dim === 2) return normal2d();
  return dist === "normal" ? normal1d(SIGMA[imbalance]) : exponential1d(RATE[imbalance]);
}

const RANGE_1D = [0, 10] as const;

function normal1d(sigma: number): LabelDistribution {
  return {
    dim: 1,
    range: RANGE_1D,
    center: [5],
    precision: [[1 / sigma ** 2]],
    slope: [0],
    components: 1,
    draw: (random) => [within(RANGE_1D, () => 5 + sigma * random.normal())],
  };
}

function exponential1d(rate: number): LabelDistribution {
  return {
    dim: 1,
    range: RANGE_1D,
    center: [0],
    precision: [[0]],
    slope: [rate],
    components: 64,
    draw: (random) => [within(RANGE_1D, () => -Math.log(1 - random.uniform(0, 1)) / rate)],
  };
}

function normal2d(): LabelDistribution {
  const determinant = 1 - COVARIANCE ** 2;
  const rest = Math.sqrt(determinant);
  return {
    dim: 2,
    range: [-5, 5],
    center: [0, 0],
    precision: [[1 / determinant, -COVARIANCE / determinant], [
      -COVARIANCE / determinant,
      1 / determinant,
    ]],
    slope: [0, 0],
    components: 1,
    draw: (random) => {
      const first = random.normal();
      return [first, COVARIANCE * first + rest * random.normal()];
    },
  };
}

function within([low, high]: readonly [number, number], draw: () => number): number {
  for (;;) {
    const label = draw();
    if (label >= low && label <= high) return label;
  }
}

/** Minus the log density of one label, up to a constant: the larger, the rarer. */
export function rarity(
  { center, precision, slope }: LabelDistribution,
  label: ArrayLike<number>,
): number {
  let sum = 0;
  for (let a = 0; a < center.length; a++) {
    const da = label[a]! - center[a]!;
    sum += slope[a]! * label[a]!;
    for (let b = 0; b < center.length; b++) {
      sum += 0.5 * da * precision[a]![b]! * (label[b]! - center[b]!);
    }
  }
  return sum;
}

/** The same for a tensor of labels `[N, D]`: `[N]`. */
export function rarityOf(
  { center, precision, slope }: LabelDistribution,
  labels: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const distance = tf.sub(labels, tf.tensor1d([...center]));
    const pulled = tf.matMul(
      distance as tf.Tensor2D,
      tf.tensor2d(precision.map((row) => [...row])),
    );
    return tf.sum(
      tf.add(tf.mul(tf.mul(distance, pulled), 0.5), tf.mul(labels, tf.tensor1d([...slope]))),
      1,
    );
  });
}
