/**
 * Checks of groups, and of what they are given.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { checkObject } from "../check/check_object.ts";
import { shown } from "../check/shown.ts";
import type { Group } from "./group.ts";

/** Throws unless `value` is a group; `claim` is how the message begins: "Cannot train". */
export function checkGroup(value: unknown, name: string, claim: string): asserts value is Group {
  checkObject(value, name, claim);
  const { rank, size, allReduceSum, allGather } = value as Record<keyof Group, unknown>;
  for (const [method, given] of Object.entries({ allReduceSum, allGather })) {
    if (typeof given === "function") continue;
    throw new TypeError(
      `${claim} as ${name}.${method} must be a function: current value is ${shown(given)}`,
    );
  }
  checkNumber(size, `${name}.size`, claim, { whole: true, least: 1 });
  checkNumber(rank, `${name}.rank`, claim, { whole: true, least: 0, below: size });
}

/** Throws unless a sum can be made of it. */
export function checkValues(values: unknown): asserts values is Float32Array {
  if (values instanceof Float32Array) return;
  throw new TypeError(
    `Cannot allReduceSum as values must be a Float32Array: current value is ${shown(values)}`,
  );
}

/** Throws unless it can be gathered. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  throw new TypeError(
    `Cannot allGather as bytes must be a Uint8Array: current value is ${shown(bytes)}`,
  );
}
