/**
 * Printing a prior as one line.
 *
 * @module
 */

/**
 * Makes `console.log` print an object of a class as its `toString()`, in Deno and in Node.
 *
 * Done from outside, since the two symbols are a matter of the runtime, not of the class's
 * interface.
 */
export function printAsString(prototype: { toString(): string }): void {
  for (const name of ["Deno.customInspect", "nodejs.util.inspect.custom"]) {
    Object.defineProperty(prototype, Symbol.for(name), {
      value(this: { toString(): string }) {
        return this.toString();
      },
    });
  }
}

/** A number of at most four digits, for people. */
export function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A count of things, with commas between thousands: "1 bin", "1,234 bins". */
export function count(value: number, noun: string): string {
  return `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
}
