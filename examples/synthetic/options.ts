/** Flags of the synthetic benchmark. */
import { parseArgs } from "@std/cli/parse-args";
import { CRITERIA, type Criterion } from "./criteria.ts";
import type { Imbalance } from "./distributions.ts";

/** What one run of the benchmark does. */
export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  readonly dim: 1 | 2;
  readonly dist: "normal" | "exponential";
  readonly imbalance: Imbalance;
  readonly criteria: readonly Criterion[];
  readonly epochs: number;
  readonly seed: number;
  readonly backend: "auto" | "webgpu" | "cpu";
  /** Path of the figure, `.svg` or `.png`, and whether it was asked for. */
  readonly out: string;
  readonly outGiven: boolean;
}

/** The paper's lengths of training by dimension. */
export const EPOCHS = { 1: 2000, 2: 10000 } as const;

/** A flag or a value that the benchmark does not know; its message is for the user. */
export class OptionError extends Error {
  override name = "OptionError";
}

const CHOICES = {
  dim: ["1", "2"],
  dist: ["normal", "exponential"],
  imbalance: ["high", "medium", "low"],
  backend: ["auto", "webgpu", "cpu"],
} as const;
const VALUES = [...Object.keys(CHOICES), "criteria", "epochs", "seed", "out"];
const SWITCHES = ["json", "help"];
const MAX_SEED = 2 ** 31 - 1;

export const HELP =
  `The synthetic benchmark of Balanced MSE: a linear model learns from imbalanced, noisy
labels and is tested where every label counts alike.

  deno run --allow-write=out examples/synthetic.ts [flags]

  --dim 1|2              dimensions of the label                   (default 1)
  --dist NAME            training labels: normal, exponential      (default normal; 2-D has only this)
  --imbalance LEVEL      high, medium, low                         (default high; 2-D has only this)
  --criteria A,B         of ${CRITERIA.map(({ id }) => id).join(", ")}   (default all)
  --epochs N             passes over the training data             (default ${EPOCHS[1]}, in 2-D ${
    EPOCHS[2]
  })
  --seed N               of data, first weights and shuffling      (default 0)
  --backend NAME         auto, webgpu, cpu                         (default auto)
  --out PATH             the figure, .svg or .png                  (default out/synthetic-....svg)
  --json                 one JSON object on standard output instead of the table
  --help                 this text`;

function refuse(rule: string, value: unknown): never {
  throw new OptionError(
    `Cannot run the synthetic benchmark as ${rule}: current value is ${
      value === "" ? '""' : value
    }`,
  );
}

/** Reads the flags; throws an {@linkcode OptionError} that names what is right. */
export function parseOptions(args: readonly string[]): Options {
  const given = parseArgs(args, {
    string: VALUES,
    boolean: SWITCHES,
    collect: VALUES,
    unknown: (arg: string) =>
      refuse(`the only flags are ${[...VALUES, ...SWITCHES].map((f) => `--${f}`).join(", ")}`, arg),
  });
  const values = (flag: string) => (given[flag] ?? []) as string[];
  for (const flag of VALUES) {
    if (values(flag).length > 1) refuse(`--${flag} is given once at most`, values(flag).join(" "));
  }
  const value = (flag: string) => values(flag)[0];

  function choice<F extends keyof typeof CHOICES>(flag: F): typeof CHOICES[F][number] {
    const choices: readonly (typeof CHOICES[F][number])[] = CHOICES[flag];
    const text = value(flag);
    if (text === undefined) return choices[0]!;
    return choices.find((known) => known === text) ??
      refuse(`--${flag} must be ${choices.join(" or ")}`, text);
  }

  const dim = choice("dim") === "1" ? 1 : 2;
  const dist = choice("dist");
  const imbalance = choice("imbalance");
  if (dim === 2 && dist !== "normal") refuse("--dist must be normal with --dim 2", dist);
  if (dim === 2 && imbalance !== "high") refuse("--imbalance must be high with --dim 2", imbalance);
  const out = value("out") ?? `out/synthetic-${dim}d-${dist}-${imbalance}.svg`;
  if (!/[^/\\]\.(svg|png)$/i.test(out)) refuse("--out must end in .svg or .png", out);
  return {
    help: given.help === true,
    json: given.json === true,
    dim,
    dist,
    imbalance,
    criteria: criteria(value("criteria"), dim),
    epochs: integer("epochs", value("epochs"), 1, 1_000_000) ?? EPOCHS[dim],
    seed: integer("seed", value("seed"), 0, MAX_SEED) ?? 0,
    backend: choice("backend"),
    out,
    outGiven: value("out") !== undefined,
  };
}

function integer(flag: string, text: string | undefined, low: number, high: number) {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < low || number > high) {
    refuse(`--${flag} must be an integer from ${low} to ${high}`, text);
  }
  return number;
}

function criteria(text: string | undefined, dim: 1 | 2): readonly Criterion[] {
  const there = CRITERIA.filter(({ only1d }) => dim === 1 || !only1d);
  if (text === undefined) return there;
  const ids = text.split(",").map((id) => id.trim());
  const wrong = ids.find((id) => !there.some((known) => known.id === id));
  if (wrong !== undefined) {
    refuse(`--criteria must be of ${there.map(({ id }) => id).join(", ")}`, wrong);
  }
  return there.filter(({ id }) => ids.includes(id));
}
