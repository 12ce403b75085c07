/**
 * Label distribution smoothing (LDS).
 *
 * @module
 */
import { checkChoice, checkInteger, checkOptions, checkPositive } from "./checks.ts";

/**
 * Label distribution smoothing: the kernel that the counts of neighboring bins are summed with, so that a
 * bin's weight tells how much data there is at a label and near it.
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.1.
 */
export interface LabelSmoothing {
  /** The kernel's form: `"gaussian"` (default), `"triangular"` or `"laplace"`. */
  readonly kernel?: "gaussian" | "triangular" | "laplace";
  /** How many bins the kernel covers, an odd number; default 5. */
  readonly size?: number;
  /** The kernel's width in bins, above 0 and at most 1e6; default 2. `"triangular"` has none. */
  readonly sigma?: number;
}

/** Sums counts with the kernel; beyond the first and last bin there is nothing. */
export function smooth(
  counts: ArrayLike<number>,
  smoothing: LabelSmoothing,
  action: string,
): Float64Array {
  const kernel = smoothingKernel(smoothing, action);
  const half = (kernel.length - 1) / 2;
  const result = new Float64Array(counts.length);
  for (let b = 0; b < counts.length; b++) {
    const from = Math.max(b - half, 0);
    const to = Math.min(b + half, counts.length - 1);
    for (let c = from; c <= to; c++) result[b]! += kernel[c - b + half]! * counts[c]!;
  }
  return result;
}

/** The kernel, its middle 1: `get_lds_kernel_window` of Yang et al. */
export function smoothingKernel(smoothing: LabelSmoothing, action: string): Float64Array {
  checkOptions(action, "smoothing", smoothing);
  const { kernel = "gaussian", size = 5, sigma = 2 } = smoothing;
  checkChoice(action, "smoothing's kernel", kernel, ["gaussian", "triangular", "laplace"]);
  const rule = "an odd integer from 1 to 999,999";
  checkInteger(action, "smoothing's size", size, 1, 999_999, rule);
  if (size % 2 === 0) {
    throw new RangeError(`${action} as smoothing's size must be ${rule}: current value is ${size}`);
  }
  checkPositive(action, "smoothing's sigma", sigma);
  if (sigma > 1e6) {
    throw new RangeError(
      `${action} as smoothing's sigma must be at most 1e6: current value is ${sigma}`,
    );
  }
  const half = (size - 1) / 2;
  if (kernel === "gaussian") return gaussianKernel(half, sigma);
  return Float64Array.from({ length: size }, (_, i) => {
    const distance = Math.abs(i - half);
    return kernel === "laplace" ? Math.exp(-distance / sigma) : 1 - distance / (half + 1);
  });
}

/**
 * The authors filter a unit impulse by scipy's `gaussian_filter1d` and divide by the maximum. That filter
 * reflects at the ends of the window and stops after four sigma: for a window of 5 and sigma 2 the values
 * are 0.858, 0.946, 1, not the plain Gaussian's 0.607, 0.882, 1.
 */
function gaussianKernel(half: number, sigma: number): Float64Array {
  const size = 2 * half + 1;
  const radius = Math.floor(4 * sigma + 0.5);
  const result = new Float64Array(size);
  for (let offset = -radius; offset <= radius; offset++) {
    const value = Math.exp(-0.5 * (offset / sigma) ** 2);
    // Seen from bin i the impulse, in the middle, lies at `half - i`; reflections repeat it every
    // `size` bins: d c b a | a b c d | d c b a, and the middle is its own mirror image.
    const i = half - offset;
    const image = ((i % size) + size) % size;
    result[image]! += value;
  }
  const peak = result.reduce((a, b) => Math.max(a, b));
  return result.map((value) => value / peak);
}
