/** Feature smoothing: how far variances are scaled, by hand; and bins that nearly all labels share. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { FeatureSmoothing, type FeatureSmoothingConfig } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { runStep } from "../support/smoothing_steps.ts";
import { warnings } from "../support/warnings.ts";

testOnBackends("feature smoothing: the ratio of variances is clipped, by hand", async () => {
  // Variances 50 and 0.5; smoothed by thirds, reflected: 17 and 33.5. Ratios 0.34 and 67.
  const [x, y] = [tf.tensor2d([[0], [10], [0], [1]]), tf.tensor1d([0, 0, 1, 1])];
  const cases: [FeatureSmoothingConfig["clip"], number, number][] = [
    [undefined, 0.34, 10],
    [[0.2, 5], 0.34, 5],
    [[0.5, 2], 0.5, 2],
    [[0, 1000], 0.34, 67],
    [[1, 1], 1, 1],
  ];
  for (const [clip, least, greatest] of cases) {
    const config = { bins: 2, size: 3, kernel: "laplace", sigma: 1e6 } as const;
    const layer = new FeatureSmoothing({ ...config, ...(clip && { clip }) });
    runStep(layer, [x, y]);
    layer.endEpoch();
    const [values] = await read(() => layer.apply([x, y], { training: true }) as tf.Tensor);
    assertAlmostEquals((values![1]! - values![0]!) / 10, Math.sqrt(least), 1e-5, `${clip}`);
    assertAlmostEquals(values![3]! - values![2]!, Math.sqrt(greatest), 1e-4, `${clip}`);
    const copy = new FeatureSmoothing(layer.getConfig() as FeatureSmoothingConfig);
    assertEquals(copy.getConfig(), layer.getConfig());
    assertEquals(layer.getConfig().clip, [...(clip ?? [0.1, 10])]);
    layer.dispose();
  }
  tf.dispose([x, y]);
}, ["webgpu", "cpu"]);

testOnBackends("feature smoothing: nearly all labels in one bin are warned of once", async () => {
  const x = tf.randomNormal([40, 2], 0, 1, "float32", 1);
  const [y, spread] = [tf.linspace(0, 0.9, 40), tf.linspace(0, 9, 40)];
  const told = async (layer: FeatureSmoothing, labels: tf.Tensor) => {
    const found = await warnings(async () => {
      for (let epoch = 0; epoch < 2; epoch++) {
        runStep(layer, [x, labels]);
        layer.endEpoch();
        await read(() => layer.getWeights().map((weight) => weight.clone()));
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    layer.dispose();
    return found;
  };
  assertEquals(await told(new FeatureSmoothing({ bins: 10, name: "fds" }), y), [
    "FeatureSmoothing fds has seen nearly all labels, 40, in bin 0 of 10, from 0 to 1: " +
    "are its bins in units of the label?",
  ]);
  assertEquals(await told(new FeatureSmoothing({ bins: 10 }), spread), []);
  assertEquals(await told(new FeatureSmoothing({ bins: 1 }), y), []);
  assertEquals((await told(new FeatureSmoothing({ bins: 10, binWidth: 0.1 }), y)).length, 0);
  assert((await told(new FeatureSmoothing({ bins: 10, start: 1 }), y))[0]!.includes("in bin 0"));
  tf.dispose([x, y, spread]);
}, ["webgpu", "cpu"]);
