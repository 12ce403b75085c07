/** Checks of kinds: numbers, booleans, choices, objects. */
import { assert, assertThrows } from "@std/assert";
import { checkArray } from "../../src/check/check_array.ts";
import { checkBoolean } from "../../src/check/check_boolean.ts";
import { checkChoice } from "../../src/check/check_choice.ts";
import { checkNumber, type NumberRule } from "../../src/check/check_number.ts";
import { checkObject } from "../../src/check/check_object.ts";

Deno.test("numbers: kind, range and what float32 holds", () => {
  const good: [number, NumberRule?][] = [
    [-1e300],
    [0, { least: 0 }],
    [1e-50, { above: 0 }],
    [0, { float32: true }],
    [3.4e38, { float32: true }],
    [1e-45, { above: 0, float32: true }],
    [1, { most: 1 }],
    [-3, { whole: true, below: 0 }],
  ];
  for (const [value, rule] of good) checkNumber(value, "delta", "Cannot compute MSE", rule);
  const bad: [unknown, NumberRule, typeof TypeError, string][] = [
    ["1", {}, TypeError, 'a finite number: current value is "1"'],
    [3n, {}, TypeError, "a finite number: current value is 3n"],
    [NaN, {}, RangeError, "a finite number: current value is NaN"],
    [-Infinity, {}, RangeError, "a finite number: current value is -Infinity"],
    [-1, { least: 0 }, RangeError, "a finite number >= 0: current value is -1"],
    [0, { above: 0 }, RangeError, "a finite number > 0: current value is 0"],
    [1, { least: 0, below: 1 }, RangeError, "a finite number >= 0 and < 1: current value is 1"],
    [2, { most: 1 }, RangeError, "a finite number <= 1: current value is 2"],
    [0.5, { whole: true, least: 0 }, RangeError, "an integer >= 0: current value is 0.5"],
    [1e39, { whole: true }, RangeError, "an integer: current value is 1e+39"],
    [1e39, { float32: true }, RangeError, "a finite float32 number: current value is 1e+39"],
    [1 - 1e-9, { below: 1, float32: true }, RangeError, "< 1: current value is 0.999999999"],
    [1e-50, { above: 0, float32: true }, RangeError, "float32 number > 0: current value is 1e-50"],
  ];
  for (const [value, rule, kind, message] of bad) {
    const run = () => checkNumber(value, "delta", "Cannot compute MSE", rule);
    const error = assertThrows(run, kind, message);
    assert(error.message.startsWith("Cannot compute MSE as delta must be "), error.message);
  }
});

Deno.test("booleans, choices, objects and arrays: nothing passes for them", () => {
  const claim = "Cannot compute MSE";
  checkBoolean(false, "restoreScale", claim);
  for (const junk of ["false", 0, null, undefined]) {
    assertThrows(() => checkBoolean(junk, "restoreScale", claim), TypeError, "true or false");
  }
  const choose = (value: unknown) => () => checkChoice(value, "mode", ["a", "b", "c"], claim);
  choose("b")();
  const words = 'Cannot compute MSE as mode must be "a", "b" or "c": current value is ';
  assertThrows(choose("d"), RangeError, `${words}"d"`);
  assertThrows(choose(["a"]), TypeError, `${words}["a"]`);
  checkObject(new Map(), "prior", claim);
  for (const junk of [null, [], "text", () => 1]) {
    assertThrows(() => checkObject(junk, "prior", claim), TypeError, "prior must be an object");
  }
  checkArray([], "steps", claim);
  for (const junk of [null, {}, "text", new Float32Array(1)]) {
    assertThrows(() => checkArray(junk, "steps", claim), TypeError, "steps must be an array");
  }
});
