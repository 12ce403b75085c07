/** The chart's axes: grid, ticks, titles. */
import type { Frame } from "./frame.ts";
import { svg } from "./svg.ts";

const LABEL_TICKS = [0, 2, 4, 6, 8, 10];
const INPUT_TICKS = [-2, 0, 2, 4, 6, 8, 10, 12];

/** Draws what does not depend on data. */
export function axes({ x, y, scatter, histogram }: Frame): SVGElement {
  const bottom = scatter.top + scatter.height;
  const text = (content: string, attributes: Record<string, string | number>) =>
    svg("text", attributes, content);
  const rule = (panel: { left: number; width: number }, label: number) =>
    svg("line", {
      class: "grid",
      x1: panel.left,
      x2: panel.left + panel.width,
      y1: y(label),
      y2: y(label),
    });
  const middle = ({ left, width }: { left: number; width: number }) => left + width / 2;
  return svg(
    "g",
    { class: "axes" },
    ...LABEL_TICKS.flatMap((label) => [
      rule(scatter, label),
      rule(histogram, label),
      text(`${label}`, { x: scatter.left - 8, y: y(label), dy: "0.35em", "text-anchor": "end" }),
    ]),
    ...INPUT_TICKS.map((input) =>
      text(`${input}`.replace("-", "\u2212"), {
        x: x(input),
        y: bottom + 17,
        "text-anchor": "middle",
      })
    ),
    text("input x", {
      class: "title",
      x: middle(scatter),
      y: bottom + 36,
      "text-anchor": "middle",
    }),
    text("label y", { class: "title", x: 6, y: scatter.top - 12 }),
    text("labels", { class: "title", x: histogram.left, y: scatter.top - 12 }),
  );
}
