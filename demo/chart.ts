/** The chart: points, histogram, and the four lines. */
import type { Split } from "../examples/synthetic/data.ts";
import { axes } from "./axes.ts";
import { type Frame, frameOf, INPUTS } from "./frame.ts";
import { histogram } from "./histogram.ts";
import type { Line } from "./regression.ts";
import { svg } from "./svg.ts";

/** The lines by name, in the order in which they are drawn: the oracle's dots lie above all. */
export const LINE_NAMES = ["mse", "reweight", "balanced", "oracle"] as const;
export type LineName = typeof LINE_NAMES[number];
export type Lines = Readonly<Record<LineName, Line>>;

/** Draws into an `svg` of the page, at the width that it has. */
export class Chart {
  readonly #root: SVGSVGElement;
  readonly #marks = new Map<LineName, SVGLineElement>();
  #frame: Frame | undefined;
  #data: Split | undefined;
  #lines: Lines | undefined;

  constructor(root: SVGSVGElement) {
    this.#root = root;
    new ResizeObserver(() => this.#layOut()).observe(root.parentElement!);
  }

  /** Shows other points. */
  set data(data: Split) {
    this.#data = data;
    this.#layOut();
  }

  /** Moves the lines. */
  set lines(lines: Lines) {
    this.#lines = lines;
    this.#move();
  }

  #layOut(): void {
    const width = Math.floor(this.#root.parentElement!.clientWidth);
    if (!this.#data || width === 0) return;
    const frame = this.#frame = frameOf(width);
    const { left, top, ...size } = frame.scatter;
    for (const [key, value] of Object.entries({ width, height: frame.height })) {
      this.#root.setAttribute(key, `${value}`);
    }
    const clip = svg("clipPath", { id: "scatter" }, svg("rect", { x: left, y: top, ...size }));
    for (const name of LINE_NAMES) this.#marks.set(name, svg("line", { class: `line ${name}` }));
    this.#root.replaceChildren(
      clip,
      axes(frame),
      histogram(frame, this.#data.y),
      svg(
        "g",
        { "clip-path": "url(#scatter)" },
        points(frame, this.#data),
        ...this.#marks.values(),
      ),
    );
    this.#move();
  }

  #move(): void {
    if (!this.#frame || !this.#lines) return;
    const { x, y } = this.#frame;
    for (const [name, mark] of this.#marks) {
      const { slope, intercept } = this.#lines[name];
      INPUTS.forEach((input, end) => {
        mark.setAttribute(`x${end + 1}`, x(input).toFixed(2));
        mark.setAttribute(`y${end + 1}`, y(slope * input + intercept).toFixed(2));
      });
    }
  }
}

/** All points as one path: strokes of no length with round caps. */
function points({ x, y }: Frame, data: Split): SVGElement {
  const places = Array.from(
    data.x,
    (input, i) => `M${x(input).toFixed(1)} ${y(data.y[i]!).toFixed(1)}h0`,
  );
  return svg("path", { class: "points", d: places.join("") });
}
