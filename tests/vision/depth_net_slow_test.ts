/** The network for depths at full size: the authors' numbers of weights, and what these start from. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { depthNet } from "../../src/vision/mod.ts";
import { use } from "../support/backends.ts";
import { placesOf } from "../support/torchvision_net.ts";

Deno.test("depthNet: at full size it has the weights of the authors' network", async () => {
  await use("cpu");
  const model = depthNet({ seed: 1 });
  const counts: Record<string, number> = {};
  for (const { name, weight } of placesOf(model)) {
    const part = name.split(".")[0]!;
    const own = tf.util.sizeFromShape(weight.shape as number[]);
    if (weight.trainable) counts[part] = (counts[part] ?? 0) + own;
    const isKernel = weight.shape.length === 4 && part !== "E";
    if (!isKernel && name !== "R.conv2.bias") continue;
    // PyTorch's start: uniform within one over the root of what an output is made of.
    const [height, width, channels] = (isKernel ? weight.shape : [5, 5, 128]) as number[];
    const most = Math.fround(1 / Math.sqrt(height! * width! * channels!));
    const values = await weight.read().data<"float32">();
    let greatest = 0;
    for (const value of values) greatest = Math.max(greatest, Math.abs(value));
    assert(greatest <= most, `${name}: ${greatest} is beyond ${most}`);
    assert(values.length < 500 || greatest > 0.98 * most, `${name}: ${greatest} of ${most}`);
  }
  assertEquals(counts, { E: 23_508_032, D: 40_054_400, MFF: 3_184_128, R: 822_913 });
  assertEquals(model.outputShape, [null, 114, 152, 1]);
  model.dispose();
});
