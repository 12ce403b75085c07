/** The histogram of the training labels, beside the scatter, on its label axis. */
import type { Frame } from "./frame.ts";
import { SEGMENTS } from "./settings.ts";
import { svg } from "./svg.ts";

const BIN_WIDTH = 0.5;
/** So that a bin of a single label can be seen. */
const LEAST_PIXELS = 1.5;

/** Draws bars, and each segment's share in words. */
export function histogram(
  { y, histogram: { left, width } }: Frame,
  labels: Float32Array,
): SVGElement {
  const bins = Math.round(SEGMENTS.at(-1)![1] / BIN_WIDTH);
  const counts = new Array<number>(bins).fill(0);
  labels.forEach((label) => counts[Math.min(Math.floor(label / BIN_WIDTH), bins - 1)]!++);
  const most = Math.max(...counts);
  const bars = counts.map((count, bin) =>
    svg("rect", {
      x: left,
      y: y((bin + 1) * BIN_WIDTH) + 0.5,
      width: count && Math.max(width * count / most, LEAST_PIXELS),
      height: Math.max(y(0) - y(BIN_WIDTH) - 1, 1),
    })
  );
  const shares = SEGMENTS.map(([low, high]) => {
    const count = labels.filter((label) => label >= low && label < high).length;
    return svg(
      "text",
      { x: left + width + 6, y: y((low + high) / 2), dy: "0.35em" },
      percent(count / labels.length),
    );
  });
  return svg("g", { class: "histogram" }, ...bars, ...shares);
}

/** A fraction in words, without pretending that little is nothing. */
export function percent(fraction: number): string {
  return fraction > 0 && fraction < 0.01 ? "<1%" : `${Math.round(100 * fraction)}%`;
}
