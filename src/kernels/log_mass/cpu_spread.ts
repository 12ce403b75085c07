/**
 * The cpu kernel's pass over columns with variances; formulas in log_mass_spread.wgsl.
 *
 * @module
 */
import { type CpuProblem, type EmitRow, exponentOf, finiteOrNaN } from "./cpu_rows.ts";

/** The statistics of every row for columns with variances; formulas in log_mass_spread.wgsl. */
export function spreadStats(problem: CpuProblem, emit: EmitRow): void {
  const { rows, columns, dim, pred, target, center, logWeight, variance } = problem;
  const metric = new Float64Array(dim);
  const shrink = new Float64Array(columns * dim);
  const bias = new Float64Array(columns);
  const seen = new Float64Array(dim); // the noise that these are of

  /** What columns are under a noise. */
  const prepare = (noise: Float64Array) => {
    seen.set(noise);
    for (let d = 0; d < dim; d++) metric[d] = -0.5 / noise[d]!;
    for (let j = 0; j < columns; j++) bias[j] = logWeight?.[j] ?? 0;
    for (let at = 0; at < columns * dim; at++) {
      const s = noise[at % dim]!;
      const r = s / (variance![at]! + s);
      shrink[at] = r;
      bias[Math.floor(at / dim)]! += 0.5 * Math.log(r);
    }
  };

  const logits = new Float64Array(columns);
  const shift = new Float64Array(dim);
  const score = new Float64Array(dim); // sum of w 2 s d q / d s

  for (let i = 0; i < rows; i++) {
    const noise = problem.noise(i);
    if (noise.some((s, d) => s !== seen[d])) prepare(noise);
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      let logit = bias[j]!;
      for (let d = 0; d < dim; d++) {
        const e = center[j * dim + d]! - pred[i * dim + d]!;
        logit += metric[d]! * shrink[j * dim + d]! * e * e;
      }
      logits[j] = logit;
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let mass = 0;
    shift.fill(0);
    score.fill(0);
    for (let j = 0; j < columns; j++) {
      const w = Math.exp(logits[j]! - peak);
      mass += w;
      for (let d = 0; d < dim; d++) {
        const at = j * dim + d;
        const s = noise[d]!;
        const label = shrink[at]! * (center[at]! - pred[i * dim + d]!);
        shift[d]! += w * label;
        score[d]! += w * (variance![at]! / (variance![at]! + s) + label * label / s);
      }
    }
    for (let d = 0; d < dim; d++) {
      const s = noise[d]!;
      const residual = target[i * dim + d]! - pred[i * dim + d]!;
      shift[d] = shift[d]! / mass - residual;
      score[d] = (score[d]! / mass - residual * residual / s) / (2 * s);
    }
    const logMass = peak - exponentOf(pred, i, target, i, metric) + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), score, shift);
  }
}
