/** Bad input to mixtures, reference samples and priors' JSON: errors by class and message. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  fitLabelMixture,
  type FitLabelMixtureOptions,
  LabelHistogram,
  labelHistogram,
  LabelMixture,
  type Labels,
  referenceSample,
} from "../../mod.ts";
import { assertRejections } from "../support/rejections.ts";

Deno.test("label errors: mixtures", async () => {
  const fit = (options: unknown, labels: Labels = [1, 2, 2, 5]) => () =>
    fitLabelMixture(labels, { components: 1, ...options as Partial<FitLabelMixtureOptions> });
  const distinct =
    "components must be at most the number of distinct labels, 3: current value is 4";
  const positive = "must be a finite number > 0: current value is ";
  await assertRejections("Cannot fit label mixture", [
    [fit({ components: 4 }), RangeError, distinct],
    [fit({ components: 4 }, [[1, 2], [1, 3], [1, 2], [0, 2]]), RangeError, distinct],
    [
      fit({ components: 0 }),
      RangeError,
      'components must be "auto" or an integer >= 1: current value is 0',
    ],
    [fit({ components: 1.5 }), RangeError, "current value is 1.5"],
    [fit({ components: "many" }), TypeError, 'current value is "many"'],
    [fit({ components: undefined }), TypeError, "current value is undefined"],
    [
      () => fitLabelMixture([1], undefined as unknown as FitLabelMixtureOptions),
      TypeError,
      "options",
    ],
    [
      fit({ maxComponents: 0 }),
      RangeError,
      "maxComponents must be an integer >= 1: current value is 0",
    ],
    [
      fit({ covariance: "diag" }),
      RangeError,
      'covariance must be "full", "diagonal" or "spherical": current value is "diag"',
    ],
    [fit({ tolerance: 0 }), RangeError, `tolerance ${positive}0`],
    [fit({ varianceFloor: -1 }), RangeError, `varianceFloor ${positive}-1`],
    [
      fit({ maxIterations: 0 }),
      RangeError,
      "maxIterations must be an integer >= 1: current value is 0",
    ],
    [fit({ restarts: 0.5 }), RangeError, "restarts must be an integer >= 1: current value is 0.5"],
    [
      fit({ seed: -1 }),
      RangeError,
      "seed must be an integer >= 0 and <= 4294967295: current value is -1",
    ],
    [fit({ seed: 2 ** 32 }), RangeError, "current value is 4294967296"],
    [fit({ seed: "1" }), TypeError, "seed must be an integer"],
  ]);
});

Deno.test("label errors: reference samples", async () => {
  const draw = (size: unknown, options?: object, labels: Labels = [1, 2, 3]) => () =>
    referenceSample(labels, size as number, options);
  const rule = "size must be an integer >= 1: current value is ";
  await assertRejections("Cannot draw reference sample", [
    [draw(0), RangeError, rule + "0"],
    [draw(4), RangeError, "size must be at most the number of labels, 3: current value is 4"],
    [draw(1.5), RangeError, rule + "1.5"],
    [draw(NaN), RangeError, rule + "NaN"],
    [draw("2"), TypeError, rule + '"2"'],
    [draw(1, { seed: 0.5 }), RangeError, "seed must be an integer >= 0 and <= 4294967295"],
    [
      draw(1, { stratified: true }, [[1, 2], [3, 4]]),
      TypeError,
      "labels must be [N] or [N, 1] to be stratified: current shape is [2,2]",
    ],
  ]);
});

Deno.test("label errors: JSON that is no prior", async () => {
  const histogram = (await labelHistogram([1, 2], { bins: 2 })).toJSON();
  const mixture = (await fitLabelMixture([[1, 2], [3, 5]], { components: 1 })).toJSON();
  const two = (await fitLabelMixture([[1, 2], [3, 5]], { components: 2 })).toJSON();
  const rules: [() => unknown, string][] = [
    [
      () => LabelHistogram.fromJSON(3),
      "LabelHistogram as its JSON must be an object: current value is 3",
    ],
    [() => LabelHistogram.fromJSON("null"), "current value is null"],
    [
      () => LabelHistogram.fromJSON({}),
      'type must be "LabelHistogram": current value is undefined',
    ],
    [() => LabelHistogram.fromJSON(mixture), 'current value is "LabelMixture"'],
    [
      () => LabelHistogram.fromJSON({ ...histogram, weights: [1, null] }),
      "weights must be finite numbers: current value is [1, null]",
    ],
    [
      () => LabelHistogram.fromJSON({ ...histogram, weights: [1] }),
      "current value is [2, 1, 3, 2]",
    ],
    [() => LabelHistogram.fromJSON({ ...histogram, counts: [1] }), "current value is [2, 2, 3, 1]"],
    [() => LabelMixture.fromJSON(histogram), 'type must be "LabelMixture"'],
    [
      () => LabelMixture.fromJSON({ ...mixture, covariances: [[1]] }),
      "covariances must be arrays of arrays of finite numbers: current value is [[1]]",
    ],
    [() => LabelMixture.fromJSON({ ...mixture, weights: [0.5, 0.5] }), "shapes of weights"],
    [() => LabelMixture.fromJSON({ ...mixture, means: [[1, 2, 3]] }), "shapes of weights"],
    [() => LabelMixture.fromJSON({ ...two, means: [[1, 2], [1]] }), "shapes of weights"],
    [() => LabelMixture.fromJSON({ ...mixture, covariances: [[[1, 0]]] }), "shapes of weights"],
    [
      () => LabelMixture.fromJSON({ ...mixture, fit: 1 }),
      "fit must be an object: current value is 1",
    ],
  ];
  for (const [run, message] of rules) {
    const error = assertThrows(run, TypeError, message);
    assert(error.message.startsWith("Cannot restore Label"), error.message);
  }
  assertThrows(
    () => LabelMixture.fromJSON("{"),
    SyntaxError,
    'Cannot restore LabelMixture as its text must be JSON: current value is "{"',
  );
});

Deno.test("label errors: JSON with numbers that no prior has", async () => {
  const histogram = (await labelHistogram([1, 2, 2, 4], { binWidth: 1 })).toJSON();
  const line = (await fitLabelMixture([1, 2, 4], { components: 1 })).toJSON();
  const plane = (await fitLabelMixture([[1, 2], [3, 5], [2, 9]], { components: 1 })).toJSON();
  const bins = (change: object) => () => LabelHistogram.fromJSON({ ...histogram, ...change });
  const mix = (change: object) => () => LabelMixture.fromJSON({ ...line, ...change });
  const flat = (change: object) => () => LabelMixture.fromJSON({ ...plane, ...change });
  const fit = (change: object) => mix({ fit: { ...line.fit, ...change } });
  const [type, range] = [TypeError, RangeError];
  const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
    [bins({ weights: [1, -1, 1] }), range, "weights must be > 0: current number 1 is -1"],
    [bins({ weights: [0, 0, 0] }), range, "weights must be > 0: current number 0 is 0"],
    [bins({ weights: [1, 1, 1] }), range, "weights must sum to 1: current sum is 3"],
    [bins({ weights: [".5", 0.25, 0.25] }), type, "weights must be finite numbers"],
    [bins({ weights: [] }), type, "weights must be finite numbers: current value is []"],
    [bins({ weights: undefined }), type, "weights must be finite numbers: current"],
    [bins({ centers: [1, 1, 4] }), range, "centers must be increasing: current number 1 is 1"],
    [
      bins({ centers: [0, 2, 4] }),
      range,
      "centers must be within the edges: current number 0 is 0",
    ],
    [bins({ centers: [1, 2, 5] }), range, "within the edges: current number 2 is 5"],
    [bins({ edges: [0.5, 2.5, 1.5, 3.5, 4.5] }), range, "edges must be increasing"],
    [
      bins({ counts: [1, 2, -1, 1] }),
      range,
      "counts must be integers >= 0: current number 2 is -1",
    ],
    [bins({ counts: [1, 2, 0.5, 1] }), range, "counts must be integers >= 0"],
    [bins({ counts: [0, 0, 0, 0] }), type, "counts must not all be 0"],
    [mix({ weights: [-1] }), range, "weights must be > 0: current number 0 is -1"],
    [mix({ weights: [2] }), range, "weights must sum to 1: current sum is 2"],
    [mix({ variances: [-1] }), range, "variances must be > 0: current number 0 is -1"],
    [mix({ variances: [0] }), range, "variances must be > 0: current number 0 is 0"],
    [mix({ variances: [[1]] }), type, "shapes of weights"],
    [mix({ variances: undefined }), type, "variances must be finite numbers"],
    [mix({ means: [null] }), type, "means must be finite numbers: current value is [null]"],
    [mix({ covariances: [[[1]]] }), type, "must not have both variances and covariances"],
    [flat({ covariances: [[[1, 2], [0, 5]]] }), range, "covariance 0 must be symmetric"],
    [flat({ covariances: [[[1, 2], [2, 1]]] }), range, "covariance 0 must be positive definite"],
    [flat({ covariances: [[[-1, 0], [0, 1]]] }), range, "covariance 0 must be positive definite"],
    [fit({ labels: 0 }), range, "fit's labels must be an integer >= 1: current number 0 is 0"],
    [fit({ labels: "3" }), type, 'fit\'s labels must be a finite number: current value is "3"'],
    [fit({ iterations: 1.5 }), range, "fit's iterations must be an integer >= 0"],
    [fit({ logLikelihood: null }), type, "fit's logLikelihood must be a finite number"],
    [fit({ bic: undefined }), type, "fit's bic must be a finite number"],
    [fit({ converged: 1 }), type, "fit's converged must be true or false: current value is 1"],
    [() => LabelHistogram.fromJSON([]), type, "its JSON must be an object: current value is []"],
  ];
  for (const [run, errorClass, message] of rules) {
    const error = assertThrows(run, errorClass, message);
    assert(error.message.startsWith("Cannot restore Label"), error.message);
    assertEquals(error.constructor, errorClass, message);
  }
  // What was written by hand with a few digits is taken.
  const [w, v] = [[0.3333, 0.3333, 0.3334], [2, 2]];
  assertEquals(LabelHistogram.fromJSON({ ...histogram, weights: w }).weights, w);
  const two = { ...plane, weights: [0.5, 0.5], means: [[0, 0], [1, 1]], covariances: undefined };
  assertEquals(LabelMixture.fromJSON({ ...two, variances: v }).variances, v);
});
