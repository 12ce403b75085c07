/**
 * The strip of pictures: what the network sees, the true angle, and what each criterion predicts.
 */
import { encode } from "fast-png";
import type { Result } from "./benchmark.ts";
import { LIMIT, type Split } from "./data.ts";
import { SIDE } from "./fashion.ts";

/** True angles of the pictures in the strip, in degrees. */
const SHOWN = [-80, -60, -40, -20, 0, 20, 40, 60, 80];
/** Sizes in px: a column, a picture in it, a line of text, and the names at the left. */
const [COLUMN, PICTURE, LINE, NAMES] = [76, 70, 24, 112];
const TEXT = { fontSize: 15, baseline: "middle" } as const;

/**
 * Describes the strip to vega-lite.
 *
 * @param test The test set.
 * @param clean The same without grain.
 * @param results Results on it, one a criterion.
 */
export function figureStrip(test: Split, clean: Split, results: readonly Result[]) {
  const rows = SHOWN.map((angle) => nearest(test.angles, angle));
  const x = (column: number) => NAMES + column * COLUMN + COLUMN / 2;
  const yPicture = (line: number) => line * COLUMN + PICTURE / 2;
  const y = (line: number) => 2 * COLUMN + 4 + line * LINE + LINE / 2;
  const images = [clean, test].flatMap(({ pictures }, line) =>
    rows.map((row, column) => ({
      url: pictureUrl(pictures.subarray(row * SIDE ** 2, (row + 1) * SIDE ** 2)),
      x: x(column),
      y: yPicture(line),
    }))
  );
  const lines = [
    { name: "true angle", color: "black", values: test.angles },
    ...results.map(({ criterion: { name, color }, predictions }) => (
      { name, color, values: predictions }
    )),
  ];
  const numbers = lines.flatMap(({ color, values }, line) =>
    rows.map((row, column) => ({ text: degrees(values[row]!), color, x: x(column), y: y(line) }))
  );
  const names = [
    ...["picture", "as it is seen"].map((text, line) => (
      { text, color: "black", x: 0, y: yPicture(line) }
    )),
    ...lines.map(({ name, color }, line) => ({ text: name, color, x: 0, y: y(line) })),
  ];
  const place = {
    x: { field: "x", type: "quantitative" as const, scale: null, axis: null },
    y: { field: "y", type: "quantitative" as const, scale: null, axis: null },
  };
  const text = {
    text: { field: "text" },
    color: { field: "color", type: "nominal" as const, scale: null },
  };
  return {
    title: "Test pictures of the first seed, nearest to every 20 degrees",
    width: NAMES + SHOWN.length * COLUMN,
    height: y(lines.length - 1) + LINE / 2,
    layer: [
      {
        data: { values: images },
        mark: {
          type: "image" as const,
          width: PICTURE,
          height: PICTURE,
          smooth: false,
          aria: false,
        },
        encoding: { ...place, url: { field: "url", type: "nominal" as const } },
      },
      {
        data: { values: numbers },
        mark: { type: "text" as const, align: "center" as const, ...TEXT },
        encoding: { ...place, ...text },
      },
      {
        data: { values: names },
        mark: {
          type: "text" as const,
          align: "left" as const,
          fontWeight: "bold" as const,
          ...TEXT,
        },
        encoding: { ...place, ...text },
      },
    ],
  };
}

/** The row whose angle is nearest. */
function nearest(angles: Float32Array, wanted: number): number {
  const gaps = angles.map((angle) => Math.abs(angle - wanted));
  return gaps.indexOf(gaps.reduce((a, b) => Math.min(a, b), 2 * LIMIT));
}

function degrees(value: number): string {
  const rounded = Math.round(value);
  return `${rounded < 0 ? "\u2212" : ""}${Math.abs(rounded)}°`;
}

/** A picture as a PNG in a data URL; brightness beyond 0 and 1 is clipped. */
function pictureUrl(picture: Float32Array): string {
  const data = Uint8Array.from(picture, (value) => 255 * Math.min(1, Math.max(0, value)));
  const png = encode({ width: SIDE, height: SIDE, data, channels: 1 });
  return `data:image/png;base64,${new Uint8Array(png).toBase64()}`;
}
