/** DenseWeight: against NumPy's plain double sum, and what must hold of it. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { labelWeights, type LabelWeightsOptions } from "../../mod.ts";
import { gaussSums } from "../../src/priors/gauss_sum.ts";
import { normals } from "../support/cases.ts";
import { assertNear, sum } from "../support/near.ts";
import fixture from "../fixtures/label_counts.json" with { type: "json" };

/** Gaussian sums of 1e-10, divided by the range of densities. */
const TOLERANCE = 1e-9;

Deno.test("dense weights: NumPy's, whatever the labels and alpha", async () => {
  for (const { name, labels, weights } of fixture.dense) {
    for (const [alpha, expected] of Object.entries(weights)) {
      const options = { scheme: "dense", alpha: Number(alpha) } as const;
      assertNear(await labelWeights(labels, options), expected, TOLERANCE, `${name}, ${alpha}`);
    }
    const plain = await labelWeights(labels, { scheme: "dense" });
    assertEquals(plain, await labelWeights(labels, { scheme: "dense", alpha: 1 }));
  }
});

Deno.test("dense weights: mean 1, in the labels' order, whatever their unit and origin", async () => {
  const next = normals(2);
  const labels = Array.from({ length: 3000 }, () => Math.exp(next()));
  const weights = await labelWeights(labels, { scheme: "dense" });
  assertAlmostEquals(sum(weights) / 3000, 1, 1e-12);
  assert(weights.every((weight) => weight > 0));
  const turned = await labelWeights(labels.toReversed(), { scheme: "dense" });
  assertNear(turned.toReversed(), weights, 1e-12);
  const moved = labels.map((label) => 5000 - 3 * label);
  assertNear(await labelWeights(moved, { scheme: "dense" }), weights, 1e-9);
  const order = Array.from(labels.keys()).sort((a, b) => labels[a]! - labels[b]!);
  assert(weights[order.at(-1)!]! > 3 * weights[order[1000]!]!);
  assertEquals(await labelWeights([5, 5, 5], { scheme: "dense" }), [1, 1, 1]);
  assertEquals(await labelWeights([5], { scheme: "dense" }), [1]);
  const flat = await labelWeights(labels, { scheme: "dense", alpha: 0 });
  assert(flat.every((weight) => weight === 1));
});

Deno.test("dense weights: the sum of Gaussians is the plain one, of counts and gaps, at every width", () => {
  const next = normals(3);
  const labels = Float64Array.from({ length: 900 }, (_, i) => (i % 3 ? 1 : 40) * next()).sort();
  const counts = labels.map((_, i) => i % 50 === 0 ? 1e12 : 1 + i % 7);
  for (const width of [1e-3, 0.05, 1, 30, 1e4]) {
    const sums = gaussSums(labels, counts, width);
    for (let i = 0; i < labels.length; i += 7) {
      let plain = 0;
      labels.forEach((label, j) =>
        plain += counts[j]! * Math.exp(-(((labels[i]! - label) / width) ** 2) / 2)
      );
      assert(Math.abs(sums[i]! / plain - 1) < 1e-10, `${width}: ${sums[i]} is not ${plain}`);
    }
  }
});

Deno.test("dense weights: options of bins are refused, and alpha without them", async () => {
  const rules: [LabelWeightsOptions, string][] = [
    [
      { scheme: "dense", binWidth: 1 },
      "binWidth must go with a scheme of bins: current value is 1",
    ],
    [{ scheme: "dense", lds: {} }, "lds must go with a scheme of bins: current value is {}"],
    [{ scheme: "dense", clip: false }, "clip must go with a scheme of bins"],
    [{ binWidth: 1, alpha: 1 }, 'alpha must go with scheme "dense": current value is 1'],
  ];
  for (const [options, message] of rules) {
    await assertRejects(() => labelWeights([1, 2], options), TypeError, message);
  }
  const below = { scheme: "dense", alpha: -1 } as const;
  await assertRejects(
    () => labelWeights([1, 2], below),
    RangeError,
    "alpha must be a finite number",
  );
});
