/**
 * What ends a run from outside.
 *
 * @module
 */

/** What is used of an `AbortSignal`, whose own type only projects with the DOM's or Node's have. */
export interface StopSignal {
  /** Whether it has fired. */
  readonly aborted: boolean;
  /** Has a function called when it fires. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Has it called no more. */
  removeEventListener(type: "abort", listener: () => void): void;
}
