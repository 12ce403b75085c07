/** A small picture on which shapes are painted, soft at their borders. */
import type { Color } from "./face_traits.ts";

/** What lies between a pixel and a shape's coordinates. */
export interface View {
  /** Of the shapes' origin, in half sides from the picture's center. */
  readonly x: number;
  readonly y: number;
  /** In radians. */
  readonly turn: number;
  /** Half sides a unit of the shapes. */
  readonly scale: number;
}

/** An upright ellipse. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A stroke from one end of a parabola to the other. */
export interface Stroke {
  /** Its middle. */
  readonly x: number;
  readonly y: number;
  /** Half the way from end to end, and how much lower the ends are than the middle. */
  readonly reach: number;
  readonly drop: number;
  /** Half its thickness. */
  readonly thick: number;
}

/** Bytes `[side, side, 4]`, as encoders want them, from colors that are added up exactly. */
export class Canvas {
  readonly side: number;
  readonly #colors: Float64Array;
  /** Of each pixel, in the shapes' coordinates. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** A pixel's side in them. */
  readonly #pixel: number;
  readonly #view: View;

  constructor(side: number, view: View) {
    this.side = side;
    this.#view = view;
    this.#colors = new Float64Array(3 * side * side);
    this.#x = new Float64Array(side * side);
    this.#y = new Float64Array(side * side);
    this.#pixel = 2 / side / view.scale;
    const [cos, sin] = [Math.cos(view.turn) / view.scale, Math.sin(view.turn) / view.scale];
    for (let i = 0; i < side * side; i++) {
      const x = (i % side + 0.5) * 2 / side - 1 - view.x;
      const y = (Math.floor(i / side) + 0.5) * 2 / side - 1 - view.y;
      this.#x[i] = cos * x + sin * y;
      this.#y[i] = cos * y - sin * x;
    }
  }

  /** Covers all. */
  fill(color: Color): void {
    this.#paint(color, { x: 0, y: 0, width: Infinity, height: Infinity }, () => 1);
  }

  /** Paints with a cover of 0 to 1 for each place; none is covered outside of the box. */
  #paint(color: Color, box: Ellipse, cover: (x: number, y: number) => number): void {
    const { side } = this;
    const { x, y, turn, scale } = this.#view;
    const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
    const column = (cos * box.x - sin * box.y + x + 1) * side / 2;
    const row = (sin * box.x + cos * box.y + y + 1) * side / 2;
    const reach = Math.hypot(box.width, box.height) * scale * side / 2 + 2;
    const first = (at: number) => Math.max(0, Math.floor(at - reach));
    const end = (at: number) => Math.min(side, Math.ceil(at + reach));
    for (let r = first(row); r < end(row); r++) {
      for (let i = r * side + first(column); i < r * side + end(column); i++) {
        const share = cover(this.#x[i]!, this.#y[i]!);
        if (share === 0) continue;
        for (let k = 0; k < 3; k++) {
          this.#colors[3 * i + k]! += share * (color[k]! - this.#colors[3 * i + k]!);
        }
      }
    }
  }

  /** Covers an ellipse; `where` may cut it. */
  ellipse(
    color: Color,
    box: Ellipse,
    where?: (x: number, y: number) => number,
  ) {
    const { x, y, width, height } = box;
    const soft = this.#pixel / Math.min(width, height);
    this.#paint(color, box, (px, py) => {
      const distance = Math.hypot((px - x) / width, (py - y) / height);
      if (distance > 1 + soft) return 0;
      const share = Math.min(1, (1 - distance) / soft + 0.5);
      return share <= 0 ? 0 : share * (where?.(px, py) ?? 1);
    });
  }

  /** Covers a stroke, `opaque` from 0 to 1. */
  stroke(color: Color, { x, y, reach, drop, thick }: Stroke, opaque = 1): void {
    // Thinner than a pixel, it is fainter instead.
    const half = Math.max(thick, this.#pixel / 2);
    const strength = opaque * Math.min(1, thick / half);
    const box = { x, y: y + drop / 2, width: reach, height: Math.abs(drop) / 2 + half };
    this.#paint(color, box, (px, py) => {
      const t = (px - x) / reach;
      if (t < -1 || t > 1) return 0;
      const slope = 2 * drop * t / reach;
      const distance = Math.abs(py - y - drop * t * t) / Math.sqrt(1 + slope * slope);
      return strength * Math.min(1, Math.max(0, (half - distance) / this.#pixel + 0.5));
    });
  }

  /** Multiplies each place by something. */
  shade(factor: (x: number, y: number) => number): void {
    for (let i = 0; i < this.#x.length; i++) {
      const by = factor(this.#x[i]!, this.#y[i]!);
      for (let k = 0; k < 3; k++) this.#colors[3 * i + k]! *= by;
    }
  }

  /** The bytes, each color with something added, from 0 to 1. */
  bytes(added: () => number): Uint8ClampedArray<ArrayBuffer> {
    const bytes = new Uint8ClampedArray(4 * this.side * this.side).fill(255);
    for (let i = 0; i < this.#x.length; i++) {
      for (let k = 0; k < 3; k++) bytes[4 * i + k] = 255 * (this.#colors[3 * i + k]! + added());
    }
    return bytes;
  }
}
