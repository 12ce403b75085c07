/**
 * Which schedules need the epochs before.
 *
 * @module
 */
import type { Schedule } from "./schedule.ts";

/** A function does not tell whether it reads an argument: those that do not are noted here. */
const blind = new WeakSet<Schedule>();

/** Notes that a schedule depends on the epoch alone, and returns it. */
export function byEpoch(schedule: Schedule): Schedule {
  blind.add(schedule);
  return schedule;
}

/** Whether a schedule may depend on the history, which must then be complete before each epoch. */
export function seesHistory(schedule: Schedule): boolean {
  return !blind.has(schedule);
}
