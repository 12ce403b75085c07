/** The learning-rate schedules, by value. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { constant, cosine, plateau, type Schedule, steps, warmUp } from "../../mod.ts";
import { seesHistory } from "../../src/schedules/sees_history.ts";

const factors = (schedule: Schedule, epochs: number) =>
  Array.from({ length: epochs }, (_, epoch) => schedule(epoch, epochs));

Deno.test("schedules: constant is 1", () => {
  assertEquals([0, 5, 99].map((epoch) => constant()(epoch, 100)), [1, 1, 1]);
});

Deno.test("schedules: cosine is torch's CosineAnnealingLR", () => {
  // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=4) at rate 1: 1, 0.8536, 0.5, 0.1464
  const expected = [1, 0.853553, 0.5, 0.146447];
  factors(cosine(), 4).forEach((x, i) => assertAlmostEquals(x, expected[i]!, 1e-6));
});

Deno.test("schedules: steps is torch's MultiStepLR, a tenth each unless told otherwise", () => {
  assertEquals(factors(steps({ at: [2, 4], factor: 0.5 }), 6), [1, 1, 0.5, 0.5, 0.25, 0.25]);
  assertEquals(factors(steps({ at: [1, 1] }), 2), [1, 0.1 ** 2]);
  assertEquals(factors(steps({ at: [] }), 2), [1, 1]);
  const at = [1];
  const schedule = steps({ at });
  at[0] = 0;
  assertEquals(schedule(0, 2), 1, "the caller's array is the caller's");
});

Deno.test("schedules: a warm-up rises evenly, and leaves the later epochs as they are", () => {
  assertEquals(factors(warmUp(3), 5), [0.25, 0.5, 0.75, 1, 1]);
  assertEquals(factors(warmUp(1), 3), [0.5, 1, 1]);
  assertEquals(factors(warmUp(0, cosine()), 9), factors(cosine(), 9));
  const both = warmUp(2, steps({ at: [1, 3], factor: 0.5 }));
  assertEquals(factors(both, 4), [1 / 3, 2 / 3 * 0.5, 0.5, 0.25]);
});

/** The factors of a whole run whose losses, or metrics, are these. */
function run(schedule: Schedule, values: readonly number[], metric?: string): number[] {
  const history = values.map((value, epoch) =>
    metric === undefined ? { epoch, loss: value } : { epoch, loss: 0, metrics: { [metric]: value } }
  );
  return Array.from(
    { length: values.length + 1 },
    (_, epoch) => schedule(epoch, 100, history.slice(0, epoch)),
  );
}

Deno.test("schedules: a plateau lowers the rate after patience epochs, and waits anew", () => {
  const schedule = plateau({ patience: 2, factor: 0.5 });
  //                              best  1     2     best  1     2     3     4
  assertEquals(run(schedule, [3, 4, 3, 2, 2, NaN, 5, 6]), [1, 1, 1, 0.5, 0.5, 0.5, .25, .25, .125]);
  assertEquals(run(plateau({ patience: 1 }), [1, 1]), [1, 1, 0.1]);
  const eleven = new Array(11).fill(1);
  assertEquals(run(plateau(), eleven).slice(-2), [1, 0.1], "patience 10, factor 0.1");
});

Deno.test("schedules: a plateau's monitor, mode, least improvement and least rate", () => {
  const greatest = plateau({ patience: 1, monitor: "r", mode: "max", factor: 0.5 });
  assertEquals(run(greatest, [0.1, 0.2, 0.2, 0.1], "r"), [1, 1, 1, 0.5, 0.25]);
  const picky = plateau({ patience: 1, minDelta: 0.5, factor: 0.5 });
  assertEquals(run(picky, [3, 2.5, 2.4], undefined), [1, 1, 0.5, 0.25 * 2]);
  assertEquals(run(plateau({ patience: 1, least: 0.3, factor: 0.5 }), [1, 1, 1]), [1, 1, 0.5, 0.3]);
  // Epochs that were not validated do not count.
  const history = [1, 1, 1].map((r, epoch) =>
    epoch === 1 ? { epoch, loss: 0 } : { epoch, loss: 0, metrics: { r } }
  );
  const monitored = plateau({ patience: 1, monitor: "r" });
  assertEquals(monitored(2, 9, history), 1);
  assertEquals(monitored(3, 9, history), 0.1);
  assertEquals(
    monitored(2, 9, [...history, { epoch: 3, loss: 0 }]),
    1,
    "later epochs are not seen",
  );
});

Deno.test("schedules: only those by the epoch alone need no history", () => {
  const blind = [constant(), cosine(), steps({ at: [1] }), warmUp(2), warmUp(2, cosine())];
  assertEquals(blind.map(seesHistory), blind.map(() => false));
  const own: Schedule = (_epoch, _epochs, history = []) => history.length;
  assertEquals([own, plateau(), warmUp(2, plateau())].map(seesHistory), [true, true, true]);
  const warm = warmUp(1, own);
  assertEquals(warm(3, 9, [{ epoch: 0, loss: 1 }]), 1, "a warm-up hands the history on");
});

Deno.test("schedules: what is out of order or out of range is refused", () => {
  type Rule = [() => unknown, typeof TypeError | typeof RangeError, string];
  const junk = (value: unknown) => value as never;
  const rules: Rule[] = [
    [() => steps(junk([10, 20])), TypeError, "{ at: [10, 20] }, say, must be an object: current"],
    [() => steps(junk(undefined)), TypeError, "must be an object: current value is undefined"],
    [() => steps(junk({})), TypeError, "at must be epochs in an array: current value is undefined"],
    [() => steps({ at: [4, 2] }), RangeError, "epochs from 0: current value is [4, 2]"],
    [() => steps({ at: [-1] }), RangeError, "current value is [-1]"],
    [() => steps({ at: [NaN] }), RangeError, "current value is [NaN]"],
    [() => steps({ at: junk(["1"]) }), TypeError, 'in an array: current value is ["1"]'],
    [() => steps({ at: [1], factor: 0 }), RangeError, "factor must be a finite float32 number > 0"],
    [() => steps({ at: [1], factor: junk("0.1") }), TypeError, 'current value is "0.1"'],
    [() => steps({ at: [1], ...{ gamma: 0.1 } }), TypeError, 'current value has "gamma"'],
    [() => warmUp(-1), RangeError, "warmEpochs must be an integer >= 0: current value is -1"],
    [() => warmUp(1.5), RangeError, "current value is 1.5"],
    [() => warmUp(junk("3")), TypeError, 'current value is "3"'],
    [() => warmUp(1, junk({})), TypeError, "schedule must be a function: current value is {}"],
    [() => warmUp(1, junk(null)), TypeError, "current value is null"],
    [() => plateau(junk(null)), TypeError, "options must be an object: current value is null"],
    [() => plateau(junk({ patiense: 1 })), TypeError, "did you mean patience"],
    [() => plateau({ monitor: junk(1) }), TypeError, "a metric's name: current value is 1"],
    [() => plateau({ mode: junk("maximum") }), RangeError, '"min" or "max": current value is'],
    [() => plateau({ patience: 0 }), RangeError, "patience must be an integer >= 1: current"],
    [() => plateau({ factor: 1 }), RangeError, "factor must be a finite float32 number > 0"],
    [() => plateau({ minDelta: -1 }), RangeError, "minDelta must be a finite number >= 0: curr"],
    [() => plateau({ least: 2 }), RangeError, "least must be a finite number >= 0 and <= 1: cu"],
    [() => plateau()(1, 2), TypeError, "must be given the epochs before: current epoch is 1"],
    [
      () => plateau({ monitor: "mse" })(1, 2, [{ epoch: 0, loss: 1, metrics: { mae: 1, r: 2 } }]),
      RangeError,
      'must be one of the metrics [mae,r]: current value is "mse"',
    ],
  ];
  for (const [run, Kind, message] of rules) assertThrows(run, Kind, message);
});
