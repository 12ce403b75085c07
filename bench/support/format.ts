/** Timings as a table's cells. */
import type { Timing } from "./time.ts";

/** Milliseconds: median (least–most), three digits each. */
export function format({ median, least, most }: Pick<Timing, "median" | "least" | "most">): string {
  return `${digits(median)} (${digits(least)}–${digits(most)})`;
}

/** Three digits, without an exponent. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
