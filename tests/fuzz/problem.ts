/**
 * Random problems of the balanced losses, by a seed and a number: the same pair is the same
 * problem.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { BalancedMseOptions } from "../../mod.ts";

export interface FuzzProblem {
  pred: number[][]; // [N][D]
  target: number[][]; // [N][D]
  /** `[1]` for a scalar, or `[D]`. */
  noise: number[];
  /** In place of `noise`: `[N][1]` or `[N][D]`. */
  noiseByRow?: number[][];
  /** Absent: the batch's own labels. */
  center?: number[][]; // [M][D]; [M][1] for each dimension
  logWeight?: number[]; // [M]
  /** In place of `logWeight`, of each dimension: `[M][D]`. */
  logWeightEach?: number[][];
  variance?: number[][]; // [M][D]
  rotation?: number[][][]; // [M][D][D]
  weights?: number[]; // [N]
  mask?: boolean[]; // [N]
  options: Pick<
    BalancedMseOptions,
    | "reduction"
    | "restoreScale"
    | "mseWeight"
    | "priorWeight"
    | "ownLabel"
    | "method"
    | "dimensions"
  >;
}

const f = Math.fround;

class Random {
  readonly #generator;
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.#generator);
  }
  integer(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }
  pick<T>(...items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }
}

/** Where labels lie: a function that draws one number. */
function labelShape(r: Random, scale: number): () => number {
  const offset = r.pick(0, 0, 0, 2000, -1e5, 30 * scale);
  const gap = scale * 10 ** r.uniform(0, 4);
  return r.pick(
    () => offset + scale * r.normal(),
    () => offset + scale * r.normal(),
    () => Math.round(offset + 10 * r.normal()),
    () => offset + gap * r.integer(0, 3) + scale * r.normal(),
    () => offset + scale,
    () => offset + scale * r.integer(0, 1),
    () => 1950 + r.integer(0, 70),
    () => offset + scale * r.normal() / Math.max(0.05, Math.abs(r.normal())),
  );
}

/** Rotations by planes, rounded: a basis as a decomposition in float32 leaves it. */
function basis(r: Random, dim: number): number[][] {
  const rows = Array.from(
    { length: dim },
    (_, i) => Array.from({ length: dim }, (_, j) => +(i === j)),
  );
  for (let n = 0; n < 2 * dim; n++) {
    const [a, b, angle] = [r.integer(0, dim - 1), r.integer(0, dim - 1), r.uniform(0, 7)];
    if (a === b) continue;
    for (const row of rows) {
      const [x, y] = [row[a]!, row[b]!];
      row[a] = Math.cos(angle) * x - Math.sin(angle) * y;
      row[b] = Math.sin(angle) * x + Math.cos(angle) * y;
    }
  }
  return rows.map((row) => row.map(f));
}

/** Problem `number` of `seed`, of one of the `dims`: these decide how many shaders are compiled. */
export function fuzzProblem(seed: number, number: number, dims: readonly number[]): FuzzProblem {
  const r = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const dim = r.pick(...dims);
  const rows = r.chance(0.1) ? 1 : r.integer(1, r.pick(5, 40, dim > 8 ? 40 : 150));
  const scale = 10 ** r.uniform(-3, 3);
  const sigma = scale * 10 ** r.pick(r.uniform(-1, 1), r.uniform(-4, 2));
  const draw = labelShape(r, scale);
  const label = () => Array.from({ length: dim }, () => f(draw()));
  const target = Array.from({ length: rows }, label);
  const kind = r.pick("batch", "weighted batch", "reference", "bins", "bins", "spread", "rotated");
  const noiseDim = kind === "rotated" || r.chance(0.6) ? 1 : dim;
  const noise = Array.from(
    { length: noiseDim },
    () => f((sigma * (noiseDim > 1 ? r.uniform(0.3, 3) : 1)) ** 2),
  );
  const problem: FuzzProblem = { pred: predictions(r, target, sigma), target, noise, options: {} };
  columns(r, problem, kind, sigma, label);
  options(r, problem, kind);
  if (dim > 1 && kind !== "rotated" && r.chance(0.3)) asEach(r, problem);
  if (r.chance(0.2)) noiseByRow(r, problem, kind);
  return problem;
}

/** Makes the dimensions problems for themselves, with priors in common or of their own. */
function asEach(r: Random, problem: FuzzProblem): void {
  const { logWeight, center, variance } = problem;
  problem.options = {
    ...problem.options,
    dimensions: "each",
    ...(problem.options.method && !variance && { method: r.pick("direct", "linear") }),
  };
  if (logWeight && r.chance(0.5)) {
    delete problem.logWeight;
    const count = logWeight.length;
    problem.logWeightEach = logWeight.map((_, j) =>
      problem.target[0]!.map((_, d) => logWeight[(j + d) % count]!)
    );
  }
  if (center && !variance && r.chance(0.3)) problem.center = center.map(([x]) => [x!]);
}

/** Gives every row a noise of its own. */
function noiseByRow(r: Random, problem: FuzzProblem, kind: string): void {
  const { noise, target } = problem;
  const dim = target[0]!.length;
  const width = kind === "rotated" || r.chance(0.5) ? 1 : dim;
  problem.noiseByRow = target.map(() =>
    Array.from(
      { length: width },
      (_, d) => f(noise[Math.min(d, noise.length - 1)]! * r.uniform(0.3, 3) ** 2),
    )
  );
}

function predictions(r: Random, target: number[][], sigma: number): number[][] {
  const away = sigma * 10 ** r.uniform(-6, 9);
  const common = f(r.normal() * away);
  const move = r.pick<(x: number) => number>(
    (x) => x + sigma * r.normal(),
    (x) => x + sigma * r.normal(),
    () => 0, // a fresh network
    (x) => x + away * r.normal(),
    () => common,
    (x) => x,
    (x) => r.chance(0.1) ? x + away : x + sigma * r.normal(),
  );
  return target.map((row) => row.map((x) => f(move(x))));
}

function columns(
  r: Random,
  problem: FuzzProblem,
  kind: string,
  sigma: number,
  label: () => number[],
): void {
  if (kind !== "batch" && kind !== "weighted batch") {
    const many = problem.target.length < 10 && problem.target[0]!.length < 4 && r.chance(0.2);
    const count = kind === "rotated"
      ? r.integer(1, 8)
      : r.integer(1, many ? 5000 : r.pick(3, 60, 300));
    problem.center = Array.from({ length: count }, label);
    if (r.chance(0.3)) problem.center.sort((a, b) => a[0]! - b[0]!);
  }
  const count = (problem.center ?? problem.target).length;
  if (kind !== "batch" && kind !== "reference") {
    const spread = r.pick(1, 5, 100);
    const zeros = r.pick(0, 0, 0.3, 0.9);
    problem.logWeight = Array.from({ length: count }, (_, j) => {
      const none = j > 0 && j < zeros * count; // one is left
      return none ? -Infinity : f(spread * r.normal());
    });
  }
  if (kind === "spread" || kind === "rotated") {
    const size = 10 ** r.uniform(-3, 2);
    problem.variance = problem.center!.map((row) =>
      row.map(() => f((sigma * size * r.uniform(0.3, 3)) ** 2))
    );
    if (kind === "rotated") problem.rotation = problem.center!.map((row) => basis(r, row.length));
  }
}

function options(r: Random, problem: FuzzProblem, kind: string): void {
  const { target } = problem;
  const dim = target[0]!.length;
  problem.options = {
    reduction: r.pick("mean", "sum", "none"),
    restoreScale: r.chance(0.5),
    ...(r.chance(0.2) && { mseWeight: f(r.pick(0, 0.1, 0.6, 1, 3)) }),
    ...(r.chance(0.2) && { priorWeight: f(r.pick(0.05, 0.7, 1, 4)) }),
    ...(kind === "reference" && r.chance(0.5) && { ownLabel: true }),
    ...(r.chance(0.5) && {
      method: dim === 1 && !problem.variance ? r.pick("direct", "linear") : "direct",
    }),
  };
  if (r.chance(0.2)) problem.weights = target.map(() => f(r.uniform(0, 2)));
  if (r.chance(0.2)) problem.mask = target.map(() => r.chance(0.7));
}
