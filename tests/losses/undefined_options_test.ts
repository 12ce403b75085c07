/** Options that are named and undefined are the defaults. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import {
  bmaeLoss,
  bmcLoss,
  fitLabelMixture,
  focalMseLoss,
  huberLoss,
  labelHistogram,
  labelWeights,
  predict,
  referenceSample,
} from "../../mod.ts";
import { LOSSES } from "../support/losses.ts";
import { read, testOnBackends } from "../support/backends.ts";

const ROW = { weights: undefined, mask: undefined, reduction: undefined, labels: undefined };

testOnBackends("undefined options: those of a loss are its defaults", async () => {
  const [pred, target] = [tf.tensor1d([1, 2, 4]), tf.tensor1d([1, 3, 3])];
  const pairs: [name: string, left: () => tf.Tensor, right: () => tf.Tensor][] = [
    ...LOSSES.map(({ name, loss }) =>
      [name, () => loss(pred, target), () => loss(pred, target, ROW)] as [
        string,
        () => tf.Tensor,
        () => tf.Tensor,
      ]
    ),
    [
      "terms",
      () => bmcLoss(pred, target, 1),
      () =>
        bmcLoss(pred, target, 1, {
          restoreScale: undefined,
          mseWeight: undefined,
          priorWeight: undefined,
          noiseNormalizer: undefined,
          method: undefined,
          reference: undefined,
          labelsMask: undefined,
        }),
    ],
    [
      "bins",
      () => bmaeLoss(pred, target, 1),
      () => bmaeLoss(pred, target, 1, { bins: undefined, restoreScale: undefined }),
    ],
    [
      "delta",
      () => huberLoss(pred, target),
      () => huberLoss(pred, target, { delta: undefined }),
    ],
    [
      "focal",
      () => focalMseLoss(pred, target),
      () =>
        focalMseLoss(pred, target, { activation: undefined, beta: undefined, gamma: undefined }),
    ],
  ];
  for (const [name, left, right] of pairs) {
    assertEquals(await read(left), await read(right), name);
  }
  tf.dispose([pred, target]);
}, ["cpu"]);

Deno.test("undefined options: those of priors and predictions are their defaults", async () => {
  const labels = [1, 1, 2, 3, 5, 8, 13];
  const bins = { binWidth: 1 };
  const pairs = [
    [
      labelHistogram(labels, bins),
      labelHistogram(labels, { ...bins, smoothing: undefined, align: undefined }),
    ],
    [
      labelWeights(labels, bins),
      labelWeights(labels, { ...bins, scheme: undefined, lds: undefined }),
    ],
    [
      fitLabelMixture(labels, { components: 2 }),
      fitLabelMixture(labels, {
        components: 2,
        maxComponents: undefined,
        seed: undefined,
        covariance: undefined,
      }),
    ],
    [referenceSample(labels, 3), referenceSample(labels, 3, { seed: undefined })],
  ] as const;
  for (const [left, right] of pairs) {
    assertEquals(JSON.stringify(await left), JSON.stringify(await right));
  }
  await tf.setBackend("cpu");
  const x = tf.tensor1d([1, 2]);
  const model = { predict: (x: tf.Tensor) => tf.mul(x, 2), variables: [] };
  const pred = await predict(model, x, { batchSize: undefined });
  assertEquals(Array.from(await pred.data()), [2, 4]);
  tf.dispose([x, pred]);
});
