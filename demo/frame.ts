/** Where things go in the chart: the scatter and, beside it, the histogram on the same label axis. */

/** A chart's layout in CSS pixels, for its width. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly scatter: Panel;
  readonly histogram: Panel;
  /** Inputs to horizontal, labels to vertical places. */
  x(input: number): number;
  y(label: number): number;
}

/** A panel's place. */
export interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the axes show: labels with some room for lines; inputs are labels less a noise of sigma 1. */
export const INPUTS = [-2, 12] as const;
export const LABELS = [-0.5, 10.5] as const;

const MARGIN = { left: 40, right: 44, top: 30, bottom: 44 };
const GAP = 14;

/** Lays the chart out. */
export function frameOf(width: number): Frame {
  const height = Math.round(Math.min(Math.max(width * 0.62, 260), 480));
  const inner = width - MARGIN.left - MARGIN.right - GAP;
  const beside = Math.round(Math.min(Math.max(inner * 0.2, 44), 130));
  const [top, tall] = [MARGIN.top, height - MARGIN.top - MARGIN.bottom];
  const scatter = { left: MARGIN.left, top, width: inner - beside, height: tall };
  const left = scatter.left + scatter.width + GAP;
  const histogram = { left, top, width: beside, height: tall };
  return {
    width,
    height,
    scatter,
    histogram,
    x: (input) => scatter.left + scatter.width * (input - INPUTS[0]) / (INPUTS[1] - INPUTS[0]),
    y: (label) => top + tall * (LABELS[1] - label) / (LABELS[1] - LABELS[0]),
  };
}
