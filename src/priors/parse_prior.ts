/**
 * Reading a prior's JSON.
 *
 * @module
 */

/** Nested arrays of numbers, `Depth` deep. */
export type Nested<Depth extends 1 | 2 | 3> = Depth extends 1 ? number[]
  : Depth extends 2 ? number[][]
  : number[][][];

/** Access to the fields of a parsed prior. */
export interface ParsedPrior {
  /** The object's fields. */
  fields: Readonly<Record<string, unknown>>;
  /** A field that must be an array of numbers, `depth` deep, not empty. */
  numbers<Depth extends 1 | 2 | 3>(field: string, depth: Depth): Nested<Depth>;
  /** Throws that a rule does not hold. */
  refuse(rule: string, current: unknown): never;
}

/**
 * Parses the JSON of a prior and checks that it is one of the given type.
 *
 * @throws {SyntaxError} If the text is no JSON.
 * @throws {TypeError} If it is not of the type.
 */
export function parsePrior(json: unknown, type: string): ParsedPrior {
  const refuse = (rule: string, current: unknown): never => {
    throw new TypeError(
      `Cannot restore ${type} as ${rule}: current value is ${
        typeof current === "string" ? current : JSON.stringify(current)
      }`,
    );
  };
  const value: unknown = typeof json === "string" ? JSON.parse(json) : json;
  if (typeof value !== "object" || value === null) {
    return refuse("its JSON must be an object", value);
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  if (fields.type !== type) refuse(`type must be "${type}"`, fields.type ?? "absent");
  return {
    fields,
    refuse,
    numbers: <Depth extends 1 | 2 | 3>(field: string, depth: Depth): Nested<Depth> => {
      const value = fields[field];
      if (isNested(value, depth)) return value;
      return refuse(`${field} must be ${"arrays of ".repeat(depth - 1)}finite numbers`, value);
    },
  };
}

function isNested<Depth extends 1 | 2 | 3>(value: unknown, depth: Depth): value is Nested<Depth> {
  return Array.isArray(value) && value.length > 0 &&
    value.every((item) => depth === 1 ? Number.isFinite(item) : isNested(item, depth - 1 as 1 | 2));
}
