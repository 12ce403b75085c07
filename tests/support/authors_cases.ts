/** The authors' cases (fixtures/authors_losses.json, float64), and how close a result must come. */
import { assert } from "@std/assert";
import fixture from "../fixtures/authors_losses.json" with { type: "json" };
import type { AuthorsCase } from "./authors_result.ts";

export const AUTHORS_CASES = fixture.cases as unknown as AuthorsCase[];
const TOLERANCE = 2e-5;

/** Compares a case's loss, gradient of `pred` and gradient of `noiseVar`. */
export function assertAuthorsResult(
  { name, noiseVar, loss, gradPred, gradNoiseVar }: AuthorsCase,
  [value, byPred, byNoise]: readonly ArrayLike<number>[],
): void {
  // Relative, or absolute in units of a scale: of the loss 2 noiseVar, of pred's gradient its largest
  // element, of the noise's gradient the loss's over noiseVar.
  const close = (actual: number, expected: number, scale: number) =>
    Math.abs(actual - expected) <= TOLERANCE * Math.max(Math.abs(expected), scale);
  const scale = 2 * noiseVar;
  assert(close(value![0]!, loss, scale), `${name}: loss ${value} for ${loss}`);
  const elementScale = Math.max(...gradPred.flat().map(Math.abs));
  gradPred.flat().forEach((expected, i) => {
    assert(
      close(byPred![i]!, expected, elementScale),
      `${name}: gradient ${byPred![i]} for ${expected}`,
    );
  });
  assert(close(byNoise![0]!, gradNoiseVar, scale / noiseVar), `${name}: noise ${byNoise}`);
}
