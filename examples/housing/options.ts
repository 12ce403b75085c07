/** Flags of the tutorial's comparison. */
import { Flags } from "../support/flags.ts";
import { namesOf } from "../support/tables/columns.ts";
import type { DecimalMark } from "../support/tables/numbers.ts";
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
  /** Whether no more rows are trained on than these steps take. */
  readonly quick: boolean;
  readonly backend: typeof BACKENDS[number];
  /** Path of the figure, `.svg` or `.png`, and whether it was asked for. */
  readonly out: string;
  readonly outGiven: boolean;
}

const COMMAND = {
  action: "run the comparison",
  values: [
    ...["data", "csv", "target", "ignore", "missing", "decimal", "bin-width", "per-bin", "sigma"],
    ...["ways", "seed", "seeds", "epochs", "backend", "out"],
  ],
  switches: ["skip-empty", "quick", "json", "help"],
};
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
  --csv FILE             or a table of your own, names in the first line, cells separated by
                         commas, semicolons, tabs or vertical bars
  --target COLUMN        with --csv: the column to predict; all others are features
  --ignore A,"B, C"      with --csv: columns to leave out, such as names and dates
  --skip-empty           with --csv: leave out rows with an empty cell
  --missing -200,x       with --csv: what is an empty cell, besides NA, None, ?, - and the like
  --decimal MARK         with --csv: point or comma            (default: what the numbers tell)
  --bin-width X          width of a label bin  (default 5; with --csv 20 bins between equal count,
                         where labels crowd, and equal width)
  --per-bin N            rows a bin gives to validation, and to test
                         (default 2, weather 4; with --csv 2 to 50, more of more rows)

training
  --ways A,B             of ${WAYS.map(({ id }) => id).join(", ")}   (default all that apply)
  --sigma X              of balanced-held, in units of the target  (default 8 for housing)
  --seeds N              how many runs a way                       (default ${FULL.seeds})
  --seed N               the first seed, of split, weights, order  (default 0)
  --epochs N             passes over the training data   (default: about ${FULL.steps} steps)
  --quick                two seeds, half the steps and no more rows than these take: about a
                         minute, whatever the table
  --backend NAME         ${BACKENDS.join(", ")}                   (default auto)

output
  --out PATH             the figure, .svg or .png                  (default out/NAME.svg)
  --json                 one JSON object on standard output instead of the table
  --help                 this text`;

/** Reads the flags; throws an `OptionError` that names what is right. */
export function parseOptions(args: readonly string[]): Options {
  const flags = new Flags(args, COMMAND);
  const source = sourceOf(flags);
  const name = "data" in source ? source.data : "csv";
  const out = flags.figure("out", `out/${name}.svg`);
  const binWidth = positive(flags, "bin-width");
  const perBin = flags.integer("per-bin", 1, 1_000_000);
  const sigma = positive(flags, "sigma");
  const quick = flags.has("quick");
  const { seeds, steps } = quick ? QUICK : FULL;
  return {
    help: flags.has("help"),
    json: flags.has("json"),
    source,
    changes: {
      ...(binWidth !== undefined && { binWidth }),
      ...(perBin !== undefined && { perBin }),
      ...(sigma !== undefined && { sigma }),
    },
    ways: waysOf(flags),
    seed: flags.integer("seed", 0, MAX_SEED) ?? 0,
    seeds: flags.integer("seeds", 1, 1000) ?? seeds,
    epochs: flags.integer("epochs", 1, 1_000_000),
    steps,
    quick,
    backend: flags.choice("backend", BACKENDS),
    out,
    outGiven: flags.text("out") !== undefined,
  };
}

function positive(flags: Flags, flag: string): number | undefined {
  const text = flags.text(flag);
  if (text === undefined) return undefined;
  const right = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number(text) > 0 &&
    Number(text) < Infinity;
  return right ? Number(text) : flags.refuse(`--${flag} must be a number > 0`, text);
}

/** Flags that are for tables of the user's own. */
const OWN = ["target", "ignore", "missing", "decimal"];
const MARKS: Readonly<Record<string, DecimalMark>> = { point: ".", comma: "," };

function sourceOf(flags: Flags): Source {
  const [csv, target, data] = ["csv", "target", "data"].map((flag) => flags.text(flag));
  const skipEmpty = flags.has("skip-empty");
  if (csv !== undefined) {
    if (data !== undefined) {
      flags.refuse("--data and --csv exclude each other", `${data} and ${csv}`);
    }
    if (csv === "") flags.refuse("--csv must be a path", csv);
    if (!target) {
      return flags.refuse("--target must name the column to predict with --csv", target ?? "");
    }
    const [ignore, missing] = ["ignore", "missing"].map((flag) => namesOf(flags.text(flag) ?? ""));
    const decimal = flags.text("decimal") === undefined
      ? undefined
      : MARKS[flags.choice("decimal", Object.keys(MARKS))];
    return { csv, target, ignore: ignore!, missing: missing!, decimal, skipEmpty };
  }
  const alone = OWN.find((flag) => flags.text(flag) !== undefined) ??
    (skipEmpty ? "skip-empty" : undefined);
  if (alone !== undefined) flags.refuse(`--${alone} is for --csv only`, flags.text(alone) ?? true);
  return { data: flags.choice("data", DATA) };
}

function waysOf(flags: Flags): readonly Way[] | undefined {
  const text = flags.text("ways");
  if (text === undefined) return undefined;
  const ids = namesOf(text);
  const known = WAYS.map(({ id }) => id);
  const wrong = ids.find((id) => !known.includes(id));
  if (ids.length === 0 || wrong !== undefined) {
    flags.refuse(`--ways must be of ${known.join(", ")}`, wrong ?? "");
  }
  return WAYS.filter(({ id }) => ids.includes(id));
}
