/** The flags of an example's command. */
import { parseArgs } from "@std/cli/parse-args";
import { closest, distance } from "fastest-levenshtein";
import { OptionError } from "./option_error.ts";

/** What a command takes. */
export interface Command {
  /** What an error says could not be done, such as "run the comparison". */
  readonly action: string;
  /** The flags with a value, each given once at most. */
  readonly values: readonly string[];
  /** The flags without one. */
  readonly switches: readonly string[];
}

/** Reads flags; whatever is wrong throws an {@linkcode OptionError} that names what is right. */
export class Flags {
  readonly #action: string;
  readonly #given: Record<string, unknown>;

  constructor(args: readonly string[], { action, values, switches }: Command) {
    this.#action = action;
    const known = [...values, ...switches];
    this.#given = parseArgs(withValues(args, values), {
      string: values,
      boolean: switches,
      collect: values,
      unknown: (arg: string) =>
        this.refuse(`the flags are those of --help${likely(arg, known)}`, arg),
    });
    for (const flag of values) {
      const texts = this.#texts(flag);
      if (texts.length > 1) this.refuse(`--${flag} is given once at most`, texts.join(" "));
    }
  }

  #texts(flag: string): readonly string[] {
    return (this.#given[flag] ?? []) as string[];
  }

  /** Whether a flag without a value is given. */
  has(flag: string): boolean {
    return this.#given[flag] === true;
  }

  /** A value as it is given. */
  text(flag: string): string | undefined {
    return this.#texts(flag)[0];
  }

  /** An integer from `low` to `high`. */
  integer(flag: string, low: number, high: number): number | undefined {
    const text = this.text(flag);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < low || number > high) {
      this.refuse(`--${flag} must be an integer from ${low} to ${high}`, text);
    }
    return number;
  }

  /** One of the choices; the first where none is given. */
  choice<T extends string>(flag: string, choices: readonly T[]): T {
    const text = this.text(flag);
    if (text === undefined) return choices[0]!;
    return choices.find((known) => known === text) ??
      this.refuse(`--${flag} must be ${choices.join(" or ")}`, text);
  }

  /** Some of the names, separated by commas, in the order of `known`; all where none is given. */
  names<T extends string>(flag: string, known: readonly T[]): readonly T[] {
    const text = this.text(flag);
    if (text === undefined) return known;
    const names = text.split(",").map((name) => name.trim());
    const wrong = names.find((name) => !known.some((one) => one === name));
    if (wrong !== undefined) this.refuse(`--${flag} must be of ${known.join(", ")}`, wrong);
    return known.filter((name) => names.includes(name));
  }

  /** The path of a figure. */
  figure(flag: string, absent: string): string {
    const path = this.text(flag) ?? absent;
    if (!/[^/\\]\.(svg|png)$/i.test(path)) this.refuse(`--${flag} must end in .svg or .png`, path);
    return path;
  }

  /** Says which rule a value breaks. */
  refuse(rule: string, value: unknown): never {
    const current = value === "" ? '""' : value;
    throw new OptionError(`Cannot ${this.#action} as ${rule}: current value is ${current}`);
  }
}

/** The flag that was probably meant, if any is like it. */
function likely(arg: string, known: readonly string[]): string {
  const name = arg.replace(/^-+|=.*$/g, "");
  const flag = closest(name, known);
  return distance(name, flag) < Math.min(name.length, flag.length)
    ? `, did you mean --${flag}`
    : "";
}

/** Ties values that begin with a dash, such as -200, to their flags: else they would be flags. */
function withValues(args: readonly string[], values: readonly string[]): string[] {
  const tied: string[] = [];
  for (const arg of args) {
    const flag = tied.at(-1);
    const open = flag !== undefined && values.some((value) => flag === `--${value}`);
    if (open && /^-[^-]/.test(arg)) tied[tied.length - 1] = `${flag}=${arg}`;
    else tied.push(arg);
  }
  return tied;
}
