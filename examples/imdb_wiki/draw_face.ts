/** Paints a face. */
import type { Random } from "../synthetic/random.ts";
import { Canvas } from "./canvas.ts";
import { type Color, mixed, type Traits } from "./face_traits.ts";

/** Standard deviation of what is added to each color, of 1. */
const GRAIN = 0.03;
const DARK: Color = [0.12, 0.07, 0.06];
const WHITE: Color = [0.95, 0.94, 0.92];
const RED: Color = [0.66, 0.28, 0.27];

/** The face as bytes `[side, side, 4]`. */
export function drawFace(
  traits: Traits,
  side: number,
  random: Random,
): Uint8ClampedArray<ArrayBuffer> {
  const { growth, light, exposure } = traits;
  const small = 0.74 + 0.26 * growth; // a child's head is smaller, and rounder
  const canvas = new Canvas(side, { ...traits, scale: 0.62 * small * traits.scale });
  canvas.fill(traits.background);
  const jaw = 1.08 + 0.2 * growth;
  paintBody(canvas, traits, jaw);
  const shadow = mixed(traits.skin, DARK, 0.2);
  canvas.ellipse(shadow, { x: -0.98, y: 0.1, width: 0.14, height: 0.24 });
  canvas.ellipse(shadow, { x: 0.98, y: 0.1, width: 0.14, height: 0.24 });
  canvas.ellipse(traits.skin, { x: 0, y: 0, width: 1, height: jaw });
  paintLines(canvas, traits);
  paintHair(canvas, traits, jaw);
  paintFeatures(canvas, traits);
  canvas.shade((x, y) => exposure * (1 + 0.16 * light * x - 0.05 * y));
  return canvas.bytes(() => GRAIN * random.normal());
}

function paintBody(canvas: Canvas, { skin, hair, shirt, hairLength }: Traits, jaw: number): void {
  // Hair behind the head, then neck and shoulders.
  canvas.ellipse(hair, { x: 0, y: -0.1, width: 1.16, height: 1.22 });
  if (hairLength > 0.2) {
    canvas.ellipse(hair, { x: 0, y: 0.5, width: 1.12, height: 0.6 + hairLength });
  }
  canvas.ellipse(mixed(skin, DARK, 0.25), { x: 0, y: jaw, width: 0.48, height: 0.6 });
  canvas.ellipse(shirt, { x: 0, y: jaw + 1, width: 1.5, height: 0.75 });
}

/** The hair in front: what of the head is above the hairline. */
function paintHair(canvas: Canvas, { hair, bald, growth }: Traits, jaw: number): void {
  const line = -0.62 * (0.75 + 0.25 * growth) - 0.5 * bald;
  const head = { x: 0, y: -0.04, width: 1.04, height: jaw };
  canvas.ellipse(hair, head, (x, y) => {
    // It comes down at the sides, and least where it has drawn back.
    const border = line + (0.55 - 0.2 * bald) * x * x;
    return Math.min(1, Math.max(0, (border - y) * 12));
  });
}

function paintFeatures(canvas: Canvas, traits: Traits): void {
  const { growth, skin, hair, gray, eye, lips, nose, smile } = traits;
  // A child's eyes are large and low, its nose and mouth small and near them.
  const y = eyeLine(traits);
  const size = 0.31 - 0.14 * growth;
  const brow = mixed(mixed(hair, DARK, 0.4), hair, gray);
  for (const x of [-0.42, 0.42]) {
    canvas.ellipse(WHITE, { x, y, width: size, height: 0.62 * size });
    canvas.ellipse(eye, { x, y, width: 0.55 * size, height: 0.58 * size });
    canvas.ellipse(DARK, { x, y, width: 0.26 * size, height: 0.28 * size });
    canvas.stroke(DARK, { x, y: y - 0.62 * size, reach: size, drop: 0.08, thick: 0.025 }, 0.8);
    const thick = 0.025 + 0.03 * growth;
    canvas.stroke(brow, { x, y: y - 1.4 * size, reach: 1.15 * size, drop: 0.06, thick });
  }
  const tip = y + 1.1 * size + nose;
  const shadow = mixed(skin, DARK, 0.4);
  canvas.stroke(shadow, { x: 0, y: tip, reach: 0.1 + 0.4 * nose, drop: -0.06, thick: 0.035 });
  canvas.stroke(
    shadow,
    { x: 0.05, y: tip - nose, reach: 0.05, drop: 0.9 * nose, thick: 0.02 },
    0.5,
  );
  const mouth = tip + 0.16 + 0.14 * growth;
  const reach = 0.24 + 0.14 * growth;
  canvas.stroke(RED, { x: 0, y: mouth, reach, drop: -smile, thick: Math.max(0.02, lips) });
  canvas.stroke(DARK, { x: 0, y: mouth, reach, drop: -smile, thick: 0.015 }, 0.7);
}

/** Lines on the forehead, beside and under the eyes, and from the nose to the mouth. */
function paintLines(canvas: Canvas, traits: Traits): void {
  const { lines, depth, skin } = traits;
  const dark = mixed(skin, DARK, 0.75);
  const [y, thick] = [eyeLine(traits), 0.022 + 0.012 * depth];
  for (let k = 0; k < Math.min(lines, 5); k++) {
    const reach = 0.5 - 0.04 * k;
    canvas.stroke(dark, { x: 0, y: y - 0.42 - 0.1 * k, reach, drop: 0.04, thick }, depth);
  }
  for (const side of [-1, 1]) {
    for (let k = 0; k < Math.min(lines, 4); k++) {
      const at = y - 0.08 + 0.09 * k;
      const drop = 0.05 * (k - 1);
      canvas.stroke(dark, { x: side * 0.76, y: at, reach: 0.12, drop, thick }, depth);
    }
    if (lines === 0) continue;
    const bag = { x: side * 0.42, y: y + 0.26, reach: 0.2, drop: -0.07, thick };
    canvas.stroke(dark, bag, 0.8 * depth);
    const fold = { x: side * 0.42, y: y + 0.52, reach: 0.14, drop: 0.2, thick };
    canvas.stroke(dark, fold, depth);
  }
}

/** How low the eyes are: a child's are below the middle. */
function eyeLine({ growth }: Traits): number {
  return 0.3 - 0.34 * growth;
}
