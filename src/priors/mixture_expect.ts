/**
 * The E-step of a mixture fit.
 *
 * @module
 */
import { cholesky, invertLower } from "./cholesky.ts";
import type { MixturePoints } from "./mixture_points.ts";
import { addToMoments, type MixtureState, type Moments, noMoments } from "./mixture_state.ts";

/** exp(-40) = 4e-18: below half of float64's last digit next to the largest term's 1. */
const NEGLIGIBLE = -40;

/** What the E-step yields. */
export interface Expectation {
  /** Mean over the labels, in nats, of standardized labels. */
  logLikelihood: number;
  moments: Moments;
}

/**
 * Shares every label out among the components and gathers the shares' moments, in one pass: the
 * `[N, K]` matrix of shares is never stored. Shares below 4e-18 are skipped, and with them most of
 * the exponentials of a mixture of many components.
 */
export function expect(points: MixturePoints, state: MixtureState): Expectation {
  const { rows, dim, values, counts, total } = points;
  const { means, weights } = state;
  const components = weights.length;
  const fill = logitsOf(state);
  const moments = noMoments(state);
  const logits = new Float64Array(components);
  const difference = new Float64Array(dim);
  let logLikelihood = 0;
  for (let i = 0; i < rows; i++) {
    const peak = fill(values, i * dim, logits);
    let sum = 0;
    for (let j = 0; j < components; j++) {
      const logit = logits[j]! - peak;
      sum += logits[j] = logit > NEGLIGIBLE ? Math.exp(logit) : 0;
    }
    const share = counts[i]! / sum;
    for (let j = 0; j < components; j++) {
      if (logits[j] === 0) continue;
      for (let d = 0; d < dim; d++) difference[d] = values[i * dim + d]! - means[j * dim + d]!;
      addToMoments(moments, j, share * logits[j]!, difference);
    }
    logLikelihood += counts[i]! * (peak + Math.log(sum));
  }
  return { logLikelihood: logLikelihood / total, moments };
}

/** Writes the components' logits for the label at an offset, `[K]`, and returns their maximum. */
type Logits = (values: Float64Array, offset: number, logits: Float64Array) => number;

function logitsOf(state: MixtureState): Logits {
  return state.kind === "full" ? fullLogits(state) : diagonalLogits(state);
}

/** Logarithms of weight times density at the mean, but for the determinant: `[K]`. */
function logPeaks({ weights, dim }: MixtureState): Float64Array {
  return weights.map((weight) => Math.log(weight) - dim / 2 * Math.log(2 * Math.PI));
}

function diagonalLogits(state: MixtureState): Logits {
  const { dim, weights, means, spread } = state;
  const components = weights.length;
  const logPeak = logPeaks(state);
  const rate = spread.map((variance) => 1 / (2 * variance));
  spread.forEach((variance, jd) => logPeak[Math.floor(jd / dim)]! -= Math.log(variance) / 2);
  if (dim === 1) {
    // The everyday case, twice as fast without the inner loop.
    return (values, offset, logits) => {
      const label = values[offset]!;
      let peak = -Infinity;
      for (let j = 0; j < components; j++) {
        const difference = label - means[j]!;
        const logit = logPeak[j]! - difference * difference * rate[j]!;
        logits[j] = logit;
        if (logit > peak) peak = logit;
      }
      return peak;
    };
  }
  return (values, offset, logits) => {
    let peak = -Infinity;
    for (let j = 0; j < components; j++) {
      let logit = logPeak[j]!;
      for (let d = 0; d < dim; d++) {
        const difference = values[offset + d]! - means[j * dim + d]!;
        logit -= difference * difference * rate[j * dim + d]!;
      }
      logits[j] = logit;
      if (logit > peak) peak = logit;
    }
    return peak;
  };
}

/** With `L L^T` the covariance, the squared distance is `|L^-1 (label - mean)|^2`. */
function fullLogits(state: MixtureState): Logits {
  const { dim, weights, means, spread } = state;
  const components = weights.length;
  const logPeak = logPeaks(state);
  const whiten = spread.slice();
  for (let j = 0; j < components; j++) {
    const block = whiten.subarray(j * dim * dim, (j + 1) * dim * dim);
    cholesky(block, dim);
    for (let d = 0; d < dim; d++) logPeak[j]! -= Math.log(block[d * dim + d]!);
    invertLower(block, dim);
  }
  const difference = new Float64Array(dim);
  return (values, offset, logits) => {
    let peak = -Infinity;
    for (let j = 0; j < components; j++) {
      let logit = logPeak[j]!;
      for (let d = 0; d < dim; d++) {
        difference[d] = values[offset + d]! - means[j * dim + d]!;
        const row = (j * dim + d) * dim;
        let white = 0;
        for (let e = 0; e <= d; e++) white += whiten[row + e]! * difference[e]!;
        logit -= white * white / 2;
      }
      logits[j] = logit;
      if (logit > peak) peak = logit;
    }
    return peak;
  };
}
