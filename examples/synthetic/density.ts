/** Kernel density estimates for the synthetic benchmark's figures. */

/** Centers of `cells` equal cells that cover [low, high]. */
export function cellCenters([low, high]: readonly [number, number], cells: number): number[] {
  return Array.from({ length: cells }, (_, k) => low + (high - low) * (k + 0.5) / cells);
}

/** Density of numbers at grid points, smoothed by a Gaussian of standard deviation `bandwidth`. */
export function density1d(values: Float32Array, grid: number[], bandwidth: number): number[] {
  return grid.map((at) =>
    values.reduce((sum, v) => sum + gauss(at - v, bandwidth), 0) / values.length
  );
}

/**
 * Density of points (pairs of numbers) on a square grid; `[a][b]` belongs to `(grid[a], grid[b])`.
 */
export function density2d(points: Float32Array, grid: number[], bandwidth: number): number[][] {
  const rows = points.length / 2;
  const along = (axis: 0 | 1) =>
    grid.map((at) =>
      Float64Array.from({ length: rows }, (_, i) => gauss(at - points[2 * i + axis]!, bandwidth))
    );
  const [first, second] = [along(0), along(1)];
  return first.map((f) =>
    second.map((s) => f.reduce((sum, value, i) => sum + value * s[i]!, 0) / rows)
  );
}

function gauss(distance: number, sigma: number): number {
  return Math.exp(-0.5 * (distance / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));
}
