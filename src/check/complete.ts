/**
 * Options whose defaults are filled in.
 *
 * @module
 */

/** The same, each of them there: `Required` would leave an undefined that the caller may name. */
export type Complete<Options> = {
  readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined>;
};
