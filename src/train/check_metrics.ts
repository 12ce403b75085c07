/**
 * The check of metrics.
 *
 * @module
 */
import { isTensor } from "../check/is_tensor.ts";
import { shown } from "../check/shown.ts";

/** Throws unless these are functions by name, at least one. */
export function checkMetrics(
  metrics: unknown,
  name: string,
  claim: string,
): asserts metrics is object {
  const isRecord = typeof metrics === "object" && metrics !== null && !Array.isArray(metrics) &&
    !isTensor(metrics);
  const found = isRecord ? Object.entries(metrics) : [];
  const strange = found.find(([, metric]) => typeof metric !== "function");
  if (found.length > 0 && strange === undefined) return;
  const [place, value] = strange ? [` of ${strange[0]}`, strange[1]] : ["", metrics];
  throw new TypeError(
    `${claim} as ${name} must be functions by name, at least one, { mae: meanAbsoluteError }, ` +
      `say: current value${place} is ${shown(value)}`,
  );
}
