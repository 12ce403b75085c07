/** labelWeights: the numbers of Yang et al. */
import { assert, assertEquals } from "@std/assert";
import { type LabelSmoothing, labelWeights, type LabelWeightsOptions } from "../../mod.ts";
import { assertNear, sum } from "../support/near.ts";
import fixture from "../fixtures/label_smoothing.json" with { type: "json" };

const { labels } = fixture;
const WHOLE = Array.from({ length: 62 }, (_, i) => i - 0.5);

Deno.test("weights: those of the authors' code", async () => {
  for (const { lds, weights } of fixture.cases) {
    for (const scheme of ["inverse", "sqrt-inverse"] as const) {
      const smoothing = lds ? { lds: lds as LabelSmoothing } : {};
      const actual = await labelWeights(labels, { scheme, edges: WHOLE, ...smoothing });
      const byLabel: Readonly<Record<string, number>> = weights[scheme];
      assertNear(actual, labels.map((label) => byLabel[label]!), 1e-12, `${scheme} ${lds?.kernel}`);
    }
  }
});

Deno.test("weights: one over the count by hand, clipped as documented", async () => {
  const few = [...Array<number>(8).fill(0), 1, 1];
  const weigh = async (options: LabelWeightsOptions) => {
    const weights = await labelWeights(few, { binWidth: 1, ...options });
    return weights[9]! / weights[0]!;
  };
  assertNear([await weigh({ scheme: "inverse", clip: false })], [4]);
  assertNear([await weigh({})], [2]); // sqrt-inverse, not clipped
  assertNear([await weigh({ scheme: "inverse" })], [8 / 5]); // 2 counts as 5
  assertNear([await weigh({ scheme: "inverse", clip: [1, 6] })], [3]);
  assertNear([await weigh({ clip: [4.5, Infinity] })], [Math.sqrt(8 / 4.5)]);
});

Deno.test("weights: mean 1, above 0, in the labels' order", async () => {
  const many = Float64Array.from({ length: 100_000 }, (_, i) => Math.sqrt(i) - 50);
  for (const options of [{ bins: 40 }, { binWidth: 0.7, lds: {}, scheme: "inverse" }] as const) {
    const weights = await labelWeights(many, options);
    assertNear([sum(weights) / weights.length], [1]);
    assert(weights.every((weight) => weight > 0));
    const reversed = await labelWeights(many.toReversed(), options);
    assertNear(reversed.toReversed(), weights);
  }
  assertEquals(await labelWeights([5, 5, 5], { bins: 4, lds: {} }), [1, 1, 1]);
});
