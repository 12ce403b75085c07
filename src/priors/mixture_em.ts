/**
 * Expectation-maximization from one start.
 *
 * @module
 */
import { expect } from "./mixture_expect.ts";
import { maximize } from "./mixture_maximize.ts";
import type { MixturePoints } from "./mixture_points.ts";
import type { MixtureState } from "./mixture_state.ts";

/** When to stop, and the least variance. */
export interface EmLimits {
  /** Gain of the mean log-likelihood, in nats, below which a step is the last. */
  tolerance: number;
  maxIterations: number;
  /** In the points' units. */
  floor: number;
}

/** Where expectation-maximization ended. */
export interface EmResult {
  state: MixtureState;
  /** Mean over the standardized labels, in nats. */
  logLikelihood: number;
  iterations: number;
  converged: boolean;
  /** The log-likelihood of the start and after each iteration. */
  history: number[];
}

/** Alternates E-step and M-step until a step gains less than the tolerance. */
export function runEm(points: MixturePoints, start: MixtureState, limits: EmLimits): EmResult {
  let state = start;
  const history: number[] = [];
  for (let iterations = 0;; iterations++) {
    const { logLikelihood, moments } = expect(points, state);
    const gain = logLikelihood - (history.at(-1) ?? -Infinity);
    history.push(logLikelihood);
    const converged = gain < limits.tolerance;
    if (converged || iterations === limits.maxIterations) {
      return { state, logLikelihood, iterations, converged, history };
    }
    state = maximize(state, moments, limits.floor);
  }
}
