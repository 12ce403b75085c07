/** The tree of the sorted labels: every node's numbers against plain sums over its labels, on the cpu and on webgpu. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { labelTree, LEAF, ORDER, STRIDE } from "../../../src/kernels/log_mass/label_tree.ts";
import { labelTreeWebgpu } from "../../../src/kernels/log_mass/label_tree_webgpu.ts";
import { testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";

const SIZES = [1, 2, 7, 8, 9, 16, 17, 63, 64, 65, 100, 1001];

function problem(size: number, weighted: boolean) {
  const normal = normals(size);
  const labels = Float32Array.from({ length: size }, () => 10 + normal()).sort();
  // The first leaf weighs nothing.
  const bits = (j: number) => j < LEAF && size > LEAF ? -Infinity : 5 * normal();
  const weightBits = weighted ? Float32Array.from(labels, (_, j) => bits(j)) : undefined;
  return { labels, weightBits };
}

/** `[least, greatest, bits, a_1, ...]` of labels, by plain sums. */
function plain(labels: Float32Array, weightBits: Float32Array | undefined, moments: number) {
  const [least, greatest] = [labels[0]!, labels.at(-1)!];
  const half = (greatest - least) / 2;
  const weights = Array.from(labels, (_, j) => 2 ** (weightBits?.[j] ?? 0));
  const mass = weights.reduce((a, b) => a + b, 0);
  const u = Array.from(labels, (x) => half > 0 ? (x - least - half) / half : 0);
  const mean = (k: number) => weights.reduce((sum, w, j) => sum + w * u[j]! ** k, 0) / (mass || 1);
  const a = Array.from({ length: moments }, (_, k) => mean(k + 1));
  return [least, greatest, Math.log2(mass), ...a];
}

function assertNode(found: ArrayLike<number>, expected: number[], error: number, name: string) {
  assertEquals(found[0], expected[0], `${name}: least`);
  assertEquals(found[1], expected[1], `${name}: greatest`);
  if (expected[2] === -Infinity) return assert(found[2]! < -1e38, `${name}: bits ${found[2]}`);
  for (let k = 2; k < expected.length; k++) {
    assert(
      Math.abs(found[k]! - expected[k]!) <= error,
      `${name}: ${k}: ${found[k]}, ${expected[k]}`,
    );
  }
}

for (const weighted of [false, true]) {
  const kind = weighted ? "weighted" : "plain";
  Deno.test(`label tree: every node is the sum of its labels, ${kind}`, () => {
    for (const size of SIZES) {
      const { labels, weightBits } = problem(size, weighted);
      const { levels } = labelTree(
        Float64Array.from(labels),
        weightBits && Float64Array.from(weightBits),
      );
      assertEquals(levels.at(-1)!.length, STRIDE);
      levels.forEach((nodes, level) => {
        const span = LEAF * 2 ** level;
        assertEquals(nodes.length, STRIDE * Math.ceil(size / span));
        for (let i = 0; i * span < size; i++) {
          const part = [i * span, (i + 1) * span] as const;
          const expected = plain(
            labels.subarray(...part),
            weightBits?.subarray(...part),
            ORDER + 2,
          );
          const node = nodes.subarray(i * STRIDE, (i + 1) * STRIDE);
          assertNode(node, expected, 1e-12, `${size} labels, level ${level}, node ${i}`);
        }
      });
    }
  });

  testOnBackends(`label tree: on the GPU, from labels in any order, ${kind}`, async () => {
    const backend = tf.backend() as WebGPUBackend;
    for (const size of SIZES) {
      const { labels, weightBits } = problem(size, weighted);
      const [center, logWeight] = [
        tf.tensor1d(labels.toReversed()),
        weightBits && tf.tensor1d(weightBits.toReversed().map((bits) => bits * Math.LN2)),
      ];
      const [values, leaves] = await build(backend, center, logWeight);
      // Its bits are counted from the greatest weight.
      const most = weightBits ? Math.max(...weightBits) : 0;
      tf.dispose([center, logWeight ?? []]);
      for (let n = 1; n < 2 * leaves; n++) {
        const depth = Math.floor(Math.log2(n));
        const span = LEAF * leaves / 2 ** depth;
        const start = (n - 2 ** depth) * span;
        if (start >= size) continue;
        const part = [start, start + span] as const;
        const expected = plain(
          labels.subarray(...part),
          weightBits?.subarray(...part).map((bits) => bits - most),
          13,
        );
        // The center is rounded to a float32 near 10, which u^13 sees 13 times.
        const error = 3e-6 + 13 * 2 ** -20 / (expected[1]! - expected[0]! || 1);
        const stride = weightBits ? 20 : 16;
        const node = values.subarray(stride * n, stride * (n + 1));
        if (weightBits) {
          // Weights of 0 have some number instead of minus infinity.
          const top = Math.max(Math.max(...weightBits.subarray(...part)) - most, -3.4e38);
          assertAlmostEquals(node[16]!, top, 1e-6 * Math.max(1, -top));
        }
        assertNode(
          node.subarray(0, 16),
          expected,
          error,
          `${size} labels, node ${n}`,
        );
      }
    }
  }, ["webgpu"]);
}

/** The nodes' numbers, and how many leaves there are. */
async function build(backend: WebGPUBackend, center: tf.Tensor, logWeight: tf.Tensor | undefined) {
  tf.engine().startScope();
  const { label, node, leaves } = labelTreeWebgpu(backend, center, logWeight);
  const values = await backend.read(node.dataId) as Float32Array;
  tf.engine().endScope();
  for (const info of [label, node]) backend.disposeData(info.dataId);
  return [values, leaves] as const;
}
