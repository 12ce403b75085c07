/** Flags of the age experiment. */
import { BACKENDS } from "../support/backend.ts";
import { Flags } from "../support/flags.ts";
import { CRITERIA, type Criterion } from "./criteria.ts";
import { HELP } from "./help.ts";
import { FULL, type Protocol, QUICK } from "./protocol.ts";
import { PROTOCOL_FLAGS, readProtocol } from "./protocol_flags.ts";

export { HELP };

/** What one run does. */
export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  /** Draw the pictures first. */
  readonly made: boolean;
  /** The folder of the pictures and their CSV. */
  readonly data: string;
  /** The CSV's name in it, where it is none of the authors'. */
  readonly csv: string | undefined;
  /** Write the CSV, split by the authors' rule, from this one with two columns. */
  readonly makeSplit: string | undefined;
  /** Whether the most of an age is given; else it is the authors', by the CSV's name. */
  readonly capGiven: boolean;
  readonly skipUnreadable: boolean;
  readonly stages: readonly (1 | 2)[];
  /** Weights to start the second stage from. */
  readonly from: string | undefined;
  readonly criteria: readonly Criterion[];
  readonly protocol: Protocol;
  /** How the first stage weighs ages. */
  readonly reweight: "none" | "inverse" | "sqrt-inverse";
  readonly lds: boolean;
  readonly fds: boolean;
  readonly learnsSigma: boolean;
  readonly select: "bMae" | "mae";
  /** Whether the second stage trains on augmented pictures instead of features computed once. */
  readonly augment: boolean;
  /** Whether frozen layers normalize by the batch, as the authors' do. */
  readonly batchStatistics: boolean;
  /** Whether the backward pass computes blocks anew, for memory. */
  readonly recompute: boolean;
  readonly seed: number;
  readonly backend: typeof BACKENDS[number];
  /** The run's folder. */
  readonly out: string;
  /** Whether what it holds of a run is thrown away. */
  readonly anew: boolean;
  readonly log: string | undefined;
}

const COMMAND = {
  action: "run the age experiment",
  values: [
    ...["data", "csv", "make-split", "stage", "from", "criteria", "reweight", "select"],
    ...["seed", "backend", "out", "log", ...PROTOCOL_FLAGS],
  ],
  switches: [
    ...["made", "quick", "skip-unreadable", "lds", "fds", "fixed-sigma", "augment"],
    ...["batch-statistics", "recompute", "anew", "json", "help"],
  ],
};
const MAX_SEED = 2 ** 24;

/** Reads the flags; throws an `OptionError` that names what is right. */
export function parseOptions(args: readonly string[]): Options {
  const flags = new Flags(args, COMMAND);
  const [made, help] = [flags.has("made"), flags.has("help")];
  if (flags.has("quick") && !made) flags.refuse("--quick is for --made", "--quick alone");
  const seed = flags.integer("seed", 0, MAX_SEED) ?? 0;
  const out = path(flags, "out") ?? `out/imdb-wiki${made ? "-made" : ""}/seed-${seed}`;
  const data = path(flags, "data") ?? (made ? `${out}/faces` : undefined);
  if (data === undefined && !help) {
    flags.refuse("--data must name the folder of the pictures, or --made draws some", "none");
  }
  return {
    ...{ help, made, out, seed, data: data ?? "" },
    json: flags.has("json"),
    csv: path(flags, "csv"),
    makeSplit: path(flags, "make-split"),
    capGiven: flags.text("cap") !== undefined,
    skipUnreadable: flags.has("skip-unreadable"),
    criteria: criteriaOf(flags),
    protocol: readProtocol(flags, flags.has("quick") ? QUICK : FULL),
    ...stagesOf(flags),
    learnsSigma: !flags.has("fixed-sigma"),
    select: flags.choice("select", ["bmae", "mae"]) === "mae" ? "mae" : "bMae",
    augment: flags.has("augment") || flags.has("batch-statistics"),
    batchStatistics: flags.has("batch-statistics"),
    recompute: flags.has("recompute"),
    backend: flags.choice("backend", BACKENDS),
    anew: flags.has("anew"),
    log: logOf(flags),
  };
}

/** The stages, and what belongs to one of them alone. */
function stagesOf(
  flags: Flags,
): Pick<Options, "stages" | "from" | "reweight" | "lds" | "fds"> {
  const stage = flags.choice("stage", ["both", "1", "2"]);
  const from = path(flags, "from");
  if (from !== undefined && stage !== "2") {
    flags.refuse("--from is for --stage 2", `--stage ${stage}`);
  }
  const reweight = flags.choice("reweight", ["none", "inverse", "sqrt-inverse"]);
  const [lds, fds] = [flags.has("lds"), flags.has("fds")];
  if (lds && reweight === "none") {
    flags.refuse("--lds smooths the weights of --reweight inverse or sqrt-inverse", "none");
  }
  const stages = stage === "both" ? [1, 2] as const : [Number(stage) as 1 | 2];
  return { stages, from, reweight, lds, fds };
}

function criteriaOf(flags: Flags): readonly Criterion[] {
  const ids = flags.names("criteria", CRITERIA.map(({ id }) => id));
  return CRITERIA.filter(({ id }) => ids.includes(id));
}

function path(flags: Flags, flag: string): string | undefined {
  const text = flags.text(flag);
  if (text === "") flags.refuse(`--${flag} must be a path`, text);
  return text;
}

function logOf(flags: Flags): string | undefined {
  const text = path(flags, "log");
  if (text === undefined || /[^/\\]\.(csv|jsonl|ndjson)$/.test(text)) return text;
  return flags.refuse("--log must end in .csv, .jsonl or .ndjson", text);
}
