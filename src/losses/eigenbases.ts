/**
 * Eigenvalues and eigenvectors of a mixture's covariance matrices.
 *
 * @module
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { isFloat32 } from "../check/check_number.ts";
import { shown } from "../check/shown.ts";

/** Matrices as numbers, `[K][D][D]`. */
export type Matrices = readonly (readonly (readonly number[])[])[];

/** `C_k = U diag(values_k) U^T` with the columns of `U = vectors_k`. */
export interface Eigenbases {
  readonly values: number[][];
  readonly vectors: number[][][];
}

/** Each array of matrices is decomposed once, however often a loss is called with it. */
const known = new WeakMap<Matrices, Eigenbases>();

/**
 * Decomposes covariance matrices.
 *
 * @throws {TypeError} If they are not square matrices of one size.
 * @throws {RangeError} If there are none, or one is not symmetric positive definite; the message
 * names it.
 */
export function eigenbases(covariances: Matrices, action: string): Eigenbases {
  const before = known.get(covariances);
  if (before) return before;
  if (!Array.isArray(covariances)) {
    throw new TypeError(
      `Cannot compute ${action} as covariances must be numbers [K][D][D]: ` +
        `current value is ${shown(covariances)}`,
    );
  }
  if (covariances.length === 0) {
    throw new RangeError(
      `Cannot compute ${action} as the prior must not be empty: current number of covariances is 0`,
    );
  }
  const size = covariances[0]?.length;
  const bases = covariances.map((rows: readonly (readonly number[])[], k) => {
    if (
      !Array.isArray(rows) || rows.length !== size ||
      rows.some((row: readonly unknown[]) =>
        !Array.isArray(row) || row.length !== size || row.some((x) => typeof x !== "number")
      )
    ) {
      throw new TypeError(
        `Cannot compute ${action} as covariances must be matrices of numbers, alike and square: ` +
          `current component ${k} is ${shown(rows)}`,
      );
    }
    const matrix = new Matrix(rows.map((row: readonly number[]) => [...row]));
    const largest = Math.max(...rows.flat().map(Math.abs));
    const symmetric = rows.every((row: readonly number[], i: number) =>
      row.every((x: number, j: number) => Math.abs(x - rows[j]![i]!) <= 1e-6 * largest)
    );
    const decomposition = symmetric && Number.isFinite(largest)
      ? new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
      : undefined;
    if (!decomposition || !decomposition.realEigenvalues.every(isVariance)) {
      throw new RangeError(
        `Cannot compute ${action} as covariances must be symmetric positive definite, in ` +
          `float32: ` +
          `current component ${k} is ${shown(rows)}`,
      );
    }
    return {
      values: decomposition.realEigenvalues,
      vectors: decomposition.eigenvectorMatrix.to2DArray(),
    };
  });
  const result = {
    values: bases.map(({ values }) => values),
    vectors: bases.map(({ vectors }) => vectors),
  };
  known.set(covariances, result);
  return result;
}

function isVariance(value: number): boolean {
  return value > 0 && isFloat32(value);
}
