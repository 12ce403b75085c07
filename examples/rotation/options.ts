/** Flags of the rotation benchmark. */
import { BACKENDS } from "../support/backend.ts";
import { Flags } from "../support/flags.ts";
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
  readonly backend: typeof BACKENDS[number];
  /** The folder of the idx files. */
  readonly data: string;
  /** Path of the figure, `.svg` or `.png`, and whether it was asked for. */
  readonly out: string;
  readonly outGiven: boolean;
}

/**
 * What `--quick` changes: sizes at which a software adapter on two cores ends within three minutes.
 */
export const SIZES = {
  full: { train: 5000, epochs: 12 },
  quick: { train: 2000, epochs: 8 },
} as const;

const COMMAND = {
  action: "run the rotation benchmark",
  values: [
    ...["garments", "train", "test", "grain", "criteria", "epochs"],
    ...["seed", "seeds", "backend", "data", "out"],
  ],
  switches: ["quick", "json", "help"],
};
const MAX_SEED = 2 ** 24;
const { full, quick } = SIZES;

export const HELP =
  `The rotation benchmark of Balanced MSE: a small convolutional network learns by how many degrees
a picture of Fashion-MNIST is turned, -90 to 90, from angles that crowd around 0 (normal, sigma 20),
and is tested on uniform ones.

  deno run --allow-read --allow-write=out examples/rotation.ts [flags]

  --quick            ${quick.train} pictures, ${quick.epochs} epochs
                     (else ${full.train}, ${full.epochs})
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

/** Reads the flags; throws an `OptionError` that names what is right. */
export function parseOptions(args: readonly string[]): Options {
  const flags = new Flags(args, COMMAND);
  const size = flags.has("quick") ? SIZES.quick : SIZES.full;
  const seed = flags.integer("seed", 0, MAX_SEED) ?? 0;
  const seeds = flags.integer("seeds", 1, 100) ?? 3;
  const data = flags.text("data") ?? DEBIAN_FOLDER;
  if (data === "") flags.refuse("--data must be a folder", data);
  const ids = flags.names("criteria", CRITERIA.map(({ id }) => id));
  return {
    help: flags.has("help"),
    json: flags.has("json"),
    garments: flags.text("garments") === undefined ? ["boot"] : flags.names("garments", GARMENTS),
    train: flags.integer("train", 1, 60_000) ?? size.train,
    test: flags.integer("test", 1, 10_000) ?? 900,
    grain: grainOf(flags),
    criteria: CRITERIA.filter(({ id }) => ids.includes(id)),
    epochs: flags.integer("epochs", 1, 100_000) ?? size.epochs,
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
    backend: flags.choice("backend", BACKENDS),
    data,
    out: flags.figure("out", "out/rotation.svg"),
    outGiven: flags.text("out") !== undefined,
  };
}

function grainOf(flags: Flags): number {
  const text = flags.text("grain") ?? "0.5";
  const grain = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || grain > 10) {
    flags.refuse("--grain must be a number from 0 to 10", text);
  }
  return grain;
}
