/** The values and gradients of the authors' own code (fixtures/authors_losses.json, float64). */
import { assertEquals } from "@std/assert";
import { assertAuthorsResult, AUTHORS_CASES } from "../support/authors_cases.ts";
import { authorsResult } from "../support/authors_result.ts";
import { read, testOnBackends } from "../support/backends.ts";

Deno.test("authors: the fixture holds all cases", () => assertEquals(AUTHORS_CASES.length, 66));

testOnBackends("authors: losses and gradients of BMC, BNI and GAI", async () => {
  for (const test of AUTHORS_CASES) {
    assertAuthorsResult(test, await read(() => authorsResult(test)));
  }
});
