/** What errors show of a value, and options that are not known. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { checkOptions } from "../../src/check/check_options.ts";
import { shown } from "../../src/check/shown.ts";

Deno.test("shown: text is text, rows are rows, long lists are cut", () => {
  const cases: [unknown, string][] = [
    ["24", '"24"'],
    [24, "24"],
    [null, "null"],
    [undefined, "undefined"],
    [3n, "3n"],
    [Symbol("s"), "Symbol(s)"],
    [["1", 2], '["1", 2]'],
    [[[true], [false]], "[[true], [false]]"],
    [new Float32Array(9), "[0, 0, 0, 0, 0, 0, 0, 0, ... 9 in all]"],
    [{ x: 1, y: 2 }, "{ x, y }"],
    [{}, "{}"],
    [new Map(), "of class Map"],
    [Object.create(null), "{}"],
    [new RangeError("too far"), "RangeError: too far"],
    ["a".repeat(99), `"${"a".repeat(60)}..."`],
  ];
  for (const [value, text] of cases) assertEquals(shown(value), text);
});

Deno.test("shown: a tensor is neither read nor printed", () => {
  const tensor = tf.zeros([3, 2]);
  const fail = () => {
    throw new Error("read");
  };
  Object.assign(tensor, { data: fail, dataSync: fail, toString: fail, print: fail });
  assertEquals(shown(tensor), "a float32 tensor of shape [3,2]");
  assertEquals(shown([tensor]), "[a float32 tensor of shape [3,2]]");
  tensor.dispose();
});

Deno.test("options: what is not known is refused with the nearest known name", () => {
  const names = ["batchSize", "epochs"];
  checkOptions({ epochs: 1 }, names, "Cannot train");
  checkOptions({}, [], "Cannot train");
  assertThrows(
    () => checkOptions({ batchsize: 1 }, names, "Cannot train"),
    TypeError,
    'Cannot train as options must be known, did you mean batchSize: current value has "batchsize"',
  );
  for (const junk of [null, undefined, 1, "text", [], true]) {
    assertThrows(() => checkOptions(junk, names, "Cannot train"), TypeError, "must be an object");
  }
  // No names of their own, and yet not "no options".
  for (const junk of [new Date(), new AbortController(), new Map()]) {
    assertThrows(() => checkOptions(junk, names, "Cannot train"), TypeError, "object of options");
  }
  checkOptions(Object.create(null), names, "Cannot train");
  checkOptions(
    new (class {
      epochs = 1;
    })(),
    names,
    "Cannot train",
  );
});
