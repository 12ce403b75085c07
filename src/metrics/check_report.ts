/** Whether something is a report. */
import { shown } from "../check/shown.ts";
import type { ImbalanceReport } from "./imbalance_report.ts";

/** Throws unless `value` is what imbalanceReport makes, or its JSON; `name` is the argument. */
export function checkReport(
  value: unknown,
  name: string,
  claim: string,
): asserts value is ImbalanceReport {
  const report = value as Partial<ImbalanceReport> | null | undefined;
  const groups = [report?.overall, report?.many, report?.medium, report?.few];
  if (Array.isArray(report?.bins) && groups.every((group) => typeof group === "object")) return;
  throw new TypeError(
    `${claim} as ${name} must be made by imbalanceReport: current value is ${shown(value)}`,
  );
}
