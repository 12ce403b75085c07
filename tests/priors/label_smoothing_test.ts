/** Label smoothing's defaults, in histograms, weights and feature smoothing. */
import { assertEquals, assertNotEquals } from "@std/assert";
import {
  FeatureSmoothing,
  type FeatureSmoothingConfig,
  labelHistogram,
  type LabelSmoothing,
  labelWeights,
} from "../../mod.ts";

const LABELS = [1, 1, 1, 1, 3, 3, 4, 9, 9, 9, 20];
const DOCUMENTED = { kernel: "gaussian", size: 5, sigma: 2 } as const;
const OTHERS: readonly LabelSmoothing[] = [
  { kernel: "laplace" },
  { kernel: "triangular" },
  { size: 3 },
  { size: 7 },
  { sigma: 1 },
  { sigma: 3 },
];

Deno.test("smoothing: {} is a gaussian over 5 bins of sigma 2; absent, there is none", async () => {
  const histogram = (smoothing?: LabelSmoothing) =>
    labelHistogram(LABELS, { binWidth: 1, ...(smoothing && { smoothing }) });
  const weights = (lds?: LabelSmoothing) =>
    labelWeights(LABELS, { binWidth: 1, ...(lds && { lds }) });
  for (const make of [histogram, weights]) {
    const plain = await make({});
    assertEquals(plain, await make(DOCUMENTED));
    for (const change of [undefined, ...OTHERS]) {
      assertNotEquals(plain, await make(change), JSON.stringify(change));
    }
  }
  const none = await histogram();
  assertEquals(none.weights, [4, 2, 1, 3, 1].map((count) => count / LABELS.length));
});

Deno.test("smoothing: the triangular kernel has no sigma", async () => {
  const make = (sigma: number) =>
    labelHistogram(LABELS, { binWidth: 1, smoothing: { kernel: "triangular", sigma } });
  assertEquals(await make(1), await make(9));
});

Deno.test("smoothing: feature smoothing's defaults are those of the docs", () => {
  const configOf = (config: FeatureSmoothingConfig) => {
    const { name: _, ...all } = new FeatureSmoothing(config).getConfig();
    return all;
  };
  const documented = {
    ...DOCUMENTED,
    ...{ start: 0, binWidth: 1, momentum: 0.9, startUpdate: 0, startSmooth: 1, collect: true },
  };
  assertEquals(configOf({ bins: 3 }), configOf({ bins: 3, ...documented }));
  assertEquals({ ...configOf({ bins: 3 }), ...documented }, configOf({ bins: 3 }));
  assertEquals(configOf({ edges: [0, 0.5, 2] }).edges, [0, 0.5, 2]);
  const { bins, start, binWidth } = configOf({ edges: [0, 0.5, 2] });
  assertEquals([bins, start, binWidth], [undefined, undefined, undefined]);
});
