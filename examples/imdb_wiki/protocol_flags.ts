/** The numbers of a run as flags. */
import type { Flags } from "../support/flags.ts";
import type { Protocol } from "./protocol.ts";

type Read<T> = (flags: Flags, flag: string) => T | undefined;

const MOST = 1_000_000_000;
const count: Read<number> = (flags, flag) => flags.integer(flag, 1, MOST);
const positive: Read<number> = (flags, flag) =>
  numberOf(flags, flag, "a number > 0", (value) => value > 0);

/** How each number is read. */
const READERS: { readonly [Name in keyof Protocol]: Read<Protocol[Name]> } = {
  size: count,
  width: count,
  blocks: (flags, flag) => list(flags, flag, "integers from 1, separated by commas", 1),
  padding: (flags, flag) => flags.integer(flag, 0, MOST),
  batch: count,
  microBatch: count,
  epochs: count,
  rate: positive,
  drops: (flags, flag) => list(flags, flag, "ascending epochs, separated by commas", 0, true),
  dropFactor: positive,
  headEpochs: count,
  headRate: positive,
  headBatch: count,
  sigma: positive,
  sigmaRate: positive,
  components: count,
  kernelSize: (flags, flag) => {
    const size = flags.integer(flag, 1, 999);
    return size === undefined || size % 2 === 1
      ? size
      : flags.refuse(`--${flag} must be odd`, size);
  },
  kernelSigma: positive,
  fdsMomentum: (flags, flag) =>
    numberOf(flags, flag, "a number from 0 to below 1", (value) => value >= 0 && value < 1),
  clip: (flags, flag) => {
    const counts = list(flags, flag, "two ascending counts, such as 5,1000", 0, true);
    if (counts === undefined || counts.length === 2) return counts;
    return flags.refuse(`--${flag} must be two ascending counts, such as 5,1000`, `${counts}`);
  },
  many: (flags, flag) => flags.integer(flag, 0, MOST),
  few: (flags, flag) => flags.integer(flag, 0, MOST),
  cap: count,
  faces: (flags, flag) => flags.integer(flag, 100, 1_000_000),
};

const NAMES = Object.keys(READERS) as (keyof Protocol)[];

/** `headRate` is `head-rate`. */
const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The flags. */
export const PROTOCOL_FLAGS: readonly string[] = NAMES.map(flagOf);

/** The numbers as given, else the defaults; a batch is whole micro-batches. */
export function readProtocol(flags: Flags, defaults: Protocol): Protocol {
  const given = NAMES.flatMap((name) => {
    const value = READERS[name](flags, flagOf(name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const protocol: Protocol = { ...defaults, ...Object.fromEntries(given) };
  const { batch, microBatch, many, few } = protocol;
  if (few > many) flags.refuse(`--few must be at most --many, ${many}`, few);
  // A smaller batch is given alone: then it is the micro-batch, too.
  if (flags.text("micro-batch") === undefined && batch < microBatch) {
    return { ...protocol, microBatch: batch };
  }
  if (batch % microBatch === 0) return protocol;
  return flags.refuse(`--batch must be whole micro-batches of ${microBatch}`, batch);
}

function numberOf(
  flags: Flags,
  flag: string,
  rule: string,
  isRight: (value: number) => boolean,
): number | undefined {
  const text = flags.text(flag);
  if (text === undefined) return undefined;
  const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) && isRight(value)
    ? value
    : flags.refuse(`--${flag} must be ${rule}`, text);
}

function list(
  flags: Flags,
  flag: string,
  rule: string,
  least: number,
  ascending = false,
): number[] | undefined {
  const text = flags.text(flag);
  if (text === undefined) return undefined;
  const numbers = text.split(",").map((part) => /^\s*\d{1,9}\s*$/.test(part) ? Number(part) : NaN);
  const isRight = numbers.every((value, k) =>
    value >= least && (!ascending || k === 0 || value >= numbers[k - 1]!)
  );
  return isRight ? numbers : flags.refuse(`--${flag} must be ${rule}`, text);
}
