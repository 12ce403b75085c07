/** Weights of ages by their rarity, looked up by the label: a loader need not know of them. */
import { labelWeights, type LabelWeightsOptions, type Tensor } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";

/** Ages from here on share a bin. */
const LAST_AGE = 120;
const EDGES = Array.from({ length: LAST_AGE + 2 }, (_, age) => age);

/** How ages are weighed. */
export type AgeWeighting = Pick<LabelWeightsOptions, "scheme" | "lds" | "clip">;

/**
 * A weight for each age from 0 to 120, of mean 1 over the training pictures; 0 for an age that none
 * of them has.
 */
export async function ageWeights(
  trainAges: Float32Array,
  weighting: AgeWeighting,
): Promise<Float32Array> {
  const ages = trainAges.map(binOf);
  const weights = await labelWeights(ages, { ...weighting, edges: EDGES });
  const table = new Float32Array(LAST_AGE + 1);
  ages.forEach((age, i) => table[age] = weights[i]!);
  return table;
}

/** The weights of a batch's ages, `[N, 1]`, as a loss takes them: `[N]`. */
export function weightsOf(table: Tensor, ages: Tensor): Tensor {
  return tf.tidy(() => {
    const bins = tf.minimum(tf.floor(tf.reshape(ages, [-1])), LAST_AGE);
    return tf.gather(table, tf.cast(bins, "int32"));
  });
}

function binOf(age: number): number {
  return Math.min(LAST_AGE, Math.floor(age));
}
