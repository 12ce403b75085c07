/** Rotations and bodies as the formulas say, in float64. */

export type Matrix = number[][];

export const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, k) => row.reduce((sum, x, i) => sum + x * b[i]![k]!, 0)));

export const identity: Matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

/** Rodrigues' formula. */
export function rotationOf(vector: readonly number[]): Matrix {
  const angle = Math.hypot(...vector);
  if (angle === 0) return identity;
  const [x, y, z] = vector.map((v) => v / angle) as [number, number, number];
  const turning = [[0, -z, y], [z, 0, -x], [-y, x, 0]];
  const twice = product(turning, turning);
  return identity.map((row, i) =>
    row.map((one, k) =>
      one + Math.sin(angle) * turning[i]![k]! + (1 - Math.cos(angle)) * twice[i]![k]!
    )
  );
}

/** Joints in the world, joint by joint, by the chain from the root. */
export function worldOf(rotations: Matrix[], rest: Matrix, parents: readonly number[]) {
  const turns: Matrix[] = [];
  const places: number[][] = [];
  parents.forEach((p, j) => {
    turns.push(p < 0 ? rotations[j]! : product(turns[p]!, rotations[j]!));
    const offset = rest[j]!.map((x, k) => [p < 0 ? x : x - rest[p]![k]!]);
    const moved = p < 0 ? offset : product(turns[p]!, offset);
    places.push(moved.map(([x], k) => x! + (p < 0 ? 0 : places[p]![k]!)));
  });
  return { turns, places };
}

/** The parents of SMPL's 24 joints. */
export const PARENTS = [
  ...[-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21],
];

/** Central differences of a function by each number. */
export function slopesOf(f: (x: number[]) => number, x: number[], step = 1e-5): number[] {
  return x.map((v, k) => (f(x.with(k, v + step)) - f(x.with(k, v - step))) / (2 * step));
}
