/**
 * Label distribution smoothing (LDS).
 *
 * @module
 */
import type { Complete } from "../check/complete.ts";
import { checkChoice } from "../check/check_choice.ts";
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";

/**
 * Label distribution smoothing: the kernel that the counts of neighboring bins are summed with, so
 * that a bin's weight tells how much data there is at a label and near it.
 *
 * @see Yang et al., Delving into Deep Imbalanced Regression, ICML 2021, section 3.1.
 */
export interface LabelSmoothing {
  /** The kernel's form: `"gaussian"` (default), `"triangular"` or `"laplace"`. */
  readonly kernel?: "gaussian" | "triangular" | "laplace" | undefined;
  /** How many bins the kernel covers, an odd number; default 5. */
  readonly size?: number | undefined;
  /** The kernel's width in bins, above 0 and at most 1e6; default 2. `"triangular"` has none. */
  readonly sigma?: number | undefined;
  /**
   * What lies beyond the first and last bin: nothing, `"zero"` (default; the authors' for ages), or
   * the bins' mirror image, the last one first, `"reflect"` (theirs for depth), which does not make
   * the outermost bins look rarer than they are.
   */
  readonly ends?: "zero" | "reflect" | undefined;
}

/** What makes a kernel. */
export type KernelShape = Omit<CheckedSmoothing, "ends">;

/** The forms of the kernel. */
export const KERNELS = ["gaussian", "triangular", "laplace"] as const;

/** Every option given. */
export type CheckedSmoothing = Complete<LabelSmoothing>;

/** The options with their defaults, checked; `what` they are, for the error. */
export function checkSmoothing(
  smoothing: LabelSmoothing,
  claim: string,
  what = "smoothing",
): CheckedSmoothing {
  checkOptions(smoothing, ["kernel", "size", "sigma", "ends"], claim, what);
  const { kernel = "gaussian", size = 5, sigma = 2, ends = "zero" } = smoothing;
  checkChoice(kernel, `${what}'s kernel`, KERNELS, claim);
  checkKernelSize(size, `${what}'s size`, claim);
  checkNumber(sigma, `${what}'s sigma`, claim, { above: 0, most: 1e6 });
  checkChoice(ends, `${what}'s ends`, ["zero", "reflect"], claim);
  return { kernel, size, sigma, ends };
}

/**
 * @throws {TypeError} If it is no number. @throws {RangeError} If it is not odd, or out of bounds.
 */
export function checkKernelSize(size: unknown, name: string, claim: string): void {
  checkNumber(size, name, claim, { whole: true, least: 1, most: 999_999 });
  if (size % 2 === 1) return;
  throw new RangeError(`${claim} as ${name} must be odd: current value is ${shown(size)}`);
}

/** Sums counts with the kernel. */
export function smooth(counts: ArrayLike<number>, smoothing: CheckedSmoothing): Float64Array {
  const kernel = smoothingKernel(smoothing);
  const half = (kernel.length - 1) / 2;
  const bins = counts.length;
  const result = new Float64Array(bins);
  for (let b = 0; b < bins; b++) {
    const [from, to] = smoothing.ends === "reflect"
      ? [b - half, b + half]
      : [Math.max(b - half, 0), Math.min(b + half, bins - 1)];
    for (let c = from; c <= to; c++) {
      result[b]! += kernel[c - b + half]! * counts[mirrored(c, bins)]!;
    }
  }
  return result;
}

/** The bin whose image lies at a place: d c b a | a b c d | d c b a, again and again. */
function mirrored(place: number, bins: number): number {
  if (place >= 0 && place < bins) return place;
  const period = 2 * bins;
  const within = ((place % period) + period) % period;
  return within < bins ? within : period - 1 - within;
}

/** The kernel, its middle 1: `get_lds_kernel_window` of Yang et al. */
export function smoothingKernel({ kernel, size, sigma }: KernelShape): Float64Array {
  const half = (size - 1) / 2;
  if (kernel === "gaussian") return gaussianKernel(half, sigma);
  return Float64Array.from({ length: size }, (_, i) => {
    const distance = Math.abs(i - half);
    return kernel === "laplace" ? Math.exp(-distance / sigma) : 1 - distance / (half + 1);
  });
}

/**
 * The authors filter a unit impulse by scipy's `gaussian_filter1d` and divide by the maximum. That
 * filter reflects at the ends of the window and stops after four sigma: for a window of 5 and sigma
 * 2 the values are 0.858, 0.946, 1, not the plain Gaussian's 0.607, 0.882, 1.
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
