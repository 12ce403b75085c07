/**
 * The kernels that smooth statistics over neighboring label bins.
 *
 * @module
 */

/** A kernel over label bins: `"gaussian"`, `"triangular"` or `"laplace"`. */
export type SmoothingKernel = "gaussian" | "triangular" | "laplace";

/** The kernel's values, their sum 1: `_get_kernel_window` of Yang et al.'s `fds.py`. */
export function smoothingWindow(kernel: SmoothingKernel, size: number, sigma: number): number[] {
  const half = (size - 1) / 2;
  const distances = Array.from({ length: size }, (_, i) => Math.abs(i - half));
  const values = kernel === "gaussian"
    ? gaussian(half, sigma)
    : distances.map((d) => kernel === "laplace" ? Math.exp(-d / sigma) : 1 - d / (half + 1));
  const sum = values.reduce((a, b) => a + b);
  return values.map((value) => value / sum);
}

/**
 * Theirs is scipy's `gaussian_filter1d` of a unit impulse, which stops after four sigma and reflects what
 * leaves the window: for size 5 and sigma 2 nearly flat (0.186, 0.205, 0.217), not a plain Gaussian.
 */
function gaussian(half: number, sigma: number): number[] {
  const size = 2 * half + 1;
  const values = new Array<number>(size).fill(0);
  const radius = Math.floor(4 * sigma + 0.5);
  for (let offset = -radius; offset <= radius; offset++) {
    // Reflected at both ends (d c b a | a b c d | d c b a), the impulse in the middle recurs every `size`.
    const i = (((half - offset) % size) + size) % size;
    values[i]! += Math.exp(-0.5 * (offset / sigma) ** 2);
  }
  return values;
}

/**
 * The same as a matrix `[bins, bins]`, row-major: row b holds what every bin weighs in bin b. At the ends
 * the bins are reflected without the outermost (c b | a b c d | c b), however few they are.
 */
export function smoothingMatrix(window: readonly number[], bins: number): Float32Array {
  const half = (window.length - 1) / 2;
  const period = Math.max(2 * (bins - 1), 1);
  const matrix = new Float64Array(bins * bins);
  for (let b = 0; b < bins; b++) {
    window.forEach((weight, i) => {
      const place = (((b + i - half) % period) + period) % period;
      matrix[b * bins + Math.min(place, period - place)]! += weight;
    });
  }
  return Float32Array.from(matrix);
}
