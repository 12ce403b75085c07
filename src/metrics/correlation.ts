/** The correlation of two columns, and its mean over the columns of `[N, D]`. */
import type { Pair } from "./values.ts";

/** Pearson's coefficient, in two passes; NaN where a column is constant. */
export function correlation(x: Float64Array, y: Float64Array): number {
  // The mean of equal numbers is not always exact: a constant column would show as noise.
  if (isConstant(x) || isConstant(y)) return NaN;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  // Rounding may pass 1 by an ulp or two.
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/** The mean over the columns, each first replaced by `transform` of it. */
export function meanCorrelation(
  what: string,
  { pred, target, shape }: Pair,
  transform: (column: Float64Array) => Float64Array = (column) => column,
): number {
  if (shape.length > 2) {
    throw new TypeError(
      `Cannot compute ${what} as pred must be [N], [N, 1] or [N, D]: current shape is [${shape}]`,
    );
  }
  const dim = shape[1] ?? 1;
  let sum = 0;
  for (let d = 0; d < dim; d++) {
    const [x, y] = [columnOf(pred, d, dim), columnOf(target, d, dim)];
    sum += correlation(transform(x), transform(y));
  }
  return sum / dim;
}

function columnOf(data: Float64Array, d: number, dim: number): Float64Array {
  if (dim === 1) return data;
  const column = new Float64Array(data.length / dim);
  for (let i = 0; i < column.length; i++) column[i] = data[i * dim + d]!;
  return column;
}

function mean(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0) / column.length;
}

function isConstant(column: Float64Array): boolean {
  return column.every((value) => value === column[0]);
}
