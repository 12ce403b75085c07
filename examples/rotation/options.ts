/** Flags of the rotation benchmark. */
import { parseArgs } from "@std/cli/parse-args";
import { CRITERIA, type Criterion } from "./criteria.ts";
import { DEBIAN_FOLDER, type Garment, GARMENTS } from "./fashion.ts";

/** What one run of the benchmark does. */
export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  readonly garments: readonly Garment[];
  /** Pictures in training and in the test. */
  readonly train: number;
  readonly test: number;
  readonly grain: number;
  readonly criteria: readonly Criterion[];
  readonly epochs: number;
  /** One run for each. */
  readonly seeds: readonly number[];
  readonly backend: "auto" | "webgpu" | "cpu";
  /** The folder of the idx files. */
  readonly data: string;
  /** Path of the figure, `.svg` or `.png`, and whether it was asked for. */
  readonly out: string;
  readonly outGiven: boolean;
}

/** What `--quick` changes: sizes at which a software adapter on two cores ends within three minutes. */
export const SIZES = {
  full: { train: 5000, epochs: 12 },
  quick: { train: 2000, epochs: 8 },
} as const;

/** A flag or a value that the benchmark does not know; its message is for the user. */
export class OptionError extends Error {
  override name = "OptionError";
}

const BACKENDS = ["auto", "webgpu", "cpu"] as const;
const VALUES = [
  "garments",
  "train",
  "test",
  "grain",
  "criteria",
  "epochs",
  "seed",
  "seeds",
  "backend",
  "data",
  "out",
];
const SWITCHES = ["quick", "json", "help"];
const MAX_SEED = 2 ** 24;

export const HELP =
  `The rotation benchmark of Balanced MSE: a small convolutional network learns by how many degrees a
picture of Fashion-MNIST is turned, -90 to 90, from angles that crowd around 0 (normal, sigma 20),
and is tested on uniform ones.

  deno run --allow-read --allow-write=out examples/rotation.ts [flags]

  --quick            ${SIZES.quick.train} training pictures, ${SIZES.quick.epochs} epochs (else ${SIZES.full.train} and ${SIZES.full.epochs})
  --criteria A,B     of ${CRITERIA.map(({ id }) => id).join(", ")}   (default all)
  --seed N           of data, first weights and shuffling (default 0)
  --seeds N          how many runs, of seeds N, N + 1, ... (default 3)
  --garments A,B     of ${GARMENTS.slice(0, 5).join(", ")},
                     ${GARMENTS.slice(5).join(", ")} (default boot)
  --grain S          deviation of the noise on every pixel; brightness is 0 to 1 (default 0.5)
  --train N          training pictures
  --test N           test pictures (default 900)
  --epochs N         passes over the training pictures
  --backend NAME     auto, webgpu, cpu (default auto)
  --data DIR         folder of the idx files (default ${DEBIAN_FOLDER})
  --out PATH         the figure, .svg or .png (default out/rotation.svg)
  --json             one JSON object on standard output instead of the table
  --help             this text`;

function refuse(rule: string, value: unknown): never {
  throw new OptionError(
    `Cannot run the rotation benchmark as ${rule}: current value is ${value === "" ? '""' : value}`,
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
  const integer = (flag: string, low: number, high: number, absent: number) => {
    const text = value(flag);
    if (text === undefined) return absent;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < low || number > high) {
      refuse(`--${flag} must be an integer from ${low} to ${high}`, text);
    }
    return number;
  };

  const size = given.quick === true ? SIZES.quick : SIZES.full;
  const seed = integer("seed", 0, MAX_SEED, 0);
  const backend = value("backend") ?? "auto";
  const out = value("out") ?? "out/rotation.svg";
  if (!/[^/\\]\.(svg|png)$/i.test(out)) refuse("--out must end in .svg or .png", out);
  const data = value("data") ?? DEBIAN_FOLDER;
  if (data === "") refuse("--data must be a folder", data);
  const ids = choices("criteria", value("criteria"), CRITERIA.map(({ id }) => id));
  return {
    help: given.help === true,
    json: given.json === true,
    garments: choices("garments", value("garments") ?? "boot", GARMENTS),
    train: integer("train", 1, 60_000, size.train),
    test: integer("test", 1, 10_000, 900),
    grain: grainOf(value("grain") ?? "0.5"),
    criteria: CRITERIA.filter(({ id }) => ids.includes(id)),
    epochs: integer("epochs", 1, 100_000, size.epochs),
    seeds: Array.from({ length: integer("seeds", 1, 100, 3) }, (_, i) => seed + i),
    backend: BACKENDS.find((known) => known === backend) ??
      refuse(`--backend must be ${BACKENDS.join(" or ")}`, backend),
    data,
    out,
    outGiven: value("out") !== undefined,
  };
}

/** Names out of a list, in the list's order; all where none is given. */
function choices<T extends string>(flag: string, text: string | undefined, known: readonly T[]) {
  if (text === undefined) return known;
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !known.some((one) => one === name));
  if (wrong !== undefined) refuse(`--${flag} must be of ${known.join(", ")}`, wrong);
  return known.filter((name) => names.includes(name));
}

function grainOf(text: string): number {
  const grain = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || grain > 10) {
    refuse("--grain must be a number from 0 to 10", text);
  }
  return grain;
}
