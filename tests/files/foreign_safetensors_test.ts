/** safetensors of other programs: every type is read right, what tfjs cannot hold is refused. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { attempt } from "../../src/files/attempt.ts";
import { encodeSafetensors, readStored } from "../../src/files/safetensors.ts";
import { use } from "../support/backends.ts";
import { type Foreign, foreignSafetensors, framed } from "../support/foreign_safetensors.ts";
import { inFolder } from "../support/in_folder.ts";

/** The tensors of a file of these bytes. */
async function stored(bytes: Uint8Array) {
  let found: Awaited<ReturnType<typeof readStored>> = [];
  await inFolder(async (dir) => {
    await Deno.writeFile(`${dir}/file`, bytes);
    found = await attempt("Cannot read", `${dir}/file`, (host) => readStored(host, `${dir}/file`));
  });
  return found;
}

/** Types, their stored numbers, and what tfjs has of them: type and numbers. */
const TYPES: [string, ArrayBufferView, string, number[]][] = [
  ["F32", Float32Array.of(0.1, -0, 1e-45), "float32", [Math.fround(0.1), -0, 2 ** -149]],
  ["F64", Float64Array.of(0.1, 1e39, -1), "float32", [Math.fround(0.1), Infinity, -1]],
  [
    "F16",
    Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x8001, 0x8000, 0x7c00, 0xfc00, 0x7e00),
    "float32",
    [1, -2, 65504, 2 ** -14, 1023 * 2 ** -24, -(2 ** -24), -0, Infinity, -Infinity, NaN],
  ],
  [
    "BF16",
    Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0001, 0x8000, 0x7fc0),
    "float32",
    [1, -3, Infinity, 2 ** -133, -0, NaN],
  ],
  ["I64", BigInt64Array.of(2n ** 31n - 1n, -(2n ** 31n), 7n), "int32", [
    2 ** 31 - 1,
    -(2 ** 31),
    7,
  ]],
  ["I32", Int32Array.of(-5, 5), "int32", [-5, 5]],
  ["I16", Int16Array.of(-300, 300), "int32", [-300, 300]],
  ["I8", Int8Array.of(-128, 127), "int32", [-128, 127]],
  ["U8", Uint8Array.of(0, 255), "int32", [0, 255]],
  ["BOOL", Uint8Array.of(0, 1), "bool", [0, 1]],
];

Deno.test("foreign safetensors: each type is read as the numbers that it means", async () => {
  await use("cpu");
  const tensors: Record<string, Foreign> = {};
  for (const [dtype, values, , { length }] of TYPES) tensors[dtype] = [dtype, [1, length], values];
  const found = await stored(foreignSafetensors(tensors));
  assertEquals(found.map(({ name }) => name), TYPES.map(([dtype]) => dtype));
  for (const [i, [dtype, , expected, numbers]] of TYPES.entries()) {
    const tensor = found[i]!.read();
    assertEquals(tensor.dtype, expected, dtype);
    assertEquals(tensor.shape, [1, numbers.length], dtype);
    const values = [...await tensor.data<"float32">()];
    assert(values.every((value, k) => Object.is(value, numbers[k])), `${dtype}: ${values}`);
    tensor.dispose();
  }
});

Deno.test("foreign safetensors: int64 beyond int32 is refused where it is asked for", async () => {
  await use("cpu");
  const tensors: Record<string, Foreign> = {
    far: ["I64", [2], BigInt64Array.of(1n, 2n ** 31n)],
    near: ["F32", [1], Float32Array.of(2)],
  };
  const [far, near] = await stored(foreignSafetensors(tensors));
  near!.read().dispose();
  const reason = "its I64 numbers must be those that int32 holds: current number is 2147483648";
  assertThrows(() => far!.read(), Error, reason);
});

Deno.test("foreign safetensors: a checksum of ours is checked where there is one", async () => {
  await use("cpu");
  const tensor = tf.tensor1d([1, 2]);
  const file = await encodeSafetensors([{ name: "a", tensor }], {});
  tensor.dispose();
  assertEquals((await stored(file)).map(({ shape }) => shape), [[2]]);
  await assertRejects(() => stored(file.with(file.length - 1, 9)), Error, "its checksum must be");
});

Deno.test("foreign safetensors: a header that is no object is refused", async () => {
  await use("cpu");
  for (const [header, shown] of [[null, "null"], [[1], "[1]"], [3, "3"]] as const) {
    const reason = `its header must be an object: current one is ${shown}`;
    await assertRejects(() => stored(framed(header, [])), Error, reason);
  }
});
