/** The sorts of the linear method, on the cpu and on webgpu, against Array.sort. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assertEquals } from "@std/assert";
import { radixSort } from "../../../src/kernels/radix_sort/cpu.ts";
import { radixSortWebgpu } from "../../../src/kernels/radix_sort/webgpu.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";

/** Ascending, -0 before 0, equal ones in the order they come in. */
function sorted(values: Float32Array): number[] {
  const negative = (x: number) => Object.is(x, -0) ? 1 : 0;
  return [...values.keys()].sort((i, j) => {
    const [a, b] = [values[i]!, values[j]!];
    if (a !== b) return a < b ? -1 : 1;
    return negative(b) - negative(a) || i - j;
  });
}

const normal = normals(2);
const LISTS: Record<string, Float32Array> = {
  none: new Float32Array(),
  one: Float32Array.of(3),
  normal: Float32Array.from({ length: 5001 }, normal),
  "every exponent": Float32Array.from({ length: 5001 }, () => normal() * 2 ** (60 * normal())),
  denormal: Float32Array.from({ length: 1001 }, () => 1e-43 * normal()),
  equal: new Float32Array(1001).fill(-7),
  "few values": Float32Array.from({ length: 5001 }, () => Math.round(normal())),
  extremes: Float32Array.of(
    ...[1, -1, Infinity, 0, -Infinity, -0, 3e38, -3e38, 1e-45, -1e-45, 0, -0, Infinity],
  ),
};

for (const [name, values] of Object.entries(LISTS)) {
  Deno.test(`radix sort: ${name}`, () => assertEquals([...radixSort(values)], sorted(values)));
}

for (const [name, values] of Object.entries(LISTS)) {
  if (values.length === 0) continue; // a tensor without elements has no buffer
  testOnBackends(`radix sort, places: ${name}`, async () => {
    const [found] = await read(() => {
      const info = radixSortWebgpu(tf.backend() as WebGPUBackend, tf.tensor1d(values), "place");
      return tf.engine().makeTensorFromTensorInfo(info);
    });
    assertEquals([...found!.subarray(values.length)], sorted(values));
  }, ["webgpu"]);
}

Deno.test("radix sort: a part of a buffer; NaNs go to the ends", () => {
  const values = Float32Array.of(9, 2, NaN, 1).subarray(1);
  const order = [...radixSort(values)];
  assertEquals(order.filter((i) => i !== 1), [2, 0]);
  assertEquals(order[0] === 1 || order[2] === 1, true);
});
