/** safetensors: bit for bit, offsets are what counts, and headers that lie are refused by name. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { attempt } from "../../src/files/attempt.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
} from "../../src/files/safetensors.ts";
import { testOnBackends, use } from "../support/backends.ts";
import { bytesRead } from "../support/bytes_read.ts";
import { inFolder } from "../support/in_folder.ts";
import { bits } from "../support/resumable.ts";
import { resealed } from "../support/resealed.ts";

const readFile = (path: string) =>
  attempt("Cannot read", path, (host) => readSafetensors(host, path));

testOnBackends("safetensors: every type comes back bit for bit, in order", async () => {
  const odd = new Float32Array([0, -0, NaN, Infinity, -Infinity, 1e-45, 3.4e38, 0.1]);
  new Uint32Array(odd.buffer)[2] = 0x7fc01234; // a NaN that carries bits
  const tensors = [
    { name: "z", tensor: tf.tensor(odd, [2, 4]) },
    { name: "7", tensor: tf.tensor([true, false, true], [3], "bool") },
    { name: "__proto__", tensor: tf.tensor([-(2 ** 31), 2 ** 31 - 1, 0], [3], "int32") },
    { name: "σ²", tensor: tf.scalar(3) },
    { name: "none", tensor: tf.zeros([0, 3]) },
  ];
  const file = await encodeSafetensors(tensors, { all: ["σ"] });
  const { tensors: found, value } = await decodeSafetensors(file.slice());
  const told = (list: typeof found) =>
    Promise.all(list.map(async ({ name, tensor }) => [name, await bits(tensor)]));
  assertEquals(await told(found), await told(tensors));
  assertEquals(value, { all: ["σ"] });
  tf.dispose([...tensors, ...found].map(({ tensor }) => tensor));
}, ["cpu", "webgpu"]);

testOnBackends(
  "safetensors: complex numbers, too",
  async () => {
    const tensor = tf.complex([1, -0], [NaN, 4]);
    const file = await encodeSafetensors([{ name: "c", tensor }], null);
    const { tensors: [found] } = await decodeSafetensors(file.slice());
    assertEquals(await bits(found!.tensor), await bits(tensor));
    tf.dispose([tensor, found!.tensor]);
  },
  ["cpu"],
  { leaky: "tfjs does not free the parts of complex tensors" },
);

/** A file of `a`, 1 and 2, and `b`, 3 as int32, with its header changed and its checksum right. */
async function file(change: (header: Header) => unknown = (header) => header) {
  const [a, b] = [tf.tensor1d([1, 2]), tf.scalar(3, "int32")];
  const whole = await encodeSafetensors([{ name: "a", tensor: a }, { name: "b", tensor: b }], {});
  tf.dispose([a, b]);
  return await resealed(whole, (header) => change(header as unknown as Header));
}
interface Entry {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}
type Header = { a: Entry; b: Entry; __metadata__: { sha256: string; json: unknown } };

testOnBackends("safetensors: a tensor is where its offsets say", async () => {
  const swapped = await file(({ __metadata__, a, b }) => ({ __metadata__, b, a }));
  const { tensors } = await decodeSafetensors(swapped);
  assertEquals(tensors.map(({ name }) => name), ["a", "b"]);
  const values = await Promise.all(tensors.map(async ({ tensor }) => [...await tensor.data()]));
  assertEquals(values, [[1, 2], [3]]);
  tf.dispose(tensors.map(({ tensor }) => tensor));
}, ["cpu"]);

const entry = (name: "a" | "b", more: Partial<Entry>) =>
  file((header) => ({ ...header, [name]: { ...header[name], ...more } }));
const at = (start: number, end: number) => ({ data_offsets: [start, end] });
const moved = (a: [number, number], b: [number, number]) =>
  file((header) => ({
    ...header,
    a: { ...header.a, ...at(...a) },
    b: { ...header.b, ...at(...b) },
  }));

/** The header's length, changed to what it is not. */
async function long(length: bigint): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file();
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

const OFFSETS = "its data_offsets must follow one another without overlap or gap: current value of";
const RULES: [string, () => Promise<Uint8Array<ArrayBuffer>>, string][] = [
  [
    "an empty file",
    () => Promise.resolve(new Uint8Array(0)),
    "that it states: current length is 0",
  ],
  ["half a length", async () => (await file()).slice(0, 5), "current length is 5"],
  ["no header", () => long(0n), "it must have the length that it states: current length is"],
  ["a header beyond the file", () => long(5000n), "it must have the length that it states"],
  [
    "a huge header",
    () => long(2n ** 62n),
    "its header must have at most 100000000 bytes: current length of the header is 4611686018",
  ],
  ["a header one byte short", async () => {
    const bytes = await file();
    const length = new DataView(bytes.buffer).getBigUint64(0, true);
    return await long(length - 8n);
  }, "its header must be JSON"],
  ["offsets that overlap", () => moved([0, 8], [4, 8]), `${OFFSETS} "b" is [4, 8], after 8`],
  ["offsets with a gap", () => moved([0, 8], [12, 16]), `${OFFSETS} "b" is [12, 16], after 8`],
  ["offsets that begin late", () => moved([4, 12], [12, 16]), `${OFFSETS} "a" is [4, 12], after 0`],
  ["the same twice", () => moved([0, 8], [0, 4]), `${OFFSETS} "a" is [0, 8], after 4`],
  [
    "offsets beyond the file",
    () => file(({ __metadata__, a }) => ({ __metadata__, a, b: { ...a, ...at(8, 16) } })),
    "it must have the 16 bytes of tensors that its header states: current number is 12",
  ],
  [
    "bytes of no tensor",
    () => file(({ __metadata__, a }) => ({ __metadata__, a })),
    "it must have the 8 bytes of tensors that its header states: current number is 12",
  ],
  [
    "offsets of another size",
    () => entry("b", at(8, 10)),
    'the start and end of 4 bytes, of I32 []: current value of "b" is [8, 10]',
  ],
  ["offsets backwards", () => entry("b", at(12, 8)), 'current value of "b" is [12, 8]'],
  ["a negative offset", () => entry("a", at(-8, 0)), 'current value of "a" is [-8, 0]'],
  ["half an offset", () => entry("b", at(8.5, 12.5)), 'current value of "b" is [8.5, 12.5]'],
  ["no offsets", () => entry("b", { data_offsets: null }), 'current value of "b" is null'],
  ["one offset", () => entry("b", { data_offsets: [8] }), 'current value of "b" is [8]'],
  [
    "an unknown dtype",
    () => entry("a", { dtype: "F8_E4M3" }),
    'of [F32,I32,BOOL,C64,F64,F16,BF16,I64,I16,I8,U8]: current value of "a" is "F8_E4M3"',
  ],
  ["no dtype", () => entry("a", { dtype: undefined }), 'current value of "a" is undefined'],
  ["an entry that is none", () => file((h) => ({ ...h, a: null })), "its dtypes must be of"],
  [
    "a negative shape",
    () => entry("a", { shape: [-2] }),
    'its shapes must be whole numbers from 0 on: current value of "a" is [-2]',
  ],
  ["two negative sizes", () => entry("a", { shape: [-1, -2] }), "its shapes must be whole numbers"],
  ["a shape of null", () => entry("a", { shape: [null] }), 'current value of "a" is [null]'],
  ["no shape", () => entry("a", { shape: 2 }), 'current value of "a" is 2'],
  ["another shape", () => entry("a", { shape: [3] }), "start and end of 12 bytes, of F32 [3]"],
  ["a huge shape", () => entry("a", { shape: [2 ** 40, 2 ** 40] }), "its data_offsets must be"],
  ["a list", () => file(() => []), "it must begin with a checksum"],
  ["no checksum", () => file(({ a, b }) => ({ a, b })), "it must begin with a checksum"],
  [
    "a value that is no JSON",
    () => file((h) => ({ ...h, __metadata__: { ...h.__metadata__, json: "{" } })),
    'its value must be JSON: current one is "{"',
  ],
  [
    "no value",
    () => file((h) => ({ ...h, __metadata__: { sha256: h.__metadata__.sha256 } })),
    "its value must be JSON: current one is undefined",
  ],
  ["another byte", async () => {
    const bytes = await file();
    return bytes.with(bytes.length - 1, 9);
  }, "its checksum must be"],
];

Deno.test("safetensors: a header that lies is refused by name, without a leak", async (t) => {
  await use("cpu");
  for (const [name, make, message] of RULES) {
    await t.step(name, () =>
      inFolder(async (dir) => {
        const bytes = await make();
        const before = tf.memory().numTensors;
        await assertRejects(() => decodeSafetensors(bytes.slice()), Error, message);
        await Deno.writeFile(`${dir}/file`, bytes);
        const error = await assertRejects(() => readFile(`${dir}/file`), Error, message);
        assert(error.message.startsWith("Cannot read as it"), error.message);
        assertEquals(tf.memory().numTensors, before);
      }));
  }
});

Deno.test("safetensors: of a file that is too long nothing but its header is read", () =>
  inFolder(async (dir) => {
    await use("cpu");
    await Deno.writeFile(`${dir}/file`, await file());
    const { size } = await Deno.stat(`${dir}/file`);
    await Deno.truncate(`${dir}/file`, 6e9);
    const more = 6e9 - size + 12;
    const message = `the 12 bytes of tensors that its header states: current number is ${more}`;
    const read = await bytesRead(() =>
      assertRejects(() => readFile(`${dir}/file`), Error, message)
    );
    assertEquals(read, size - 12);
  }));

Deno.test("safetensors: text is refused by name", async () => {
  await use("cpu");
  const tensor = tf.tensor(["text"]);
  await assertRejects(
    () => encodeSafetensors([{ name: "t", tensor }], {}),
    TypeError,
    "must be [float32,int32,bool,complex64]: current value has t of string",
  );
  tensor.dispose();
});
