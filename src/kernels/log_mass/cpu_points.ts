/**
 * The cpu kernel's pass over a point prior; formulas in log_mass_points.wgsl.
 *
 * @module
 */
import { EXP_TABLE_MIN, expTable } from "./exp_table.ts";
import { type CpuBackend, type EmitRow, exponentOf, finiteOrNaN, operands } from "./cpu_rows.ts";
import type { LogMassInputs } from "./contract.ts";

/** The statistics of every row for a point prior; formulas in log_mass_points.wgsl. */
export function pointStats(
  cpu: CpuBackend,
  tensors: LogMassInputs,
  noise: Float64Array,
  emit: EmitRow,
): void {
  const { rows, columns, dim, pred, target, center, logWeight } = operands(cpu, tensors);
  const metric = noise.map((s) => -0.5 / s);
  const exponents = new Float64Array(columns); // the logits without their weights
  const shift = new Float64Array(dim);
  const score = new Float64Array(dim); // sum of w e^2

  for (let i = 0; i < rows; i++) {
    // One dimension, the most frequent case, is spelled out: half the time of the loops over d.
    const first = pred[i * dim]!;
    let peak = -Infinity;
    for (let j = 0; j < columns; j++) {
      const q = dim === 1
        ? metric[0]! * (center[j]! - first) * (center[j]! - first)
        : exponentOf(pred, i, center, j, metric);
      exponents[j] = q;
      const logit = logWeight === undefined ? q : q + logWeight[j]!;
      // By `!(<=)`, so that a NaN becomes the peak and spoils the row.
      if (!(logit <= peak)) peak = logit;
      if (peak !== peak) break;
    }
    let [mass, firstShift, firstScore] = [0, 0, 0];
    shift.fill(0);
    score.fill(0);
    for (let j = 0; j < columns; j++) {
      const q = exponents[j]!;
      const distance = (logWeight === undefined ? q : q + logWeight[j]!) - peak;
      // Such a column adds less than 2e-22 of the mass, below float32's 6e-8 even for 1e12 of them; but an
      // infinite label must be seen.
      if (distance < EXP_TABLE_MIN && q > -Infinity) continue;
      const w = expTable(distance);
      mass += w;
      if (dim === 1) {
        const e = center[j]! - first;
        firstShift += w * e;
        firstScore += w * e * e;
        continue;
      }
      for (let d = 0; d < dim; d++) {
        const e = center[j * dim + d]! - pred[i * dim + d]!;
        shift[d]! += w * e;
        score[d]! += w * e * e;
      }
    }
    if (dim === 1) [shift[0], score[0]] = [firstShift, firstScore];
    for (let d = 0; d < dim; d++) {
      const residual = target[i * dim + d]! - pred[i * dim + d]!;
      shift[d] = shift[d]! / mass - residual;
      score[d] = (score[d]! / mass - residual * residual) / (2 * noise[d]! * noise[d]!);
    }
    const logMass = peak - exponentOf(pred, i, target, i, metric) + Math.log(mass);
    emit(i, finiteOrNaN(logMass, shift), score, shift);
  }
}
