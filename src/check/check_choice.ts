/**
 * One of some words.
 *
 * @module
 */
import { shown } from "./shown.ts";

/**
 * Throws unless `value` is one of the words; `claim` is how the message begins: "Cannot compute
 * MSE".
 *
 * @throws {TypeError} If it is no text.
 * @throws {RangeError} If it is another text.
 */
export function checkChoice(
  value: unknown,
  name: string,
  choices: readonly string[],
  claim: string,
): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const words = choices.map((choice) => `"${choice}"`).join(", ").replace(/, ([^,]*)$/, " or $1");
  throw new (typeof value === "string" ? RangeError : TypeError)(
    `${claim} as ${name} must be ${words}: current value is ${shown(value)}`,
  );
}
