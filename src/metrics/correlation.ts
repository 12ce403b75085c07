/** The correlation of two columns, and its mean over the columns of `[N, D]`. */
import type { Pair } from "./values.ts";

/** Pearson's coefficient, in two passes; NaN where a column is constant. */
export function correlation(x: Float64Array, y: Float64Array): number {
  return groupCorrelations(x, y, new Uint8Array(x.length), 1)[0]!;
}

/** The same within each of some groups; `groupOf` has each row's. NaN for a group without a row. */
export function groupCorrelations(
  x: Float64Array,
  y: Float64Array,
  groupOf: Uint8Array,
  groups: number,
): Float64Array {
  const sums = Array.from({ length: groups }, () => ({ x: 0, y: 0, rows: 0, first: -1 }));
  for (let i = 0; i < x.length; i++) {
    const sum = sums[groupOf[i]!]!;
    if (sum.first < 0) sum.first = i;
    sum.x += x[i]!;
    sum.y += y[i]!;
    sum.rows++;
  }
  const means = sums.map(({ x, y, rows }) => ({ x: x / rows, y: y / rows }));
  const products = sums.map(() => ({ xy: 0, xx: 0, yy: 0, variesX: false, variesY: false }));
  for (let i = 0; i < x.length; i++) {
    const group = groupOf[i]!;
    const [mean, product, { first }] = [means[group]!, products[group]!, sums[group]!];
    const [dx, dy] = [x[i]! - mean.x, y[i]! - mean.y];
    product.xy += dx * dy;
    product.xx += dx * dx;
    product.yy += dy * dy;
    // The mean of equal numbers is not always exact: a constant column would show as noise.
    if (x[i] !== x[first]) product.variesX = true;
    if (y[i] !== y[first]) product.variesY = true;
  }
  return Float64Array.from(products, ({ xy, xx, yy, variesX, variesY }) => {
    if (!(variesX && variesY)) return NaN;
    // Rounding may pass 1 by an ulp or two.
    return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
  });
}

/** The mean of a coefficient over the columns. */
export function meanCorrelation(
  what: string,
  { pred, target, shape }: Pair,
  coefficient: (x: Float64Array, y: Float64Array) => number,
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
    sum += coefficient(x, y);
  }
  return sum / dim;
}

function columnOf(data: Float64Array, d: number, dim: number): Float64Array {
  if (dim === 1) return data;
  const column = new Float64Array(data.length / dim);
  for (let i = 0; i < column.length; i++) column[i] = data[i * dim + d]!;
  return column;
}
