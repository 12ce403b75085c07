/**
 * The training labels as a Gaussian mixture.
 *
 * @module
 */
import { checkArray } from "../check/check_array.ts";
import { checkObject } from "../check/check_object.ts";
import { cholesky } from "./cholesky.ts";
import type { CovarianceKind } from "./mixture_state.ts";
import { type ParsedPrior, parsePrior } from "./parse_prior.ts";
import { brief, count, printAsString } from "./printable.ts";

export type { CovarianceKind };

/** How a mixture was fitted. */
export interface LabelMixtureFit {
  /** How many labels it was fitted to. */
  readonly labels: number;
  /** How many points stood for them in the fit; absent where every distinct label was one. */
  readonly points?: number | undefined;
  /** The labels' mean log-likelihood under the mixture, in nats. */
  readonly logLikelihood: number;
  /**
   * Bayesian information criterion: free parameters times log N, less twice the log-likelihood of
   * all.
   */
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
  readonly variances?: number[] | number[][] | undefined;
  /** Covariance matrices of `"full"` in more than one dimension: `[K][D][D]`. */
  readonly covariances?: number[][][] | undefined;
  /** How it was fitted. */
  readonly fit: LabelMixtureFit;
}

/**
 * Training labels as a Gaussian mixture: the prior of GAI, Balanced MSE by analytical integration.
 *
 * It has `variances` or `covariances`, never both. It is plain data: `JSON.stringify` it, and get
 * it back by `fromJSON`. Printed, it is one line.
 *
 * @see {@linkcode fitLabelMixture}, which makes one.
 */
export class LabelMixture implements LabelMixtureData {
  /** The components' shares of the labels: `[K]`, all above 0, of sum 1. */
  readonly weights: number[];
  /** Where they are: `[K]` for one dimension, else `[K][D]`, in units of the label. */
  readonly means: number[] | number[][];
  /**
   * Variances `[K]` or `[K][D]`, in units of the label squared; absent if there are covariances.
   */
  declare readonly variances?: number[] | number[][];
  /**
   * Covariance matrices `[K][D][D]`, in units of the label squared; absent if there are variances.
   */
  declare readonly covariances?: number[][][];
  /** How it was fitted. */
  readonly fit: LabelMixtureFit;

  /**
   * Takes the numbers as they are.
   *
   * @param data The numbers.
   * @throws {TypeError} If it is no object, or a field is of the wrong kind.
   */
  constructor(data: LabelMixtureData) {
    const claim = "Cannot create LabelMixture";
    checkObject(data, "data", claim);
    const { weights, means, variances, covariances, fit } = data;
    checkArray(weights, "weights", claim);
    checkArray(means, "means", claim);
    const [name, spread] = variances === undefined
      ? ["variances or covariances", covariances]
      : ["variances", variances];
    checkArray(spread, name, claim);
    checkObject(fit, "fit", claim);
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
   * @throws {RangeError} If a number is none that a mixture has: a weight or variance that is not
   * above 0, a covariance matrix that is not symmetric and positive definite.
   */
  static fromJSON(json: unknown): LabelMixture {
    const prior = parsePrior(json, "LabelMixture");
    const { fields, numbers, refuse } = prior;
    const nested = (field: string) =>
      Array.isArray(fields[field]) && Array.isArray(fields[field][0])
        ? numbers(field, 2)
        : numbers(field, 1);
    const [weights, means] = [prior.shares("weights"), nested("means")];
    if (fields.covariances !== undefined && fields.variances !== undefined) {
      refuse("it must not have both variances and covariances", Object.keys(fields));
    }
    const spread = fields.covariances !== undefined
      ? { covariances: numbers("covariances", 3) }
      : { variances: nested("variances") };
    const dim = Array.isArray(means[0]) ? means[0].length : 0;
    const square = (rows: unknown, depth: number): boolean =>
      depth === 0 || !Array.isArray(rows) ||
      (rows.length === dim && rows.every((row) => square(row, depth - 1)));
    const spreads: unknown[] = spread.covariances ?? spread.variances;
    const agree = [means, spreads].every((list) => list.length === weights.length) &&
      means.every((mean) => square(mean, 1) && Array.isArray(mean) === dim > 0) &&
      spreads.every((entry) => square(entry, 2));
    if (!agree) {
      const shapes = { weights, means, ...spread };
      refuse("shapes of weights, means and variances or covariances must agree", shapes);
    }
    checkSpread(prior, spread);
    const fit = checkFit(prior);
    return new LabelMixture({ weights, means, ...spread, fit });
  }

  /** What `JSON.stringify` writes: the numbers, and the name of their kind. */
  toJSON(): LabelMixtureData & { readonly type: "LabelMixture" } {
    return { type: "LabelMixture", ...this };
  }

  /** One line that says what it is. */
  toString(): string {
    const { labels, points, logLikelihood, iterations, converged } = this.fit;
    const components = this.weights.length;
    const [mean] = this.means;
    const spread = this.covariances
      ? "full"
      : Array.isArray(this.variances?.[0])
      ? "diagonal"
      : "spherical";
    const space = Array.isArray(mean) ? `${mean.length}-D (${spread})` : "1-D";
    return `LabelMixture: ${count(components, "component")} in ${space} fitted to ` +
      `${count(labels, "label")}${points ? ` as ${count(points, "point")}` : ""}, ` +
      `${brief(logLikelihood)} nats a label, ` +
      `${converged ? "converged" : "not converged"} in ${count(iterations, "iteration")}`;
  }
}

printAsString(LabelMixture.prototype);

type Spread = Pick<LabelMixtureData, "variances" | "covariances">;

/** Throws unless variances are above 0 and covariance matrices symmetric and positive definite. */
function checkSpread({ each }: ParsedPrior, { variances, covariances }: Spread): void {
  each("variances", variances?.flat() ?? [], "> 0", (x) => x > 0);
  covariances?.forEach((matrix, j) => {
    const dim = matrix.length;
    const entries = matrix.flat();
    const name = `covariance ${j}`;
    const mirrored = (i: number) => matrix[i % dim]![Math.floor(i / dim)]!;
    each(name, entries, "symmetric", (x, i) => Math.abs(x - mirrored(i)) <= 1e-6 * Math.abs(x));
    const definite = cholesky(Float64Array.from(entries), dim);
    each(name, entries, "positive definite", () => definite);
  });
}

/** The fit, each of its fields checked. */
function checkFit({ fields, each, refuse }: ParsedPrior): LabelMixtureFit {
  const { fit } = fields;
  if (typeof fit !== "object" || fit === null) return refuse("fit must be an object", fit);
  const { labels, points, logLikelihood, bic, iterations, converged } = fit as Partial<
    LabelMixtureFit
  >;
  const numbers = { labels, points: points ?? 1, logLikelihood, bic, iterations };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) refuse(`fit's ${name} must be a finite number`, value);
  }
  if (typeof converged !== "boolean") refuse("fit's converged must be true or false", converged);
  const isCount = (x: number) => Number.isSafeInteger(x) && x >= 0;
  each("fit's labels", [labels!], "an integer >= 1", (x) => isCount(x) && x >= 1);
  each("fit's points", [points ?? 1], "an integer >= 1", (x) => isCount(x) && x >= 1);
  each("fit's iterations", [iterations!], "an integer >= 0", isCount);
  return fit as LabelMixtureFit;
}
