/**
 * The cpu kernel's pass over columns with variances; formulas in log_mass_spread.wgsl.
 *
 * @module
 */
import { type CpuBackend, type EmitRow, exponentOf, finiteOrNaN, operands } from "./cpu_rows.ts";
import type { LogMassInputs } from "./contract.ts";

/** The statistics of every row for columns with variances; formulas in log_mass_spread.wgsl. */
export function spreadStats(
  cpu: CpuBackend,
  tensors: LogMassInputs,
  noise: Float64Array,
  emit: EmitRow,
): void {
  const { rows, columns, dim, pred, target, center, logWeight, variance } = operands(cpu, tensors);
  const metric = noise.map((s) => -0.5 / s);
  const shrink = Float64Array.from(variance!, (v, at) => noise[at % dim]! / (v + noise[at % dim]!));
  const bias = Float64Array.from({ length: columns }, (_, j) => logWeight?.[j] ?? 0);
  shrink.forEach((r, at) => bias[Math.floor(at / dim)]! += 0.5 * Math.log(r));
  const logits = new Float64Array(columns);
  const shift = new Float64Array(dim);
  const score = new Float64Array(dim); // sum of w 2 s d q / d s

  for (let i = 0; i < rows; i++) {
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
