/**
 * A Gaussian mixture under way, in the units of {@linkcode MixturePoints}.
 *
 * @module
 */

/** The form of the components' covariance matrices. */
export type CovarianceKind = "full" | "diagonal" | "spherical";

/** Parameters of K components. */
export interface MixtureState {
  kind: CovarianceKind;
  dim: number;
  /** `[K]`. */
  weights: Float64Array;
  /** `[K, D]`. */
  means: Float64Array;
  /** Covariances `[K, D, D]` for `"full"`, variances `[K, D]` otherwise. */
  spread: Float64Array;
}

/**
 * What an EM step gathers about the labels of each component, measured from the component's old
 * mean.
 */
export interface Moments {
  /** How many labels: `[K]`. */
  mass: Float64Array;
  /** Sum of the differences: `[K, D]`. */
  first: Float64Array;
  /** Sum of their products, in the layout of `spread`; of `"full"` the lower triangle. */
  second: Float64Array;
}

/** Moments of nothing. */
export function noMoments({ weights, means, spread }: MixtureState): Moments {
  return {
    mass: new Float64Array(weights.length),
    first: new Float64Array(means.length),
    second: new Float64Array(spread.length),
  };
}

/** Adds a label at `difference` from component j's mean, `share` times. */
export function addToMoments(
  { mass, first, second }: Moments,
  j: number,
  share: number,
  difference: Float64Array,
): void {
  const dim = difference.length;
  const full = second.length !== first.length;
  mass[j]! += share;
  for (let d = 0; d < dim; d++) {
    const part = share * difference[d]!;
    first[j * dim + d]! += part;
    if (!full) {
      second[j * dim + d]! += part * difference[d]!;
      continue;
    }
    const row = (j * dim + d) * dim;
    for (let e = 0; e <= d; e++) second[row + e]! += part * difference[e]!;
  }
}
