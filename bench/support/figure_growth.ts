/** The figure of bench/growth.ts: time and memory against the size, both in logarithms. */
import type { TopLevelSpec } from "vega-lite";

export interface Point {
  readonly size: number;
  /** Milliseconds. */
  readonly median: number;
  readonly bytes?: number;
}

export interface Curve {
  readonly name: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly points: readonly Point[];
  /** Why it ends before the others. */
  readonly end?: string;
  /** Computed, not measured: it has no dots and does not widen the panel downwards. */
  readonly bound?: boolean;
}

interface Panel {
  readonly title: string;
  readonly of: (point: Point) => number | undefined;
  readonly base: number;
  readonly ticks: readonly number[];
  /** A tick's text, as a Vega expression of `datum.value`. */
  readonly tickText: string;
}

const WIDTH = 400;
const HEIGHT = 380;
/** The least distance between two labels beside a panel, and the room for them, in px. */
const LABEL_STEP = 17;
/** A letter of a label is at most some px wide. */
const LETTER = 8;
const LABEL_ROOM = 12;
/** How far a panel reaches above its highest value, where a label may stand. */
const HEADROOM = 4;
const LABEL = { fontSize: 14, fontWeight: "bold" } as const;

const TIME: Panel = {
  title: "Time of a call",
  of: ({ median }) => median,
  base: 10,
  ticks: [0.1, 1, 10, 100, 1e3, 1e4, 1e5],
  tickText: "datum.value < 1000 ? datum.value + ' ms' : datum.value / 1000 + ' s'",
};
const MEMORY: Panel = {
  title: "Memory in use beyond the inputs",
  of: ({ bytes }) => bytes,
  base: 2,
  ticks: [12, 15, 18, 21, 24, 27, 30, 33].map((exponent) => 2 ** exponent),
  tickText: "datum.value < 1048576 ? datum.value / 1024 + ' KiB' : " +
    "datum.value < 1073741824 ? datum.value / 1048576 + ' MiB' : datum.value / 1073741824 + ' GiB'",
};

/** Describes the figure to vega-lite: two panels, every line named at its end. */
export function figureGrowth(
  curves: readonly Curve[],
  { title, subtitle }: { title: string; subtitle: string[] },
): TopLevelSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    spacing: LABEL_ROOM,
    title: { text: title, subtitle, fontSize: 20, subtitleFontSize: 13, subtitleColor: "#555" },
    hconcat: [panel(TIME, curves), panel(MEMORY, curves)],
  } as TopLevelSpec;
}

function panel({ title, of, base, ticks, tickText }: Panel, curves: readonly Curve[]) {
  const values = curves.flatMap(({ name, bound, points }) =>
    points.flatMap((point) => {
      const value = of(point);
      return value === undefined ? [] : [{ name, value, size: point.size, bound }];
    })
  );
  const measured = values.filter(({ bound }) => !bound);
  const sizes = values.map(({ size }) => size);
  const domains = {
    x: [Math.min(...sizes), Math.max(...sizes)] as const,
    y: [
      Math.max(...ticks.filter((tick) => measured.every(({ value }) => value >= tick)), ticks[0]!),
      HEADROOM * Math.max(...values.map(({ value }) => value)),
    ] as const,
  };
  const names = curves.map(({ name }) => name);
  const style = {
    color: {
      field: "name",
      type: "nominal",
      scale: { domain: names, range: curves.map(({ color }) => color) },
      legend: null,
    },
    strokeDash: {
      field: "name",
      type: "nominal",
      scale: { domain: names, range: curves.map(({ dash = [] }) => [...dash]) },
      legend: null,
    },
  };
  const x = {
    field: "size",
    type: "quantitative",
    scale: { type: "log", base: 2, domain: domains.x, nice: false },
    axis: { values: sizes.filter((size) => Math.log2(size) % 4 === 0), format: ",", grid: false },
    title: "batch size N",
  };
  const y = {
    field: "value",
    type: "quantitative",
    scale: { type: "log", base, domain: domains.y, nice: false },
    axis: { values: ticks, labelExpr: tickText },
    title: null,
  };
  return {
    title,
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values },
        mark: { type: "line", clip: true, strokeWidth: 3 },
        encoding: { x, y, ...style },
      },
      {
        data: { values: measured },
        mark: { type: "circle", size: 40, opacity: 1, aria: false },
        encoding: { x, y, color: style.color },
      },
      ...labels(curves, of, domains).map(({ name, text, x, y, ...mark }) => ({
        data: { values: [{ name }] },
        mark: { type: "text", text, x, y, ...LABEL, ...mark },
        encoding: { color: style.color },
      })),
    ],
  };
}

/** The lines' names in px: beside the panel, or above the line's end, or below it where another line is above. */
function labels(
  curves: readonly Curve[],
  of: Panel["of"],
  domains: Record<"x" | "y", readonly [number, number]>,
) {
  const share = (value: number, [low, high]: readonly [number, number]) =>
    Math.log(value / low) / Math.log(high / low);
  const valueAt = (curve: Curve, size: number) => {
    const point = curve.points.find((point) => point.size === size);
    return point && of(point);
  };
  const ends = curves.flatMap((curve) => {
    const point = curve.points.findLast((point) => of(point) !== undefined);
    if (point === undefined) return [];
    const value = of(point)!;
    const top = curves.every((other) => !(valueAt(other, point.size)! > value));
    const at = {
      x: WIDTH * share(point.size, domains.x),
      y: HEIGHT * (1 - share(value, domains.y)),
    };
    return [{ ...curve, top, at }];
  }).sort((a, b) => a.at.y - b.at.y);

  let lowest = -Infinity;
  const placed = ends.map(({ name, end, top, at }) => {
    const text = end === undefined ? [name] : [name, end];
    if (at.x < WIDTH) {
      return top
        ? { name, text, x: at.x + 4, y: at.y - 16 * text.length, align: "right" }
        : { name, text, x: at.x + 6, y: at.y + 14, align: "left" };
    }
    lowest = Math.max(at.y, lowest + LABEL_STEP);
    return { name, text, x: WIDTH + 10, y: lowest, align: "left", baseline: "middle" };
  });
  // Of two names above their lines' ends that would meet, the one further right goes up.
  const above = placed.filter(({ align }) => align === "right").sort((a, b) => a.x - b.x);
  above.forEach((label, i) => {
    const left = label.x - LETTER * Math.max(...label.text.map((line) => line.length));
    for (const other of above.slice(0, i)) {
      const meet = left < other.x && Math.abs(label.y - other.y) < LABEL_STEP;
      if (meet) label.y = other.y - LABEL_STEP;
    }
  });
  return placed;
}
