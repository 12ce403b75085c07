/**
 * Fewer points for a mixture fit that stand for many labels.
 *
 * @module
 */

import type { MixturePoints } from "./mixture_points.ts";

/** The rows of points, and how often each occurs. */
type Counted = Pick<MixturePoints, "values" | "counts">;

/** At most `most` points in place of more; fewer are returned as they are. */
export function condensePoints(points: MixturePoints, most: number): MixturePoints {
  if (points.rows <= most) return points;
  const condensed = points.dim === 1 ? merged(points, most) : sampled(points, most);
  return { ...points, ...condensed, rows: condensed.counts.length };
}

/**
 * Neighbors taken together: cells at their mean. An outer quarter of `most` at each end stays as it
 * is, so that tails keep their shape; between them a cell ends once it holds its part of the
 * labels, or where it would be wider than its part of the range, so that none spans a gap.
 */
function merged({ values, counts }: MixturePoints, most: number): Counted {
  const quarter = Math.floor(most / 4);
  const end = counts.length - quarter;
  const inner = counts.subarray(quarter, end).reduce((a, b) => a + b, 0);
  const [share, width] = [inner / quarter, (values[end - 1]! - values[quarter]!) / quarter];
  const [means, masses]: [number[], number[]] = [[], []];
  let start = -Infinity;
  for (let i = 0; i < counts.length; i++) {
    const [value, count] = [values[i]!, counts[i]!];
    const mass = masses.at(-1) ?? Infinity;
    const isAlone = i <= quarter || i >= end;
    if (isAlone || mass >= share || value - start > width) {
      means.push(value);
      masses.push(count);
      start = value;
    } else {
      const last = means.length - 1;
      masses[last] = mass + count;
      means[last]! += (value - means[last]!) * count / masses[last]!;
    }
  }
  return { values: Float64Array.from(means), counts: Float64Array.from(masses) };
}

/**
 * A systematic sample along the rows' order, of as many labels in all: each row has its part of
 * `most` ticks, which lie equally far apart.
 */
function sampled({ values, counts, dim, total }: MixturePoints, most: number): Counted {
  const step = total / most;
  const [taken, masses]: [number[], number[]] = [[], []];
  let [passed, ticks] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    passed += counts[i]!;
    const before = ticks;
    while (ticks < most && (ticks + 0.5) * step < passed) ticks++;
    if (ticks > before) {
      taken.push(i);
      masses.push((ticks - before) * step);
    }
  }
  const sample = new Float64Array(taken.length * dim);
  taken.forEach((i, row) => sample.set(values.subarray(i * dim, (i + 1) * dim), row * dim));
  return { values: sample, counts: Float64Array.from(masses) };
}
