/**
 * Random problems of the losses against float64: some hundreds on every backend; `deno task fuzz`
 * runs more.
 */
import { assertEquals } from "@std/assert";
import { testOnBackends } from "../support/backends.ts";
import { fuzz } from "./run.ts";

/** Each has shaders of its own, which take longer to compile than a problem to run. */
const DIMS = [1, 1, 3];
const CASES = 200;
const SEED = 20220616;

testOnBackends(`fuzz: ${CASES} random problems are right but for rounding`, async (backend) => {
  for (let number = 0; number < CASES; number++) {
    assertEquals(await fuzz(SEED, number, DIMS, [backend]), undefined);
  }
});
