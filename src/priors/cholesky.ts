/**
 * Small symmetric matrices, row-major `[D, D]`, in place.
 *
 * @module
 */

/**
 * Replaces a symmetric matrix, of which the lower triangle is read, by its lower Cholesky factor.
 *
 * @returns Whether the matrix is positive definite; its content is spoiled if not.
 */
export function cholesky(matrix: Float64Array, dim: number): boolean {
  for (let a = 0; a < dim; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * dim + b]!;
      for (let c = 0; c < b; c++) sum -= matrix[a * dim + c]! * matrix[b * dim + c]!;
      if (a !== b) matrix[a * dim + b] = sum / matrix[b * dim + b]!;
      else if (sum > 0) matrix[a * dim + a] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Replaces a lower triangular matrix by its inverse. */
export function invertLower(matrix: Float64Array, dim: number): void {
  for (let b = 0; b < dim; b++) {
    matrix[b * dim + b] = 1 / matrix[b * dim + b]!;
    for (let a = b + 1; a < dim; a++) {
      let sum = 0;
      for (let c = b; c < a; c++) sum -= matrix[a * dim + c]! * matrix[c * dim + b]!;
      matrix[a * dim + b] = sum / matrix[a * dim + a]!;
    }
  }
}

/**
 * Raises every eigenvalue of a symmetric matrix, of which the lower triangle is read, to `floor` at
 * least, and makes the upper triangle its mirror image. One factorization tells whether anything is
 * to be done.
 */
export function floorEigenvalues(matrix: Float64Array, dim: number, floor: number): void {
  for (let a = 0; a < dim; a++) {
    for (let b = 0; b < a; b++) matrix[b * dim + a] = matrix[a * dim + b]!;
  }
  const rest = matrix.slice();
  for (let a = 0; a < dim; a++) rest[a * dim + a]! -= floor;
  if (cholesky(rest, dim)) return;
  const vectors = diagonalize(matrix, dim);
  const values = Float64Array.from({ length: dim }, (_, a) => matrix[a * dim + a]!);
  // Slightly more than the floor, lest rounding makes the result fall below it.
  const least = floor * (1 + 1e-9);
  for (let a = 0; a < dim; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let c = 0; c < dim; c++) {
        sum += Math.max(values[c]!, least) * vectors[a * dim + c]! * vectors[b * dim + c]!;
      }
      matrix[a * dim + b] = matrix[b * dim + a] = sum;
    }
  }
}

/** Jacobi's method: leaves the eigenvalues on the diagonal, returns the eigenvectors as columns. */
function diagonalize(matrix: Float64Array, dim: number): Float64Array {
  const vectors = new Float64Array(dim * dim);
  for (let a = 0; a < dim; a++) vectors[a * dim + a] = 1;
  const scale = matrix.reduce((sum, x) => Math.max(sum, Math.abs(x)), 0);
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let a = 0; a < dim; a++) {
      for (let b = 0; b < a; b++) {
        const entry = matrix[a * dim + b]!;
        if (Math.abs(entry) <= 1e-17 * scale) continue;
        off = Math.max(off, Math.abs(entry));
        rotate(matrix, vectors, dim, a, b);
      }
    }
    if (off <= 1e-15 * scale) break;
  }
  return vectors;
}

/** The rotation in the plane of axes a and b that makes their entry 0. */
function rotate(m: Float64Array, vectors: Float64Array, dim: number, a: number, b: number): void {
  const theta = (m[b * dim + b]! - m[a * dim + a]!) / (2 * m[a * dim + b]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(t * t + 1);
  const sin = t * cos;
  const turn = (array: Float64Array, p: number, q: number) => {
    const [x, y] = [array[p]!, array[q]!];
    array[p] = cos * x - sin * y;
    array[q] = sin * x + cos * y;
  };
  for (let c = 0; c < dim; c++) turn(m, c * dim + a, c * dim + b);
  for (let c = 0; c < dim; c++) turn(m, a * dim + c, b * dim + c);
  for (let c = 0; c < dim; c++) turn(vectors, c * dim + a, c * dim + b);
}
