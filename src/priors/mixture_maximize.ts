/**
 * The M-step of a mixture fit.
 *
 * @module
 */
import { floorEigenvalues } from "./cholesky.ts";
import type { MixtureState, Moments } from "./mixture_state.ts";

/**
 * The most likely parameters given the labels' shares, with no variance (no eigenvalue of a
 * covariance) below `floor`. That is the constrained maximum, so that no step lowers the
 * likelihood; adding the floor, as scikit-learn does, is not.
 *
 * A component without a label keeps mean and spread and gets weight 0.
 */
export function maximize(state: MixtureState, moments: Moments, floor: number): MixtureState {
  const { kind, dim } = state;
  const { mass, first, second } = moments;
  const total = mass.reduce((a, b) => a + b, 0);
  const weights = mass.map((m) => m / total);
  const [means, spread] = [state.means.slice(), state.spread.slice()];
  const size = kind === "full" ? dim * dim : dim;
  for (let j = 0; j < mass.length; j++) {
    if (mass[j] === 0) continue;
    const move = first.subarray(j * dim, (j + 1) * dim).map((sum) => sum / mass[j]!);
    move.forEach((step, d) => means[j * dim + d]! += step);
    const block = spread.subarray(j * size, (j + 1) * size);
    for (let d = 0; d < dim; d++) {
      if (kind === "full") {
        for (let e = 0; e <= d; e++) {
          const at = d * dim + e;
          block[at] = second[j * size + at]! / mass[j]! - move[d]! * move[e]!;
        }
      } else {
        block[d] = second[j * size + d]! / mass[j]! - move[d]! ** 2;
      }
    }
    if (kind === "full") floorEigenvalues(block, dim, floor);
    else {
      if (kind === "spherical") block.fill(block.reduce((a, b) => a + b, 0) / dim);
      block.forEach((variance, d) => block[d] = Math.max(variance, floor));
    }
  }
  return { kind, dim, weights, means, spread };
}
