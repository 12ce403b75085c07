/**
 * The training labels as a Gaussian mixture.
 *
 * @module
 */
import type { CovarianceKind } from "./mixture_state.ts";
import { parsePrior } from "./parse_prior.ts";
import { brief, count, printAsString } from "./printable.ts";

export type { CovarianceKind };

/** How a mixture was fitted. */
export interface LabelMixtureFit {
  /** How many labels it was fitted to. */
  readonly labels: number;
  /** The labels' mean log-likelihood under the mixture, in nats. */
  readonly logLikelihood: number;
  /** Bayesian information criterion: free parameters times log N, less twice the log-likelihood of all. */
  readonly bic: number;
  /** Steps of expectation-maximization from the start that was kept. */
  readonly iterations: number;
  /** Whether the last step gained less than the tolerance. */
  readonly converged: boolean;
}

/** The numbers of a {@linkcode LabelMixture}; what it serializes to. */
export interface LabelMixtureData {
  /** The components' shares of the labels: `[K]`, all above 0, of sum 1. */
  readonly weights: number[];
  /** Where they are: `[K]` for one dimension, else `[K][D]`, in units of the label. */
  readonly means: number[] | number[][];
  /**
   * Variances, in units of the label squared: `[K]` for one dimension or spheres, `[K][D]` for
   * `"diagonal"`; absent if there are covariances.
   */
  readonly variances?: number[] | number[][];
  /** Covariance matrices of `"full"` in more than one dimension: `[K][D][D]`. */
  readonly covariances?: number[][][];
  /** How it was fitted. */
  readonly fit: LabelMixtureFit;
}

/**
 * Training labels as a Gaussian mixture: the prior of GAI, Balanced MSE by analytical integration.
 *
 * It has `variances` or `covariances`, never both. It is plain data: `JSON.stringify` it, and get it back
 * by `fromJSON`. Printed, it is one line.
 *
 * @see {@linkcode fitLabelMixture}, which makes one.
 */
export class LabelMixture implements LabelMixtureData {
  /** The components' shares of the labels: `[K]`, all above 0, of sum 1. */
  readonly weights: number[];
  /** Where they are: `[K]` for one dimension, else `[K][D]`, in units of the label. */
  readonly means: number[] | number[][];
  /** Variances `[K]` or `[K][D]`, in units of the label squared; absent if there are covariances. */
  declare readonly variances?: number[] | number[][];
  /** Covariance matrices `[K][D][D]`, in units of the label squared; absent if there are variances. */
  declare readonly covariances?: number[][][];
  /** How it was fitted. */
  readonly fit: LabelMixtureFit;

  /**
   * Takes the numbers as they are.
   *
   * @param data The numbers.
   */
  constructor({ weights, means, variances, covariances, fit }: LabelMixtureData) {
    [this.weights, this.means, this.fit] = [weights, means, fit];
    if (variances) this.variances = variances;
    if (covariances) this.covariances = covariances;
  }

  /**
   * Restores a mixture from what `JSON.stringify` made of it.
   *
   * @param json The text, or the value that `JSON.parse` made of it.
   * @returns The mixture.
   * @throws {SyntaxError} If the text is no JSON.
   * @throws {TypeError} If it is not the JSON of a mixture.
   */
  static fromJSON(json: unknown): LabelMixture {
    const { fields, numbers, refuse } = parsePrior(json, "LabelMixture");
    const nested = (field: string) =>
      Array.isArray(fields[field]) && Array.isArray(fields[field][0])
        ? numbers(field, 2)
        : numbers(field, 1);
    const [weights, means] = [numbers("weights", 1), nested("means")];
    const spread = "covariances" in fields
      ? { covariances: numbers("covariances", 3) }
      : { variances: nested("variances") };
    const dim = Array.isArray(means[0]) ? means[0].length : 0;
    const square = (rows: unknown, depth: number): boolean =>
      depth === 0 || !Array.isArray(rows) ||
      (rows.length === dim && rows.every((row) => square(row, depth - 1)));
    const spreads: unknown[] = spread.covariances ?? spread.variances;
    if (
      [means, spreads].some((list) => list.length !== weights.length) ||
      !means.every((mean) => square(mean, 1)) || !spreads.every((entry) => square(entry, 2))
    ) {
      refuse("shapes of weights, means and variances or covariances must agree", fields);
    }
    const { fit } = fields;
    if (typeof fit !== "object" || fit === null) refuse("fit must be an object", fit ?? "absent");
    return new LabelMixture({ weights, means, ...spread, fit: fit as LabelMixtureFit });
  }

  /** What `JSON.stringify` writes: the numbers, and the name of their kind. */
  toJSON(): LabelMixtureData & { readonly type: "LabelMixture" } {
    return { type: "LabelMixture", ...this };
  }

  /** One line that says what it is. */
  toString(): string {
    const { labels, logLikelihood, iterations, converged } = this.fit;
    const components = this.weights.length;
    const [mean] = this.means;
    const spread = this.covariances
      ? "full"
      : Array.isArray(this.variances?.[0])
      ? "diagonal"
      : "spherical";
    const space = Array.isArray(mean) ? `${mean.length}-D (${spread})` : "1-D";
    return `LabelMixture: ${count(components, "component")} in ${space} fitted to ` +
      `${count(labels, "label")}, ${brief(logLikelihood)} nats a label, ` +
      `${converged ? "converged" : "not converged"} in ${count(iterations, "iteration")}`;
  }
}

printAsString(LabelMixture.prototype);
