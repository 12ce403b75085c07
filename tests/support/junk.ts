/** Junk of many kinds, and what becomes of a call into whose arguments it is put. */
import * as tf from "@tensorflow/tfjs";
import { disposeAll } from "./dispose_all.ts";
import { watchWork } from "./watch_work.ts";

/** What a place may be given in place of a sound value, made anew each time. */
export const JUNK = {
  undefined: () => undefined,
  null: () => null,
  empty: () => "",
  text: () => "text",
  digit: () => "1",
  zero: () => 0,
  negative: () => -1,
  fraction: () => 1.5,
  nan: () => NaN,
  infinity: () => Infinity,
  huge: () => 1e39, // Infinity in float32
  tiny: () => 1e-50, // 0 in float32
  true: () => true,
  symbol: () => Symbol("junk"),
  bigint: () => 3n,
  function: () => () => "junk",
  object: () => ({}),
  list: () => [],
  nulls: () => [null],
  date: () => new Date(),
  controller: () => new AbortController(),
  disposed: () => {
    const tensor = tf.zeros([4]);
    tensor.dispose();
    return tensor;
  },
  strings: () => tf.tensor1d(["a", "b", "c", "d"]),
  complex: () => tf.complex([1, 2, 3, 4], [0, 0, 0, 0]),
  axes: () => tf.zeros([1, 2, 1, 2, 1]),
} as const;

/** The name of a kind of junk. */
export type Kind = keyof typeof JUNK;

/** A call of an export: sound arguments, and the places that may be spoiled. */
export interface JunkCall {
  /** Sound arguments by name, in order, with every option that there is; made anew each time. */
  readonly args: () => Record<string, unknown>;
  /** Which junk a place takes, as documented; places are paths of names: "options.weights". */
  readonly takes?: Readonly<Record<string, readonly Kind[]>>;
  /** Objects that may have names of the caller's own, such as records of metrics. */
  readonly open?: readonly string[];
  /** Makes the call; by default the export's own, or its constructor's. */
  readonly call?: (...args: never[]) => unknown;
  /** Words that a refusal of any place may have instead of the place's name. */
  readonly words?: readonly string[];
  /** The places to spoil; by default all. */
  readonly only?: readonly string[];
  /** Places whose junk is found while it runs, as an iterable's is. */
  readonly late?: readonly string[];
  /**
   * Whether tensors are read back before their shapes are compared, as it is this call's work to
   * read them.
   */
  readonly reads?: boolean;
  /** Whether the sound call is refused, too: then what is taken is not tried. */
  readonly refused?: boolean;
}

/**
 * "Cannot ACTION as REASON: current value is VALUE", not "Cannot read properties of undefined
 * (reading 'x')".
 */
const FORM = /^Cannot .+ as .+: (.*\s)?current(ly)? .+/s;
/** How a value looks that was put into a message unawares. */
const UNAWARES = /\[object |Tensor\n|current value is (function )?\(|=>/;

/** Names that a message need not have. */
const GENERAL = ["options", "data", "json", "config"];

/**
 * Every place of a call: its arguments, and the fields of those that are plain objects; each with
 * what a refusal must name, it or what it stands in or holds.
 */
export function placesOf(call: JunkCall): [place: string, words: RegExp][] {
  const args = call.args();
  const places = walk(args, [], call.words ?? []);
  disposeAll(args);
  return call.only ? places.filter(([place]) => call.only!.includes(place)) : places;
}

function walk(
  value: object,
  path: readonly string[],
  more: readonly string[],
): [place: string, words: RegExp][] {
  return Object.entries(value).flatMap(([name, inner]): [string, RegExp][] => {
    if (inner === undefined) return [];
    const fields = isPlain(inner) ? Object.keys(inner) : [];
    const names = [...path.slice(-1), name].filter((word) => !GENERAL.includes(word));
    const any = names.length > 0 ? more : [""];
    const words = new RegExp([...names, ...fields, ...any].join("|"));
    const place = [...path, name];
    return [[place.join("."), words], ...(fields.length > 0 ? walk(inner, place, more) : [])];
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

/** The plain objects of a call whose names are not the caller's own, each with one of its names. */
export function closedObjects(call: JunkCall): [place: string, name: string][] {
  const args = call.args();
  const places = placesOf(call).map(([place]) => place);
  const objects = places.filter((place) => !call.open?.includes(place)).map((place) =>
    [place, Object.keys(at(args, place) ?? {})[0], at(args, place)] as const
  );
  disposeAll(args);
  return objects.flatMap(([place, name, value]) =>
    isPlain(value) && name !== undefined ? [[place, name]] : []
  );
}

function at(args: Record<string, unknown>, place: string): unknown {
  return place.split(".").reduce<unknown>((value, name) => (value as typeof args)[name], args);
}

/**
 * The names of a function's or a constructor's parameters, as written; "" for one that is taken
 * apart.
 */
export function parametersOf(run: unknown): string[] {
  const source = String(run);
  const start = source.startsWith("class") ? source.indexOf("constructor(") : 0;
  if (start < 0) return [];
  const parts = [""];
  let depth = 0;
  for (const letter of source.slice(source.indexOf("(", start))) {
    if (")]}".includes(letter) && --depth === 0) break;
    if (depth === 1 && letter === ",") parts.push("");
    else if (depth > 0) parts[parts.length - 1] += letter;
    if ("([{".includes(letter)) depth++;
  }
  const names = parts.map((part) => part.trim().match(/^\w*/)![0]);
  return parts.join("").trim() === "" ? [] : names;
}

/** Makes a call, and tells what is wrong with how it ended; undefined: nothing. */
export async function faultOf(
  run: (...args: never[]) => unknown,
  { args }: JunkCall,
  change?: { readonly place: string; readonly value: () => unknown },
  refusal?: { readonly words: RegExp; readonly mayDo: RegExp },
): Promise<string | undefined> {
  const before = tf.memory().numTensors;
  const given = args();
  let replaced: unknown;
  if (change) {
    const names = change.place.split(".");
    const last = names.pop()!;
    const parent = names.reduce((value, name) => value[name] as typeof given, given);
    replaced = parent[last];
    parent[last] = change.value();
  }
  const work = watchWork();
  let [outcome, error]: unknown[] = [];
  try {
    outcome = await inTime(run(...Object.values(given) as never[]));
  } catch (thrown) {
    error = thrown;
  } finally {
    work.end();
  }
  disposeAll([outcome, given, replaced]);
  const leaked = tf.memory().numTensors - before;
  if (leaked !== 0) return `leaks ${leaked} tensors`;
  if (!refusal) return error === undefined ? undefined : `is refused: ${error}`;
  if (error === undefined) return "is taken";
  // Of another kind, out of range, or text that is no JSON.
  const isOurs = [TypeError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  if (!isOurs) return `throws ${error}`;
  const { message } = error as Error;
  if (!FORM.test(message) || UNAWARES.test(message)) return `is refused in other words: ${message}`;
  if (!refusal.words.test(message)) return `is refused without its name: ${message}`;
  const done = work.done.filter((what) => !refusal.mayDo.test(what));
  if (done.length > 0) return `is refused after ${done}`;
  return undefined;
}

/** A number of epochs that is taken for finite would go on for ever. */
async function inTime(result: unknown): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("does not end within 20 seconds")), 20_000);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
