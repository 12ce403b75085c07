// Types for packages that ship none: deno-std (npm mirror of the JSR packages @std/*), cli-progress and
// papaparse.

declare module "@std/assert" {
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertAlmostEquals(
    actual: number,
    expected: number,
    tolerance?: number,
    msg?: string,
  ): void;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any
    errorClass?: new (...args: any[]) => E,
    msgIncludes?: string,
    msg?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any
    errorClass?: new (...args: any[]) => E,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
}

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    boolean?: readonly string[];
    string?: readonly string[];
    collect?: readonly string[];
    negatable?: readonly string[];
    alias?: Record<string, string | readonly string[]>;
    default?: Record<string, unknown>;
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export function parseArgs(
    args: readonly string[],
    options?: ParseOptions,
  ): { _: (string | number)[] } & Record<string, unknown>;
}

declare module "@std/csv/parse" {
  export function parse(text: string, options?: { separator?: string }): string[][];
}

declare module "@std/csv/stringify" {
  export function stringify(
    rows: readonly object[],
    options: { readonly columns: readonly string[] },
  ): string;
}

declare module "cli-progress" {
  class SingleBar {
    constructor(options: { format: string; hideCursor?: boolean }, preset: unknown);
    start(total: number, startValue: number, payload: object): void;
    update(current: number, payload: object): void;
    stop(): void;
  }
  const cliProgress: { SingleBar: typeof SingleBar; Presets: { shades_grey: unknown } };
  export default cliProgress;
}

declare module "papaparse" {
  interface Parser {
    abort(): void;
  }
  interface Result {
    readonly data: string[];
    readonly errors: readonly { readonly message: string }[];
  }
  const papa: {
    parse(text: string, config: {
      delimiter: string;
      newline: string;
      preview?: number;
      step(result: Result, parser: Parser): void;
    }): void;
    parse(text: string, config: { delimiter: string }): { readonly data: string[][] };
  };
  export default papa;
}
