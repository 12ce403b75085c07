/** fitLabelMixture: where the search for a number of components and the iterations end. */
import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { fitLabelMixture, type FitLabelMixtureOptions } from "../../mod.ts";
import { labelSet } from "../support/label_sets.ts";

/** Whole numbers below `values`, each `times` times. */
function spikes(values: number, times: number): number[] {
  return Array.from({ length: values * times }, (_, i) => i % values);
}

async function bicsOf(labels: number[], most: number, options: object): Promise<number[]> {
  const bics: number[] = [];
  for (let components = 1; components <= most; components++) {
    bics.push((await fitLabelMixture(labels, { components, ...options })).fit.bic);
  }
  return bics;
}

Deno.test("mixture limits: a BIC that rises twice and falls later is waited for", async () => {
  const [labels, options] = [spikes(4, 4), { varianceFloor: 0.0308 }];
  const [one, two, three, four] = await bicsOf(labels, 4, options);
  assert(two! > one! && three! > two! && four! < one!, `${[one, two, three, four]}`);
  const auto = await fitLabelMixture(labels, { components: "auto", ...options });
  assertEquals(auto.weights.length, 4);
  const size = async (maxComponents: number) =>
    (await fitLabelMixture(labels, { components: "auto", maxComponents, ...options })).weights
      .length;
  assertEquals([await size(1), await size(3), await size(4), await size(20)], [1, 1, 4, 4]);
});

Deno.test("mixture limits: after three in a row that are no better the search ends", async () => {
  const [labels, options] = [spikes(5, 6), { varianceFloor: 0.0268 }];
  const [one, ...others] = await bicsOf(labels, 5, options);
  assert(others.slice(0, 3).every((bic) => bic > one!) && others[3]! < one!, `${[one, others]}`);
  const auto = await fitLabelMixture(labels, { components: "auto", ...options });
  assertEquals(auto.weights.length, 1);
});

Deno.test("mixture limits: by default at most 20 components", async () => {
  // So far apart that every component more is worth it.
  const labels = spikes(25, 20).map((k) => 4 ** k);
  const way = { components: "auto", restarts: 1, varianceFloor: 1e-30 } as const;
  const auto = await fitLabelMixture(labels, way);
  const limited = { ...way, maxComponents: 20 };
  assertEquals(auto, await fitLabelMixture(labels, limited));
  const more = await fitLabelMixture(labels, { ...limited, maxComponents: 21 });
  assertEquals([auto.weights.length, more.weights.length], [20, 21]);
});

Deno.test("mixture limits: iterations below, at and above those that every start gets", async () => {
  const labels = labelSet("exponential");
  const base: FitLabelMixtureOptions = { components: 5, tolerance: 1e-15 };
  let before = -Infinity;
  for (const maxIterations of [1, 19, 20, 21, 33]) {
    for (const restarts of [1, 3]) {
      const { fit } = await fitLabelMixture(labels, { ...base, maxIterations, restarts });
      assertEquals([fit.iterations, fit.converged], [maxIterations, false]);
      if (restarts === 3) continue;
      assertGreater(fit.logLikelihood, before);
      before = fit.logLikelihood;
    }
  }
});

Deno.test("mixture limits: the defaults are those of the docs", async () => {
  const labels = labelSet("exponential");
  const fit = (options: Partial<FitLabelMixtureOptions>) =>
    fitLabelMixture(labels, { components: 5, ...options });
  const plain = await fit({});
  const documented: Partial<FitLabelMixtureOptions> = {
    seed: 0,
    tolerance: 1e-5,
    maxIterations: 500,
    restarts: 5,
    varianceFloor: 1e-6,
  };
  assertEquals(await fit(documented), plain);
  for (const change of [{ seed: 1 }, { tolerance: 1e-6 }, { restarts: 1 }]) {
    assertNotEquals((await fit(change)).fit, plain.fit, JSON.stringify(change));
  }
  // Seeds by which one start less, and one more, end elsewhere.
  const short = labels.slice(0, 300) as number[];
  const started = (seed: number, restarts?: number) =>
    fitLabelMixture(short, { components: 6, seed, ...(restarts && { restarts }) });
  assertNotEquals((await started(5)).fit, (await started(5, 4)).fit);
  assertNotEquals((await started(7)).fit, (await started(7, 6)).fit);
  const steep = { components: 40, tolerance: 1e-15, restarts: 1 };
  const long = await fitLabelMixture(labels, steep);
  assertEquals([long.fit.iterations, long.fit.converged], [500, false]);
  const few = await fitLabelMixture([0, 0, 1, 1], { components: 2 });
  // 1e-6 of the labels' variance, 1 / 4.
  assert(few.variances!.every((v) => Math.abs(v as number / 2.5e-7 - 1) < 1e-9));
  const plane = labelSet("plane");
  const full = await fitLabelMixture(plane, { components: 2 });
  assertEquals(full, await fitLabelMixture(plane, { components: 2, covariance: "full" }));
});
