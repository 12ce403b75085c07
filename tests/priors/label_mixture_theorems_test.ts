/** fitLabelMixture: what must hold for any labels, and the prior's way through JSON. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  type CovarianceKind,
  fitLabelMixture,
  type FitLabelMixtureOptions,
  LabelMixture,
} from "../../mod.ts";
import { runEm } from "../../src/priors/mixture_em.ts";
import { mixturePoints } from "../../src/priors/mixture_points.ts";
import { mixtureResult } from "../../src/priors/mixture_result.ts";
import { mixtureStart } from "../../src/priors/mixture_start.ts";
import { random } from "../../src/priors/random.ts";
import { testOnBackends } from "../support/backends.ts";
import { labelSet } from "../support/label_sets.ts";
import { mixtureLogLikelihood } from "../support/mixture_likelihood.ts";
import { assertNear, sum } from "../support/near.ts";

const KINDS: readonly CovarianceKind[] = ["full", "diagonal", "spherical"];

Deno.test("mixture: no step lowers the likelihood, floor or not", () => {
  for (const name of ["zero-inflated", "ages", "plane", "space"] as const) {
    const set = labelSet(name);
    const dim = Array.isArray(set[0]) ? set[0].length : 1;
    const table = {
      values: Float64Array.from(set.flat()),
      rows: set.length,
      dim,
      flat: dim === 1,
    };
    for (const kind of KINDS) {
      for (const floor of [1e-6, 1e-2]) {
        const points = mixturePoints(table, kind === "spherical");
        const start = mixtureStart(points, kind, 9, floor, random(1, "test"));
        const limits = { tolerance: 1e-12, maxIterations: 150, floor };
        const { history } = runEm(points, start, limits);
        assertGreater(history.length, 10);
        history.forEach((value, i) => {
          const before = history[i - 1] ?? -Infinity;
          assert(value >= before - 1e-12, `${name}, ${kind}: ${before} to ${value} in step ${i}`);
        });
      }
    }
  }
});

Deno.test("mixture: weights sum to 1, components are sorted, the seed decides", async () => {
  for (const covariance of KINDS) {
    const options: FitLabelMixtureOptions = { components: 7, covariance, seed: 11 };
    const mixture = await fitLabelMixture(labelSet("plane"), options);
    assertNear([sum(mixture.weights)], [1]);
    const firsts = (mixture.means as number[][]).map(([first]) => first!);
    assertEquals(firsts, firsts.toSorted((a, b) => a - b));
    assertEquals(await fitLabelMixture(labelSet("plane"), options), mixture);
    const other = await fitLabelMixture(labelSet("plane"), { ...options, seed: 12 });
    assert(other.means.flat()[0] !== mixture.means.flat()[0]);
  }
});

Deno.test("mixture: order makes no difference; unit and origin are followed", async () => {
  for (const covariance of KINDS) {
    for (const name of ["ages", "plane"] as const) {
      const set = labelSet(name);
      const options: FitLabelMixtureOptions = { components: 4, covariance };
      const mixture = await fitLabelMixture(set, options);
      assertEquals(await fitLabelMixture(set.toReversed() as typeof set, options), mixture);
      // A power of two: nothing is rounded.
      const scaled = await fitLabelMixture(map(set, (x) => x * 8), options);
      assertEquals(scaled.weights, mixture.weights);
      assertEquals(scaled.means, map(mixture.means, (x) => x * 8));
      const spread = (mixture.covariances ?? mixture.variances)!.flat(2) as number[];
      const scaledSpread = (scaled.covariances ?? scaled.variances)!.flat(2) as number[];
      assertEquals(scaledSpread, spread.map((x) => x * 64));
      const shifted = await fitLabelMixture(map(set, (x) => x + 2 ** 20), options);
      assertNear(shifted.weights, mixture.weights, 1e-6);
      const back = map(shifted.means, (x) => x - 2 ** 20);
      assertNear(back.flat(), mixture.means.flat(), 1e-6);
    }
  }
});

Deno.test("mixture: labels that repeat, one distinct label, a dimension that never changes", async () => {
  for (const label of [0, -30, 1e6]) {
    const { weights, means, variances } = await fitLabelMixture([label, label, label], {
      components: "auto",
    });
    assertEquals(weights, [1]);
    assertEquals(means as number[], [label]);
    assertNear([Math.sqrt(variances![0] as number)], [1e-6 * (Math.abs(label) || 1)], 0.1);
  }
  const spikes = await fitLabelMixture([3, 3, 3, 9], { components: 2 });
  assertNear(spikes.means as number[], [3, 9]);
  assertNear(spikes.weights, [0.75, 0.25]);
  // The floor: 1e-6 of the labels' variance, 27 / 4.
  assertNear(spikes.variances as number[], [6.75e-6, 6.75e-6]);
  // Sums of 0.1 are rounded, yet 0.1 has no variance; 1e-200 squared is 0.
  const tenths = Array.from({ length: 10 }, (_, i) => [i * i, 0.1]);
  const { covariances } = await fitLabelMixture(tenths, { components: 1 });
  assertNear([Math.sqrt(covariances![0]![1]![1]!) / 1e-7], [1], 0.1);
  assertNear([sum((await fitLabelMixture([0, 1e-200, 1], { components: 3 })).weights)], [1]);
  for (const covariance of KINDS) {
    const flat = [[1, 5], [2, 5], [4, 5], [8, 5]];
    for (const components of [1, 4]) {
      const mixture = await fitLabelMixture(flat, { components, covariance });
      const numbers = [...mixture.means.flat(), mixture.fit.logLikelihood, mixture.fit.bic];
      assert(numbers.every(Number.isFinite), `${covariance}`);
      assertNear([mixtureLogLikelihood(mixture, flat)], [mixture.fit.logLikelihood], 1e-6);
    }
  }
});

Deno.test("mixture: one start finds the few labels far off, and stops when nothing is gained", async () => {
  const labels = [...Array.from({ length: 300 }, (_, i) => i / 300), 100, 200, 300];
  for (let seed = 0; seed < 5; seed++) {
    const { means, fit } = await fitLabelMixture(labels, { components: 4, restarts: 1, seed });
    assertNear(means as number[], [299 / 600, 100, 200, 300], 1e-9, `seed ${seed}`);
    assert(fit.converged && fit.iterations < 5, `${fit.iterations} iterations`);
  }
});

Deno.test("mixture: a step from afar lands on mean and variance; what has no label is left out", () => {
  const rows = [[0, 1], [2, 5], [4, 0]];
  const table = { values: Float64Array.from(rows.flat()), rows: 3, dim: 2, flat: false };
  for (const kind of KINDS) {
    const points = mixturePoints(table, kind === "spherical");
    const state = {
      kind,
      dim: 2,
      weights: Float64Array.of(0.5, 0.5),
      means: Float64Array.of(3, -2, 1e4, 1e4),
      spread: Float64Array.from(kind === "full" ? [1, 0, 0, 1, 1, 0, 0, 1] : [1, 1, 1, 1]),
    };
    const result = runEm(points, state, { tolerance: 1e-9, maxIterations: 1, floor: 1e-6 });
    const { weights, means, covariances, variances } = mixtureResult(points, result);
    assertEquals(weights, [1]);
    assert([...result.state.means, ...result.state.spread].every(Number.isFinite));
    assertNear(means[0] as number[], [2, 2]);
    const [vx, vy, xy] = [8 / 3, 14 / 3, -2 / 3];
    const expected = { full: [vx, xy, xy, vy], diagonal: [vx, vy], spherical: [(vx + vy) / 2] };
    assertNear([(covariances ?? variances)![0]!].flat(2), expected[kind]);
  }
});

Deno.test("mixture: far from zero it keeps its digits", async () => {
  const { means, variances } = await fitLabelMixture(labelSet("far off"), { components: 2 });
  assertNear((means as number[]).map((mean) => mean - 1e6), [-1, 1], 0.02);
  assertNear((variances as number[]).map(Math.sqrt), [0.1, 0.2], 0.02);
});

Deno.test("mixture: 100,000 labels; more dimensions than labels; limits are kept", async () => {
  const labels = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i) * (i % 7));
  const large = await fitLabelMixture(labels, { components: 3, maxIterations: 5, restarts: 1 });
  assertEquals(large.fit.labels, 100_000);
  assertEquals([large.fit.iterations, large.fit.converged], [5, false]);
  const wide = Array.from(
    { length: 9 },
    (_, i) => Array.from({ length: 20 }, (_, d) => (i * d) % 5),
  );
  for (const components of [1, 2]) {
    const mixture = await fitLabelMixture(wide, { components });
    assertNear([mixtureLogLikelihood(mixture, wide)], [mixture.fit.logLikelihood], 1e-6);
  }
});

testOnBackends("mixture: tensors count as arrays do", async () => {
  const set = (labelSet("plane") as number[][]).map((row) => row.map(Math.fround));
  const tensor = tf.tidy(() => tf.add(tf.tensor2d(set), 0));
  const mixture = await fitLabelMixture(tensor, { components: 2 });
  tensor.dispose();
  assertEquals(mixture, await fitLabelMixture(set, { components: 2 }));
  const column = tf.tensor2d([[1], [2], [9]]);
  const one = await fitLabelMixture(column, { components: 1 });
  column.dispose();
  assertEquals(one.means as number[], [4]);
});

Deno.test("mixture: survives JSON and prints as one line", async () => {
  for (const covariance of KINDS) {
    for (const name of ["normal", "plane"] as const) {
      const mixture = await fitLabelMixture(labelSet(name), { components: 2, covariance });
      const text = JSON.stringify(mixture);
      for (const json of [text, JSON.parse(text)]) {
        const restored = LabelMixture.fromJSON(json);
        assert(restored instanceof LabelMixture);
        assertEquals(restored, mixture);
      }
      const space = name === "normal" ? "1-D" : `2-D (${covariance})`;
      const line = Deno.inspect(mixture);
      assert(line.startsWith(`LabelMixture: 2 components in ${space} fitted to `), line);
      assertEquals(line, mixture.toString());
    }
  }
});

function map<L extends number[] | number[][]>(list: L, f: (x: number) => number): L {
  return list.map((row) => Array.isArray(row) ? row.map(f) : f(row)) as L;
}
