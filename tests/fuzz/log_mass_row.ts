/**
 * The log mass of a row in float64, and by how much a float32 program may miss it.
 *
 * The bound is that of a program that is right but for rounding: a logit is off by some units in
 * the last place of its terms, and what the logits decide, their shares, follows. The terms are
 * squares of distances, or, for a row far outside of all columns, differences of squares as
 * measured from the first column (log_mass_far.wgsl).
 *
 * @module
 */
import type { FuzzProblem } from "./problem.ts";

export interface Estimate {
  value: number;
  /** How far a float32 result may be off. */
  error: number;
}

/** A row in nats: its value, and its derivatives by pred and by the noise of each dimension. */
export interface Row {
  value: Estimate;
  pred: Estimate[];
  noise: Estimate[];
}

export const UNIT = 2 ** -24;
/** Roundings that a term may suffer: of its operations, of exp2's argument and result. */
export const ROUNDINGS = 8;
/**
 * Shares of a column that a program may pass over: by the linear method, and where exp2 is 0, or a
 * table ends.
 */
const NEGLECTED = { linear: 2 ** -24, direct: 2 ** -60 };

export const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** A column as a row sees it. */
interface Column {
  /** The logit less the label's log-density, and by how much it may be off. */
  logit: number;
  off: number;
  /**
   * By dimension: the expected label less the row's, and the derivative of the logit by the noise,
   * times the noise.
   */
  label: number[];
  score: number[];
  /** By dimension: how large the numbers are of which the former are made. */
  labelSize: number[];
  scoreSize: number[];
}

/**
 * A row's prediction, its label or what stands for it, the noise by dimension, and what a program
 * may measure from.
 */
interface Seen {
  p: number[];
  label: number[];
  s: number[];
  origins: number[][];
}

/** `|x - p|^2 / 2`, in units of the noise. */
const exponent = (x: number[], p: number[], s: number[]) =>
  sum(x.map((e, d) => (e - p[d]!) ** 2 / (2 * s[d]!)));

/** The prediction, the first column, or both where it is a program's choice. */
function originsOf(p: number[], s: number[], center: number[][], logits: number[]): number[][] {
  const inside = p.map((x, d) => {
    const along = center.map((c) => c[d]!);
    return Math.min(
      Math.max(x, along.reduce((a, b) => Math.min(a, b))),
      along.reduce((a, b) => Math.max(a, b)),
    );
  });
  const box = exponent(inside, p, s); // no column is nearer
  const heaviest = center[logits.indexOf(logits.reduce((a, b) => Math.max(a, b)))]!;
  const [first, nearest] = [exponent(center[0]!, p, s), exponent(heaviest, p, s)];
  const apart = exponent(heaviest, center[0]!, s);
  const may = (box > 600 && first < 1.15 * box) ||
    (nearest > 600 && first < 1.3 * nearest && apart < nearest / 50);
  const peak = logits.reduce((a, b) => Math.max(a, b));
  const must = box > 800 && peak < -800 && first < 1.05 * box && apart < nearest / 80;
  // More dimensions than webgpu measures from an anchor: FAR_DIM of webgpu_direct.ts.
  if (p.length > 16) return box > 600 ? [p, center[0]!] : [p];
  return must ? [center[0]!] : may ? [p, center[0]!] : [p];
}

const largest = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((most, item) => Math.max(most, of(item)), 0);

/** `|x - p|^2 - |origin - p|^2` by dimension, its size for the worst origin. */
function squareSizes(x: number[], { p, s, origins }: Seen): number[] {
  return x.map((e, d) =>
    largest(origins, (o) => Math.abs((e - o[d]!) * (e - p[d]! + (o[d]! - p[d]!))) / (2 * s[d]!))
  );
}

function differenceSizes(x: number[], { origins }: Seen): number[] {
  return x.map((e, d) => largest(origins, (o) => Math.abs(e - o[d]!)));
}

function pointColumn(c: number[], weight: number, seen: Seen): Column {
  const { p, label, s } = seen;
  const score = c.map((x, d) => (x - label[d]!) * (x - p[d]! + (label[d]! - p[d]!)) / (2 * s[d]!));
  const scoreSize = squareSizes(c, seen);
  return {
    logit: weight - sum(score),
    off: UNIT * (ROUNDINGS + Math.sqrt(p.length)) * (sum(scoreSize) + finite(weight)),
    label: c.map((x, d) => x - label[d]!),
    score,
    labelSize: differenceSizes(c, seen),
    scoreSize,
  };
}

const finite = (weight: number) => weight === -Infinity ? 0 : Math.abs(weight);

function spreadColumn(
  c: number[],
  v: number[],
  basis: number[][] | undefined,
  weight: number,
  { p, label, s }: Seen,
): Column {
  const gaps = c.map((x, d) => x - p[d]!);
  const along = basis ? gaps.map((_, b) => sum(gaps.map((g, d) => g * basis[d]![b]!))) : gaps;
  const shrink = v.map((x, d) => s[d]! / (x + s[d]!));
  const labels = along.map((g, d) => g * shrink[d]!);
  const back = basis ? labels.map((_, d) => sum(labels.map((g, b) => g * basis[d]![b]!))) : labels;
  const own = label.map((t, d) => (t - p[d]!) ** 2 / (2 * s[d]!));
  const logs = shrink.map((r) => Math.log(r) / 2);
  const squares = along.map((g, d) => g * labels[d]! / (2 * s[d]!));
  const changes = labels.map((g, d) => (v[d]! / (v[d]! + s[d]!) + g * g / s[d]!) / 2);
  // A rotation mixes all dimensions' roundings.
  const mixed = basis ? sum(gaps.map((g, d) => g * g / s[d]!)) : 0;
  const size = sum(squares) + mixed + sum(logs.map(Math.abs)) + p.length + finite(weight);
  return {
    logit: weight + sum(logs) - sum(squares) + sum(own),
    off: UNIT * (ROUNDINGS + Math.sqrt(p.length)) * size,
    label: back.map((g, d) => g - (label[d]! - p[d]!)),
    score: changes.map((x, d) => x - own[d]!),
    labelSize: back.map((g) => Math.abs(g) + (basis ? sum(gaps.map(Math.abs)) : 0)),
    scoreSize: changes.map((x) => x + 1 + mixed),
  };
}

/** Every column's share, and by how much it may be off, however far off its logit is. */
function sharesOf(columns: Column[], linear: boolean) {
  const peak = columns.reduce((most, { logit }) => Math.max(most, logit), -Infinity);
  const mass = sum(columns.map(({ logit }) => Math.exp(logit - peak)));
  const peakOff = largest(columns, ({ logit, off }) => logit === peak ? off : 0);
  const shares = columns.map(({ logit, off }) => {
    const share = Math.exp(logit - peak) / mass;
    const both = off + peakOff + ROUNDINGS * UNIT;
    const most = Math.exp(Math.min(0, logit - peak + both));
    const moved = Math.min(most, most * Math.expm1(Math.min(both, 700)));
    const neglected = Math.min(share, NEGLECTED[linear ? "linear" : "direct"]);
    return { share, change: moved + ROUNDINGS * UNIT * share + neglected };
  });
  const relevant = columns.filter(({ logit, off }) => logit + off >= peak - peakOff - 25);
  return { shares, logMass: peak + Math.log(mass), off: largest(relevant, ({ off }) => off) };
}

/**
 * `log sum_j exp(logit_j) - log N(label; pred, s)`, where `label` is the target, or the prediction
 * itself.
 */
export function logMassRow(p: number[], label: number[], problem: FuzzProblem): Row {
  const { target, center = target, variance, rotation, logWeight, noise, options } = problem;
  const s = p.map((_, d) => noise[Math.min(d, noise.length - 1)]!);
  const weight = (j: number) => logWeight?.[j] ?? 0;
  const origins = variance
    ? [p]
    : originsOf(p, s, center, center.map((c, j) => weight(j) - exponent(c, p, s)));
  const seen: Seen = { p, label, s, origins };
  const columns = center.map((c, j) =>
    variance
      ? spreadColumn(c, variance[j]!, rotation?.[j], weight(j), seen)
      : pointColumn(c, weight(j), seen)
  );
  const linear = p.length === 1 && variance === undefined && options.method !== "direct";
  const { shares, logMass, off } = sharesOf(columns, linear);
  // Sums of like terms, one after the other, round all one way.
  const grow = UNIT * (ROUNDINGS + Math.sqrt(p.length) + columns.length / 6);

  const ownSquares = squareSizes(label, seen);
  const ownGaps = differenceSizes(label, seen);
  const mean = (key: "label" | "score", size: "labelSize" | "scoreSize", own: number[]) =>
    p.map((_, d): Estimate => {
      const used = columns.map((column, j) => ({ ...shares[j]!, x: column[key][d]!, j }))
        .filter(({ change }) => change > 0);
      const value = sum(used.map(({ share, x }) => share * x));
      const terms = own[d]! + sum(used.map(({ share, j }) => share * columns[j]![size][d]!));
      const moved = sum(used.map(({ change, x }) => change * Math.abs(x - value)));
      return { value: value / s[d]!, error: (moved + grow * terms) / s[d]! };
    });
  return {
    value: {
      value: logMass,
      error: off + grow * sum(ownSquares) +
        ROUNDINGS * UNIT * (Math.abs(logMass) + 1 + Math.log(columns.length)),
    },
    pred: mean("label", "labelSize", ownGaps),
    noise: mean("score", "scoreSize", ownSquares),
  };
}
