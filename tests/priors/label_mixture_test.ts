/** fitLabelMixture: scikit-learn's likelihood and choice, and a fit worked by hand. */
import { assertEquals, assertGreater } from "@std/assert";
import { type CovarianceKind, fitLabelMixture } from "../../mod.ts";
import { labelSet, type LabelSetName } from "../support/label_sets.ts";
import { mixtureLogLikelihood } from "../support/mixture_likelihood.ts";
import { assertNear, sum } from "../support/near.ts";
import fixture from "../fixtures/label_mixture.json" with { type: "json" };

const KINDS: readonly CovarianceKind[] = ["full", "diagonal", "spherical"];
const CASES = fixture.cases.map((fit) => ({
  ...fit,
  set: labelSet(fit.labels as LabelSetName),
  covariance: fit.covariance as CovarianceKind,
}));

Deno.test("mixture: the label sets are those that scikit-learn saw", () => {
  assertEquals(CASES.length, 16);
  for (const { labels, set, sum: expected } of CASES) {
    assertNear([sum(set.flat())], [expected], 1e-9, labels);
  }
});

Deno.test("mixture: not worse than scikit-learn's by more than 0.01 nats", async () => {
  for (const { labels, set, components, covariance, default: plain, careful } of CASES) {
    const name = `${components} on ${labels}, ${covariance}`;
    const mixture = await fitLabelMixture(set, { components, covariance });
    assertGreater(mixture.fit.logLikelihood, plain - 0.01, name);
    // The likelihood that it claims is that of the numbers it returns.
    assertNear([mixture.fit.logLikelihood], [mixtureLogLikelihood(mixture, set)], 1e-9, name);
    // Against ten starts to the end; 64 components get there at once.
    if (components === 64) assertGreater(mixture.fit.logLikelihood, careful - 0.01, name);
    else {
      const long = { tolerance: 1e-6, maxIterations: 2000 };
      const best = await fitLabelMixture(set, { components, covariance, ...long });
      assertGreater(best.fit.logLikelihood, careful - 0.01, name);
    }
  }
});

Deno.test("mixture: BIC is scikit-learn's, and so is what it selects", async () => {
  for (const { labels, set, components, covariance, careful, bic } of CASES) {
    const mixture = await fitLabelMixture(set, { components, covariance });
    const gap = 2 * set.length * (mixture.fit.logLikelihood - careful);
    assertNear([mixture.fit.bic + gap], [bic], 1e-9, `${components} on ${labels}`);
  }
  for (const [labels, expected] of Object.entries(fixture.leastBic)) {
    const set = labelSet(labels as LabelSetName);
    const mixture = await fitLabelMixture(set, { components: "auto" });
    assertEquals(mixture.weights.length, expected, labels);
  }
  const two = await fitLabelMixture(labelSet("three groups"), {
    components: "auto",
    maxComponents: 2,
  });
  assertEquals(two.weights.length, 2);
});

Deno.test("mixture: one component is mean and variance", async () => {
  const rows = [[1, 10], [2, 30], [6, 20]];
  const full = await fitLabelMixture(rows, { components: 1 });
  assertEquals(full.weights, [1]);
  assertNear(full.means[0] as number[], [3, 20]);
  assertNear(full.covariances![0]!.flat(), [14 / 3, 10 / 3, 10 / 3, 200 / 3]);
  assertEquals("variances" in full, false);
  const diagonal = await fitLabelMixture(rows, { components: 1, covariance: "diagonal" });
  assertNear(diagonal.variances![0] as number[], [14 / 3, 200 / 3]);
  assertEquals("covariances" in diagonal, false);
  const spherical = await fitLabelMixture(rows, { components: 1, covariance: "spherical" });
  assertNear(spherical.variances as number[], [(14 / 3 + 200 / 3) / 2]);
  for (const covariance of KINDS) {
    const line = await fitLabelMixture([1, 2, 6], { components: 1, covariance });
    assertEquals(line.means as number[], [3]);
    assertNear(line.variances as number[], [14 / 3]);
  }
});
