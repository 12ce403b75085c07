/**
 * Where a mixture fit starts.
 *
 * @module
 */
import { maximize } from "./mixture_maximize.ts";
import type { MixturePoints } from "./mixture_points.ts";
import {
  addToMoments,
  type CovarianceKind,
  type MixtureState,
  noMoments,
} from "./mixture_state.ts";
import type { Random } from "./random.ts";

/**
 * k-means++: means at labels far from one another, drawn one by one with a probability that grows
 * as the squared distance to the nearest mean so far; of a few draws the one that leaves the labels
 * nearest. Then some rounds of k-means. Weights and variances are those of the labels nearest to
 * each mean.
 *
 * @see Arthur and Vassilvitskii, k-means++: The Advantages of Careful Seeding, SODA 2007.
 */
export function mixtureStart(
  points: MixturePoints,
  kind: CovarianceKind,
  components: number,
  floor: number,
  random: Random,
): MixtureState {
  const { rows, dim, values } = points;
  const chosen = spreadOut(points, components, random);
  let state: MixtureState = {
    kind,
    dim,
    weights: new Float64Array(components),
    means: new Float64Array(components * dim),
    spread: new Float64Array(components * dim * (kind === "full" ? dim : 1)),
  };
  chosen.forEach((i, j) => state.means.set(values.subarray(i * dim, (i + 1) * dim), j * dim));
  const nearest = new Uint32Array(rows);
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    for (let i = 0; i < rows; i++) {
      const j = nearestMean(points, i, state.means);
      if (j !== nearest[i]) moved++;
      nearest[i] = j;
    }
    state = maximize(state, momentsOf(points, state, nearest), floor);
    if (round > 0 && moved === 0) break;
  }
  return state;
}

const ROUNDS = 10;

function momentsOf(points: MixturePoints, state: MixtureState, nearest: Uint32Array) {
  const { rows, dim, values, counts } = points;
  const moments = noMoments(state);
  const difference = new Float64Array(dim);
  for (let i = 0; i < rows; i++) {
    const j = nearest[i]!;
    for (let d = 0; d < dim; d++) difference[d] = values[i * dim + d]! - state.means[j * dim + d]!;
    addToMoments(moments, j, counts[i]!, difference);
  }
  return moments;
}

/** Rows of the points; all different, unless their squared distances underflow. */
function spreadOut(points: MixturePoints, components: number, random: Random): number[] {
  const { rows, counts, dim, values } = points;
  const trials = 2 + Math.floor(Math.log(components));
  const chosen = [drawRow(counts, random)];
  const first = chosen[0]! * dim;
  let distance = distances(points, values.subarray(first, first + dim));
  while (chosen.length < components) {
    let [best, bestRow, bestSum] = [distance, -1, Infinity];
    const mass = distance.map((x, i) => x * counts[i]!);
    for (let trial = 0; trial < trials; trial++) {
      const row = drawRow(mass, random);
      const next = distances(points, values.subarray(row * dim, (row + 1) * dim));
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        if (distance[i]! < next[i]!) next[i] = distance[i]!;
        sum += counts[i]! * next[i]!;
      }
      if (sum < bestSum) [best, bestRow, bestSum] = [next, row, sum];
    }
    chosen.push(bestRow);
    distance = best;
  }
  return chosen;
}

/** Squared distances of all rows to a position. */
function distances({ rows, dim, values }: MixturePoints, to: Float64Array): Float64Array {
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < dim; d++) result[i]! += (values[i * dim + d]! - to[d]!) ** 2;
  }
  return result;
}

/** A row, drawn in proportion to its mass. */
function drawRow(mass: Float64Array, random: Random): number {
  let total = 0;
  for (let i = 0; i < mass.length; i++) total += mass[i]!;
  let left = random.uniform() * total;
  for (let i = 0; i < mass.length; i++) {
    left -= mass[i]!;
    if (left < 0) return i;
  }
  return mass.length - 1;
}

function nearestMean({ dim, values }: MixturePoints, i: number, means: Float64Array): number {
  let [best, least] = [0, Infinity];
  for (let j = 0; j * dim < means.length; j++) {
    let distance = 0;
    for (let d = 0; d < dim; d++) distance += (values[i * dim + d]! - means[j * dim + d]!) ** 2;
    if (distance < least) [best, least] = [j, distance];
  }
  return best;
}
