/** The learning-rate schedules, by value. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { constant, cosine, steps } from "../../mod.ts";

Deno.test("schedules: constant is 1", () => {
  assertEquals([0, 5, 99].map((epoch) => constant()(epoch, 100)), [1, 1, 1]);
});

Deno.test("schedules: cosine is torch's CosineAnnealingLR", () => {
  // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=4) at rate 1: 1, 0.8536, 0.5, 0.1464
  const factors = [0, 1, 2, 3].map((epoch) => cosine()(epoch, 4));
  [1, 0.853553, 0.5, 0.146447].forEach((x, i) => assertAlmostEquals(factors[i]!, x, 1e-6));
});

Deno.test("schedules: steps is torch's MultiStepLR", () => {
  const schedule = steps({ at: [2, 4], factor: 0.5 });
  assertEquals([0, 1, 2, 3, 4, 5].map((epoch) => schedule(epoch, 6)), [1, 1, 0.5, 0.5, 0.25, 0.25]);
});

Deno.test("schedules: steps out of order and factors not above 0 are refused", () => {
  assertThrows(
    () => steps({ at: [4, 2] }),
    RangeError,
    "ascending epochs from 0: current value is [4,2]",
  );
  assertThrows(() => steps({ at: [-1] }), RangeError, "current value is [-1]");
  assertThrows(
    () => steps({ at: [1], factor: 0 }),
    RangeError,
    "factor must be > 0: current value is 0",
  );
});
