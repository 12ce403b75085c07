/** Batch normalization, convolution and resizing as the formulas say, in float64. */

/** The incoming gradient of batch normalization and what it is of. */
export interface BatchNormProblem {
  /** `[R, C]`, row by row. */
  x: number[];
  scale: number[];
  offset: number[];
  dy: number[];
  epsilon: number;
  relu: boolean;
  /** Statistics that are constants. */
  fixed?: { mean: number[]; variance: number[] };
}

export function referenceBatchNorm(
  { x, scale, offset, dy, epsilon, relu, fixed }: BatchNormProblem,
) {
  const channels = scale.length;
  const rows = x.length / channels;
  const y = Array<number>(x.length).fill(0);
  const dx = [...y];
  const [mean, variance, dScale, dOffset] = [0, 1, 2, 3].map(() =>
    Array<number>(channels).fill(0)
  ) as [
    number[],
    number[],
    number[],
    number[],
  ];
  for (let c = 0; c < channels; c++) {
    const at = Array.from({ length: rows }, (_, r) => r * channels + c);
    const total = (of: (i: number) => number) => at.reduce((sum, i) => sum + of(i), 0);
    mean[c] = fixed ? fixed.mean[c]! : total((i) => x[i]!) / rows;
    variance[c] = fixed ? fixed.variance[c]! : total((i) => (x[i]! - mean[c]!) ** 2) / rows;
    const inverse = 1 / Math.sqrt(variance[c]! + epsilon);
    const h = (i: number) => (x[i]! - mean[c]!) * inverse;
    const affine = (i: number) => h(i) * scale[c]! + offset[c]!;
    const d = (i: number) => relu && affine(i) <= 0 ? 0 : dy[i]!;
    dOffset[c] = total(d);
    dScale[c] = total((i) => d(i) * h(i));
    for (const i of at) {
      y[i] = relu ? Math.max(0, affine(i)) : affine(i);
      const common = fixed ? 0 : (dOffset[c]! + h(i) * dScale[c]!) / rows;
      dx[i] = scale[c]! * inverse * (d(i) - common);
    }
  }
  return { y, mean, variance, dx, dScale, dOffset };
}

/** A convolution of `x [N, H, W, I]` with `filter [K, L, I, O]`, and its gradients of `dy`. */
export interface ConvProblem {
  shape: [count: number, height: number, width: number, channels: number];
  filter: [height: number, width: number, filters: number];
  strides: [down: number, right: number];
  /** Rows above and columns to the left. */
  before: [top: number, left: number];
  /** Rows and columns of the result. */
  grid: [height: number, width: number];
  x: ArrayLike<number>;
  weights: ArrayLike<number>;
  dy: ArrayLike<number>;
}

export function referenceConv(problem: ConvProblem) {
  const { shape: [count, height, width, channels], filter: [k, l, filters], x, weights, dy } =
    problem;
  const { strides: [down, right], before: [top, left], grid: [rows, columns] } = problem;
  const y = Array<number>(count * rows * columns * filters).fill(0);
  const dx = Array<number>(x.length).fill(0);
  const dw = Array<number>(weights.length).fill(0);
  const sides = [count, rows, columns, k, l];
  const steps = sides.reduce((product, side) => product * side, 1);
  for (let step = 0; step < steps; step++) {
    let rest = step;
    const [n, a, b, r, s] = sides.toReversed().map((side) => {
      const digit = rest % side;
      rest = (rest - digit) / side;
      return digit;
    }).toReversed() as [number, number, number, number, number];
    const [row, column] = [a * down + r - top, b * right + s - left];
    if (row < 0 || row >= height || column < 0 || column >= width) continue;
    const pixel = ((n * height + row) * width + column) * channels;
    const out = ((n * rows + a) * columns + b) * filters;
    for (let i = 0; i < channels; i++) {
      const tap = ((r * l + s) * channels + i) * filters;
      for (let o = 0; o < filters; o++) {
        y[out + o]! += x[pixel + i]! * weights[tap + o]!;
        dx[pixel + i]! += dy[out + o]! * weights[tap + o]!;
        dw[tap + o]! += x[pixel + i]! * dy[out + o]!;
      }
    }
  }
  return { y, dx, dw };
}

/** What each of `to` places along an axis weighs each of `from` samples. */
export function referenceResize(from: number, to: number, alignCorners: boolean): number[][] {
  return Array.from({ length: to }, (_, i) => {
    const half = Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1);
    const place = alignCorners ? (to > 1 ? i * (from - 1) / (to - 1) : 0) : half;
    return Array.from({ length: from }, (_, a) => Math.max(0, 1 - Math.abs(place - a)));
  });
}

/** The greatest difference, beside the greatest of what is expected; NaN where there is one. */
export function worstOfGreatest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, greatest] = [0, 0];
  if (actual.length !== expected.length) return NaN;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    if (!(error <= worst)) worst = error;
    greatest = Math.max(greatest, Math.abs(expected[i]!));
  }
  return worst / (greatest || 1);
}
