/**
 * The kernels that smooth statistics over neighboring label bins.
 *
 * @module
 */
import {
  type KernelShape,
  type LabelSmoothing,
  smoothingKernel,
} from "../priors/label_smoothing.ts";

/** A kernel over label bins: `"gaussian"`, `"triangular"` or `"laplace"`. */
export type SmoothingKernel = NonNullable<LabelSmoothing["kernel"]>;

/** LDS's kernel with the sum 1: `_get_kernel_window` of Yang et al.'s `fds.py`. */
export function smoothingWindow(smoothing: KernelShape): number[] {
  const values = smoothingKernel(smoothing);
  const sum = values.reduce((a, b) => a + b);
  return [...values].map((value) => value / sum);
}

/**
 * The same as a matrix `[bins, bins]`, row-major: row b holds what every bin weighs in bin b. At
 * the ends the bins are reflected without the outermost (c b | a b c d | c b), however few they
 * are.
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
