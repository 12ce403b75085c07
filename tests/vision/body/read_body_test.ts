/** Files of bodies: other forms and versions, missing arrays, such that do not go together. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { unzipSync, zipSync } from "fflate";
import { readBody } from "../../../src/vision/mod.ts";

const FILE = new URL("../../fixtures/body/tiny.npz", import.meta.url).pathname;

/** An array of zeros as `.npy`. */
function npy(shape: number[], { type = "<f4", version = 1, bytes = 4, missing = 0 } = {}) {
  const sides = shape.length === 1 ? `${shape},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }\n`;
  const first = [0x93, ..."NUMPY"].map((c) => typeof c === "string" ? c.charCodeAt(0) : c);
  const length = version === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
  const size = shape.reduce((a, b) => a * b, bytes) - missing;
  return Uint8Array.from([
    ...first,
    ...[version, 0],
    ...length,
    ...new TextEncoder().encode(header),
    ...new Uint8Array(size),
  ]);
}

Deno.test("body: files of other form or version, without an array or with others are named", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const whole = unzipSync(await Deno.readFile(FILE));
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  const refused = async (bytes: Uint8Array, message: string, options = {}) => {
    await Deno.writeFile(path, bytes);
    await assertRejects(() => readBody(path, options), Error, message);
  };
  const changed = (change: Record<string, Uint8Array>) => zipSync({ ...whole, ...change });
  const nan = npy([9, 3]);
  nan.set([0, 0, 0xc0, 0x7f], nan.length - 4);
  const { "posedirs.npy": _, ...without } = whole;

  await refused(new Uint8Array([0x80, 2, 0x7d]), "must be a whole archive of NumPy arrays, .npz");
  await refused(zipSync(whole).subarray(0, 3000), "must be a whole archive of NumPy arrays");
  await refused(zipSync(without), "a body has arrays [v_template,shapedirs,posedirs");
  await refused(zipSync(without), "current file has no posedirs");
  await refused(changed({ "weights.npy": npy([9, 6]) }), "J_regressor must have the shape");
  await refused(
    changed({ "kintree_table.npy": npy([2, 4]) }),
    "[2,5], and not be empty: current shape is [2,4]",
  );
  await refused(changed({ "v_template.npy": npy([9]) }), "v_template must have the shape");
  await refused(
    changed({ "weights.npy": npy([0, 0]) }),
    "weights must have the shape that goes with 9 vertices and 0 joints",
  );
  await refused(changed({ "v_template.npy": nan }), "v_template must have finite float32 numbers");
  await refused(
    changed({ "weights.npy": npy([9, 5], { version: 9 }) }),
    "weights must be .npy of version 1 to 3",
  );
  await refused(
    changed({ "weights.npy": npy([9, 5], { missing: 4 }) }),
    "weights must be whole: current shape is [9,5]",
  );
  await refused(changed({ "weights.npy": npy([9, 5], { type: "|O" }) }), "little-endian numbers");
  await refused(changed({ "weights.npy": npy([9, 5], { type: ">f4" }) }), "little-endian numbers");
  // Zeros: the parent of joint 1 is 0, as it should be, and so are all others. Then one after itself.
  const tree = npy([2, 5]);
  new DataView(tree.buffer).setFloat32(tree.length - 40 + 8, 3, true);
  await refused(changed({ "kintree_table.npy": tree }), "current parent of joint 2 is 3");
  await refused(zipSync(whole), "shapes must be at most the file's 4: current value is 5", {
    shapes: 5,
  });

  // Version 2 has a longer header; and a float32 tree will do.
  await Deno.writeFile(path, changed({ "kintree_table.npy": npy([2, 5], { version: 2 }) }));
  const data = await readBody(path);
  assertEquals(data.parents, [-1, 0, 0, 0, 0]);
  const { parents: _parents, ...tensors } = data;
  tf.dispose(Object.values(tensors));
  await Deno.remove(path);
  await assertRejects(() => readBody(path), Error, "the file or its folder must exist");
  assertEquals(tf.memory().numTensors, before);
});
