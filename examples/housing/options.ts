/** Flags of the tutorial's comparison. */
import { parseArgs } from "@std/cli/parse-args";
import { OptionError } from "../synthetic/options.ts";
import { BACKENDS } from "./backend.ts";
import { type Changes, DATA, type Source } from "./datasets.ts";
import { type Way, WAYS } from "./ways.ts";

/** What one run of the comparison does. */
export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  readonly source: Source;
  readonly changes: Changes;
  /** Absent: all that there are for the data. */
  readonly ways: readonly Way[] | undefined;
  /** The first seed, and how many from there. */
  readonly seed: number;
  readonly seeds: number;
  /** Absent: as many as make about `steps`. */
  readonly epochs: number | undefined;
  /** Optimizer steps of a run where epochs are not given. */
  readonly steps: number;
  readonly backend: typeof BACKENDS[number];
  /** Path of the figure, `.svg` or `.png`, and whether it was asked for. */
  readonly out: string;
  readonly outGiven: boolean;
}

const VALUES = [
  ...["data", "csv", "target", "ignore", "bin-width", "per-bin", "sigma"],
  ...["ways", "seed", "seeds", "epochs", "backend", "out"],
];
const SWITCHES = ["skip-empty", "quick", "json", "help"];
const MAX_SEED = 1_000_000;
/** Seeds and steps by default, and with --quick. */
const FULL = { seeds: 5, steps: 240 };
const QUICK = { seeds: 2, steps: 120 };

export const HELP =
  `The tutorial of Balanced MSE on real tables: a network learns from imbalanced labels by L1,
three ways of re-weighting and Balanced MSE, and is tested where every label counts alike.

  deno run --allow-read --allow-write=out examples/housing.ts [flags]

data
  --data NAME            ${DATA.join(", ")}                     (default housing)
  --csv FILE             or a table of your own: comma-separated, names in the first line
  --target COLUMN        with --csv: the column to predict; all others are features
  --ignore A,B           with --csv: columns to leave out, such as names and dates
  --skip-empty           with --csv: leave out rows with an empty cell
  --bin-width X          width of a label bin                      (default 5; with --csv a tenth of the range)
  --per-bin N            rows a bin gives to the validation set, and to the test set (default 2, weather 4)

training
  --ways A,B             of ${WAYS.map(({ id }) => id).join(", ")}   (default all that apply)
  --sigma X              of balanced-held, in units of the target  (default 8 for housing)
  --seeds N              how many runs a way                       (default ${FULL.seeds})
  --seed N               the first seed, of split, weights, order  (default 0)
  --epochs N             passes over the training data             (default: about ${FULL.steps} steps)
  --quick                two seeds and half the steps: under a minute
  --backend NAME         ${BACKENDS.join(", ")}                   (default auto)

output
  --out PATH             the figure, .svg or .png                  (default out/NAME.svg)
  --json                 one JSON object on standard output instead of the table
  --help                 this text`;

function refuse(rule: string, value: unknown): never {
  throw new OptionError(
    `Cannot run the comparison as ${rule}: current value is ${value === "" ? '""' : value}`,
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
  for (const flag of VALUES) {
    const values = (given[flag] ?? []) as string[];
    if (values.length > 1) refuse(`--${flag} is given once at most`, values.join(" "));
  }
  const value = (flag: string) => ((given[flag] ?? []) as string[])[0];
  const integer = (flag: string, low: number, high: number) => {
    const text = value(flag);
    if (text === undefined) return undefined;
    const right = /^\d+$/.test(text) && Number(text) >= low && Number(text) <= high;
    return right
      ? Number(text)
      : refuse(`--${flag} must be an integer from ${low} to ${high}`, text);
  };
  const positive = (flag: string) => {
    const text = value(flag);
    if (text === undefined) return undefined;
    const right = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number(text) > 0 &&
      Number(text) < Infinity;
    return right ? Number(text) : refuse(`--${flag} must be a number > 0`, text);
  };

  const source = sourceOf(value, given["skip-empty"] === true);
  const name = "data" in source ? source.data : "csv";
  const out = value("out") ?? `out/${name}.svg`;
  if (!/[^/\\]\.(svg|png)$/i.test(out)) refuse("--out must end in .svg or .png", out);
  const binWidth = positive("bin-width");
  const perBin = integer("per-bin", 1, 1_000_000);
  const sigma = positive("sigma");
  const backend = value("backend") ?? "auto";
  const { seeds, steps } = given.quick === true ? QUICK : FULL;
  return {
    help: given.help === true,
    json: given.json === true,
    source,
    changes: {
      ...(binWidth !== undefined && { binWidth }),
      ...(perBin !== undefined && { perBin }),
      ...(sigma !== undefined && { sigma }),
    },
    ways: waysOf(value("ways")),
    seed: integer("seed", 0, MAX_SEED) ?? 0,
    seeds: integer("seeds", 1, 1000) ?? seeds,
    epochs: integer("epochs", 1, 1_000_000),
    steps,
    backend: BACKENDS.find((known) => known === backend) ??
      refuse(`--backend must be ${BACKENDS.join(" or ")}`, backend),
    out,
    outGiven: value("out") !== undefined,
  };
}

function sourceOf(value: (flag: string) => string | undefined, skipEmpty: boolean): Source {
  const [csv, target, data] = [value("csv"), value("target"), value("data")];
  if (csv !== undefined) {
    if (data !== undefined) refuse("--data and --csv exclude each other", `${data} and ${csv}`);
    if (csv === "") refuse("--csv must be a path", csv);
    if (!target) return refuse("--target must name the column to predict with --csv", target ?? "");
    return { csv, target, ignore: listOf(value("ignore")), skipEmpty };
  }
  const alone = ["target", "ignore"].find((flag) => value(flag) !== undefined) ??
    (skipEmpty ? "skip-empty" : undefined);
  if (alone !== undefined) refuse(`--${alone} is for --csv only`, value(alone) ?? true);
  return {
    data: DATA.find((known) => known === (data ?? "housing")) ??
      refuse(`--data must be ${DATA.join(" or ")}`, data),
  };
}

function waysOf(text: string | undefined): readonly Way[] | undefined {
  if (text === undefined) return undefined;
  const ids = listOf(text);
  const known = WAYS.map(({ id }) => id);
  const wrong = ids.find((id) => !known.includes(id));
  if (ids.length === 0 || wrong !== undefined) {
    refuse(`--ways must be of ${known.join(", ")}`, wrong ?? "");
  }
  return WAYS.filter(({ id }) => ids.includes(id));
}

function listOf(text = ""): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}
