/** What a drawn face looks like at an age: what age does to it, and what is its own. */
import type { Random } from "../synthetic/random.ts";

/** Red, green and blue, from 0 to 1. */
export type Color = readonly [number, number, number];

/** A face; lengths in half widths of a grown head, from its center, downwards. */
export interface Traits {
  /** How far it is grown, from 0 at birth to 1. */
  readonly growth: number;
  readonly skin: Color;
  readonly hair: Color;
  /** Share of gray hair. */
  readonly gray: number;
  /** How far the hair has drawn back, from 0. */
  readonly bald: number;
  /** How far hair hangs down beside the head. */
  readonly hairLength: number;
  /** Lines on the forehead, and beside each eye. */
  readonly lines: number;
  /** How dark they are, from 0 to 1. */
  readonly depth: number;
  /** How full lips are, and how long the nose. */
  readonly lips: number;
  readonly nose: number;
  /** How much the mouth's corners go up. */
  readonly smile: number;
  readonly eye: Color;
  readonly shirt: Color;
  readonly background: Color;
  /** Where the light comes from, -1 to 1, and how bright it is. */
  readonly light: number;
  readonly exposure: number;
  /** Of the whole: shift, turn in radians, scale. */
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly scale: number;
}

const SKINS: readonly Color[] = [[0.96, 0.82, 0.72], [0.87, 0.68, 0.53], [0.63, 0.45, 0.33], [
  0.43,
  0.29,
  0.21,
]];
const HAIRS: readonly Color[] = [[0.08, 0.06, 0.05], [0.28, 0.17, 0.09], [0.5, 0.3, 0.14], [
  0.82,
  0.68,
  0.4,
], [0.55, 0.22, 0.08]];
const EYES: readonly Color[] = [[0.25, 0.14, 0.07], [0.25, 0.45, 0.65], [0.3, 0.45, 0.25]];
const GRAY: Color = [0.83, 0.83, 0.84];

/**
 * Draws a face's traits. `noise` years of deviation, fewer for children, lie between the age and
 * how old the face looks: they are lost for good.
 */
export function faceTraits(age: number, noise: number, random: Random): Traits {
  const { uniform, normal } = random;
  const looks = Math.max(0, age + noise * Math.min(1, 0.2 + age / 50) * normal());
  const growth = 1 - Math.exp(-looks / 9);
  const gray = sigmoid((looks - 50 + 3 * normal()) / 7);
  const old = Math.min(Math.max(0, (looks - 22) / 60), 1.6);
  return {
    growth,
    gray,
    skin: varied(pick(SKINS, random), 0.03, random),
    hair: mixed(varied(pick(HAIRS, random), 0.03, random), GRAY, gray),
    bald: uniform(0.1, 1) * sigmoid((looks - 55) / 11),
    hairLength: uniform(-0.3, 0.9),
    lines: Math.floor(4 * old + uniform(0, 1)),
    depth: Math.min(1, 0.25 + 0.5 * old) * Math.min(1, 4 * old),
    lips: 0.1 - 0.045 * old + uniform(-0.01, 0.01),
    nose: 0.14 + 0.14 * growth + 0.06 * old + uniform(-0.02, 0.02),
    smile: uniform(-0.04, 0.12),
    eye: pick(EYES, random),
    shirt: [uniform(0.1, 0.9), uniform(0.1, 0.9), uniform(0.1, 0.9)],
    background: [uniform(0.2, 0.9), uniform(0.2, 0.9), uniform(0.2, 0.9)],
    light: uniform(-1, 1),
    exposure: uniform(0.8, 1.1),
    x: 0.06 * normal(),
    y: 0.06 * normal(),
    turn: 0.08 * normal(),
    scale: uniform(0.92, 1.08),
  };
}

/** A share of the way from one color to another. */
export function mixed(from: Color, to: Color, share: number): Color {
  return from.map((value, k) => value + share * (to[k]! - value)) as unknown as Color;
}

function varied(color: Color, deviation: number, { normal }: Random): Color {
  return color.map((value) => value + deviation * normal()) as unknown as Color;
}

function pick<T>(list: readonly T[], { uniform }: Random): T {
  return list[Math.floor(uniform(0, list.length))]!;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
