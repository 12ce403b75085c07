/**
 * Reading a prior's JSON.
 *
 * @module
 */
import { shown } from "../check/shown.ts";

/** Nested arrays of numbers, `Depth` deep. */
export type Nested<Depth extends 1 | 2 | 3> = Depth extends 1 ? number[]
  : Depth extends 2 ? number[][]
  : number[][][];

/** Access to the fields of a parsed prior. */
export interface ParsedPrior {
  /** The object's fields. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** A field that must be an array of finite numbers, `depth` deep, not empty. */
  numbers<Depth extends 1 | 2 | 3>(field: string, depth: Depth): Nested<Depth>;
  /** The same, of depth 1: shares above 0, of sum 1. */
  shares(field: string): number[];
  /** Throws a RangeError unless every number of a field keeps a rule. */
  each(
    field: string,
    values: readonly number[],
    rule: string,
    keeps: (x: number, i: number) => boolean,
  ): void;
  /** Throws that the kind or shape is wrong. */
  refuse(rule: string, current: unknown): never;
}

/** A sum may be off by this: of float32 shares. */
const SUM_TOLERANCE = 1e-3;

/**
 * Parses the JSON of a prior and checks that it is one of the given type.
 *
 * @throws {SyntaxError} If the text is no JSON.
 * @throws {TypeError} If it is not of the type.
 */
export function parsePrior(json: unknown, type: string): ParsedPrior {
  const claim = `Cannot restore ${type}`;
  const refuse = (rule: string, current: unknown): never => {
    throw new TypeError(`${claim} as ${rule}: current value is ${shown(current)}`);
  };
  const value = typeof json === "string" ? parse(json, claim) : json;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("its JSON must be an object", value);
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  if (fields.type !== type) refuse(`type must be "${type}"`, fields.type);
  const numbers = <Depth extends 1 | 2 | 3>(field: string, depth: Depth): Nested<Depth> => {
    const value = fields[field];
    if (isNested(value, depth)) return value;
    return refuse(
      `${field} must be ${"arrays of ".repeat(depth - 1)}finite numbers`,
      value,
    );
  };
  const each: ParsedPrior["each"] = (field, values, rule, keeps) => {
    const place = values.findIndex((x, i) => !keeps(x, i));
    if (place < 0) return;
    throw new RangeError(
      `${claim} as ${field} must be ${rule}: current number ${place} is ${values[place]}`,
    );
  };
  const shares = (field: string): number[] => {
    const values = numbers(field, 1);
    each(field, values, "> 0", (x) => x > 0);
    const sum = values.reduce((a, b) => a + b);
    if (Math.abs(sum - 1) <= SUM_TOLERANCE) return values;
    throw new RangeError(`${claim} as ${field} must sum to 1: current sum is ${sum}`);
  };
  return { fields, numbers, shares, each, refuse };
}

function parse(text: string, claim: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(`${claim} as its text must be JSON: current value is ${shown(text)}`);
  }
}

function isNested<Depth extends 1 | 2 | 3>(value: unknown, depth: Depth): value is Nested<Depth> {
  return Array.isArray(value) && value.length > 0 &&
    value.every((item) => depth === 1 ? Number.isFinite(item) : isNested(item, depth - 1 as 1 | 2));
}
