/** The demo's settings, and their way into a URL and back. */

/** Everything that a visitor can set. */
export interface Settings {
  /** How many labels fall into each of the {@linkcode SEGMENTS}, relative to each other, 0 to 100. */
  readonly shares: readonly number[];
  /** Seed of the data, an integer from 0 to {@linkcode MAX_SEED}. */
  readonly seed: number;
  /** Whether Balanced MSE learns the label noise, or is told the true one. */
  readonly learnNoise: boolean;
  /** What to compute on; `auto` takes WebGPU where there is a GPU for it. */
  readonly backend: "auto" | "webgpu" | "cpu";
}

/** The label ranges that the five shares are of: low end included, high end not. */
export const SEGMENTS = [[0, 2], [2, 4], [4, 6], [6, 8], [8, 10]] as const;
export const MAX_SHARE = 100;
export const MAX_SEED = 2 ** 31 - 1;
const BACKENDS = ["auto", "webgpu", "cpu"] as const;

/** A crowd in the middle. */
export const DEFAULTS: Settings = {
  shares: [1, 4, 90, 4, 1],
  seed: 1,
  learnNoise: false,
  backend: "auto",
};

/** Distributions worth a look, by the name of their button. */
export const PRESETS: Readonly<Record<string, readonly number[]>> = {
  middle: DEFAULTS.shares,
  low: [90, 6, 2, 1, 1],
  ends: [60, 2, 1, 2, 35],
  even: [20, 20, 20, 20, 20],
};

/** Settings as a URL's hash. */
export function toHash({ shares, seed, learnNoise, backend }: Settings): string {
  const noise = learnNoise ? "learned" : "known";
  return `#shares=${shares.join("-")}&seed=${seed}&noise=${noise}&backend=${backend}`;
}

/**
 * Reads settings from a URL's query and hash; the hash wins. Anyone may have written the URL: what is missing or
 * no such setting is the default.
 */
export function fromUrl({ search, hash }: Pick<URL, "search" | "hash">): Settings {
  const fields = new URLSearchParams(search);
  new URLSearchParams(hash.slice(1)).forEach((value, name) => fields.set(name, value));
  const numbers = (fields.get("shares") ?? "").split("-").map((text) => integer(text, MAX_SHARE));
  const usable = numbers.length === SEGMENTS.length && !numbers.includes(undefined) &&
    numbers.some((share) => share! > 0);
  return {
    shares: usable ? numbers as number[] : DEFAULTS.shares,
    seed: integer(fields.get("seed") ?? "", MAX_SEED) ?? DEFAULTS.seed,
    learnNoise: fields.get("noise") === "learned",
    backend: BACKENDS.find((name) => name === fields.get("backend")) ?? DEFAULTS.backend,
  };
}

/** The integer from 0 to `greatest` that a text is, if it is one. */
function integer(text: string, greatest: number): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= greatest ? Number(text) : undefined;
}
