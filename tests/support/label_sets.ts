/**
 * Label sets that fixtures/label_mixture.py draws too, from the same generator: change both or neither.
 */

/** Uniform numbers in (0, 1) by a linear congruential generator of 32 bits. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** Standard normal numbers, one for two uniform ones. */
function normals(uniform: () => number): () => number {
  return () => {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  };
}

function rows<Row>(count: number, draw: () => Row): Row[] {
  return Array.from({ length: count }, draw);
}

export type LabelSetName =
  | "three groups"
  | "exponential"
  | "long exponential"
  | "normal"
  | "zero-inflated"
  | "ages"
  | "far off"
  | "plane"
  | "space";

/** Draws a set of labels. */
export function labelSet(name: LabelSetName): number[] | number[][] {
  const u = lcg(name.length);
  const n = normals(u);
  switch (name) {
    case "three groups":
      return rows(500, () => [-4, 0, 5][Math.floor(3 * u())]! + 0.7 * n());
    case "exponential":
      return rows(2000, () => -10 * Math.log(u()));
    case "long exponential":
      return rows(10_000, () => -Math.log(u()));
    case "normal":
      return rows(300, () => 30 + 10 * n());
    case "zero-inflated":
      return rows(1000, () => u() < 0.3 ? 0 : Math.exp(1 + n()));
    case "ages":
      return rows(3000, () => Math.round(Math.abs(u() < 0.7 ? 30 + 8 * n() : 60 + 15 * n())));
    case "far off":
      return rows(1000, () => 1e6 + (u() < 0.4 ? -1 + 0.1 * n() : 1 + 0.2 * n()));
    case "plane":
      return rows(1000, () => {
        const [first, x, y] = [u() < 0.6, n(), n()];
        return first ? [x, 0.8 * x + 0.3 * y] : [3 + 0.4 * x, -2 + 2 * y];
      });
    case "space":
      return rows(1500, () => {
        const [group, x, y, z] = [Math.floor(4 * u()), n(), n(), n()];
        return [group + 0.3 * x, 100 * ((group * 7) % 4) + 20 * y + 10 * x, 1e-3 * (z + group * y)];
      });
  }
}
