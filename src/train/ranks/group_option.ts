/**
 * How the trainer is told of its group.
 *
 * @module
 */
import { checkNumber } from "../../check/check_number.ts";
import { checkOptions } from "../../check/check_options.ts";
import { checkGroup } from "../../distributed/check_group.ts";
import type { Group } from "../../distributed/group.ts";

/**
 * Local steps, for links too slow to exchange gradients at each step: every rank trains by itself
 * on its own rows, and after so many steps, and at the end of each epoch, the weights of all are
 * averaged.
 *
 * **Not the run of one rank**, unlike a group as such: each step is one of a smaller batch. What
 * that costs is measured in docs/ranks.md. A batch-based loss compares the rank's own rows; give
 * `bmcLoss` a `reference` of the training set's labels, so that its prior stays theirs.
 */
export interface LocalSteps {
  /** The group. */
  readonly ranks: Group;
  /** How many steps a rank takes before weights are averaged, at least 1. */
  readonly every: number;
}

/** What `train` takes as `group`. */
export type GroupOption = Group | LocalSteps;

/** Throws unless it is one of both. */
export function checkGroupOption(value: unknown): void {
  if (!isLocal(value)) return checkGroup(value, "group", "Cannot train");
  checkOptions(value, ["ranks", "every"], "Cannot train", "group");
  checkGroup(value.ranks, "group.ranks", "Cannot train");
  checkNumber(value.every, "group.every", "Cannot train", { whole: true, least: 1 });
}

/** The group, and how many steps are local where some are. */
export function groupOption(option: GroupOption): { ranks: Group; every: number | undefined } {
  return isLocal(option) ? option : { ranks: option, every: undefined };
}

/** Throws where a group, even of one, is not open any more. */
export async function checkOpen(option: GroupOption): Promise<void> {
  await groupOption(option).ranks.allGather(new Uint8Array(0));
}

function isLocal(value: unknown): value is LocalSteps {
  return typeof value === "object" && value !== null && ("ranks" in value || "every" in value);
}
