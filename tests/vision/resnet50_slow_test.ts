/** ResNet-50 at full size: the authors' numbers of weights, and what these start from. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { resNet50 } from "../../src/vision/mod.ts";
import { use } from "../support/backends.ts";
import { placesOf } from "../support/torchvision_net.ts";

Deno.test("resNet50: at full size it has the weights of the authors' network", async () => {
  await use("cpu");
  const model = resNet50({ inputShape: [224, 224, 3], units: 1, seed: 1 });
  const trained = model.trainableWeights.reduce(
    (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
    0,
  );
  assertEquals(trained, 23_508_032 + 2_049);
  for (const { name, weight } of placesOf(model)) {
    const values = await weight.read().data<"float32">();
    if (/bn\d|downsample.1/.test(name)) {
      const start = /bn\d\.weight|1\.weight|running_var/.test(name) ? 1 : 0;
      assert(values.every((value) => value === start), name);
    } else if (name.startsWith("fc")) {
      const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert(most <= 1 / Math.sqrt(2048) && (values.length === 1 || most > 0.022), `${most}`);
    } else {
      const [height, width, , filters] = weight.shape as number[];
      const expected = 2 / (height! * width! * filters!);
      const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
      const error = Math.abs(variance / expected - 1);
      // Five deviations of a variance of so many normal numbers.
      assert(error < 5 * Math.sqrt(2 / values.length), `${name}: ${error}`);
    }
  }
  model.dispose();
});
