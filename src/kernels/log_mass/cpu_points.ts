/**
 * The cpu kernel's pass over a point prior; formulas in log_mass_points.wgsl.
 *
 * @module
 */
import { EXP_TABLE_MIN, expTable } from "./exp_table.ts";
import { type CpuProblem, type EmitRow, finiteOrNaN } from "./cpu_rows.ts";

/**
 * A row whose every exponent is below this is far: the squares of its distances are so large that
 * their differences, which is what counts, drown in rounding. It is measured from a column instead;
 * see log_mass_far.wgsl.
 */
const FAR = -700;

/** The statistics of every row for a point prior; formulas in log_mass_points.wgsl. */
export function pointStats(problem: CpuProblem, emit: EmitRow): void {
  const { rows, columns, dim, pred, target, center, logWeight } = problem;
  const metric = new Float64Array(dim);
  const exponents = new Float64Array(columns); // the logits without their weights
  const origin = new Float64Array(dim); // what a row is measured from
  const slope = new Float64Array(dim); // -2 (pred - origin)
  const shift = new Float64Array(dim);
  const score = new Float64Array(dim); // sum of w e (e + slope)

  /** `|x - pred|^2 - |origin - pred|^2` of a label, each dimension by its metric. */
  const exponentOf = (labels: Float32Array, j: number) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) {
      const e = labels[j * dim + d]! - origin[d]!;
      sum += metric[d]! * e * (e + slope[d]!);
    }
    return sum;
  };

  /** The exponents of all columns; returns the largest logit. */
  const walk = () => {
    let peak = -Infinity;
    const [m, from, k] = [metric[0]!, origin[0]!, slope[0]!];
    for (let j = 0; j < columns; j++) {
      // One dimension, the most frequent case, is spelled out: half the time of the loops over d.
      const e = center[j]! - from;
      const q = dim === 1 ? m * e * (e + k) : exponentOf(center, j);
      exponents[j] = q;
      const logit = logWeight === undefined ? q : q + logWeight[j]!;
      // By `!(<=)`, so that a NaN becomes the peak and spoils the row.
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    return peak;
  };

  for (let i = 0; i < rows; i++) {
    const noise = problem.noise(i);
    for (let d = 0; d < dim; d++) {
      metric[d] = -0.5 / noise[d]!;
      origin[d] = pred[i * dim + d]!;
    }
    slope.fill(0);
    let peak = walk();
    if (peak < FAR && exponents[0]! > 1.25 * peak) {
      for (let d = 0; d < dim; d++) {
        origin[d] = center[d]!;
        slope[d] = -2 * (pred[i * dim + d]! - center[d]!);
      }
      peak = walk();
    }
    let [mass, firstShift, firstScore] = [0, 0, 0];
    shift.fill(0);
    score.fill(0);
    for (let j = 0; j < columns; j++) {
      const q = exponents[j]!;
      const distance = (logWeight === undefined ? q : q + logWeight[j]!) - peak;
      // Such a column adds less than 2e-22 of the mass, below float32's 6e-8 even for 1e12 of them;
      // but an infinite label must be seen.
      if (distance < EXP_TABLE_MIN && q > -Infinity) continue;
      const w = expTable(distance);
      mass += w;
      if (dim === 1) {
        const e = center[j]! - origin[0]!;
        firstShift += w * e;
        firstScore += w * e * (e + slope[0]!);
        continue;
      }
      for (let d = 0; d < dim; d++) {
        const e = center[j * dim + d]! - origin[d]!;
        shift[d]! += w * e;
        score[d]! += w * e * (e + slope[d]!);
      }
    }
    if (dim === 1) [shift[0], score[0]] = [firstShift, firstScore];
    for (let d = 0; d < dim; d++) {
      const own = target[i * dim + d]! - origin[d]!;
      shift[d] = shift[d]! / mass - own;
      score[d] = (score[d]! / mass - own * (own + slope[d]!)) / (2 * noise[d]! * noise[d]!);
    }
    const logMass = peak - exponentOf(target, i) + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), score, shift);
  }
}
