/** The layer that resizes: in a model that is trained through it, saved and loaded; what it refuses. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Resize } from "../../src/vision/resize.ts";
import { resizeBilinear } from "../../src/kernels/resize/resize_bilinear.ts";
import { read, testOnBackends } from "../support/backends.ts";

testOnBackends("Resize: a model with it is saved and loaded, with its convention", async () => {
  const layer = new Resize({ size: [5, 3], alignCorners: true, name: "up", inputShape: [2, 4, 1] });
  const model = tf.sequential({ layers: [layer as tf.layers.Layer] });
  assertEquals(model.outputShape, [null, 5, 3, 1]);
  const json = model.toJSON(undefined, false);
  const again = await tf.models.modelFromJSON({ modelTopology: json } as tf.io.ModelJSON);
  const [first, second, expected] = await read(() => {
    const x = tf.reshape(tf.range(0, 16), [2, 2, 4, 1]) as tf.Tensor4D;
    return [
      model.predict(x) as tf.Tensor,
      again.predict(x) as tf.Tensor,
      resizeBilinear(x, [5, 3], { alignCorners: true }),
    ];
  });
  assertEquals(first, expected);
  assertEquals(second, expected);
  model.dispose();
  again.dispose();
}, ["webgpu", "cpu"]);

Deno.test("Resize: what is no size or no picture is refused", () => {
  const rules: [unknown, ErrorConstructor, string][] = [
    [{ size: 4 }, TypeError, "as size must be rows and columns: current value is 4"],
    [{ size: [4] }, TypeError, "as size must be rows and columns"],
    [{ size: [4, 0] }, RangeError, "as size[1] must be an integer >= 1: current value is 0"],
    [{ size: [4.5, 1] }, RangeError, "as size[0] must be an integer >= 1: current value is 4.5"],
    [{ size: [4, 4], alignCorner: true }, TypeError, "did you mean alignCorners"],
    [{ size: [4, 4], alignCorners: 1 }, TypeError, "as alignCorners must be true or false"],
  ];
  for (const [config, kind, message] of rules) {
    assertThrows(() => new Resize(config as { size: [number, number] }), kind, message);
  }
  assertThrows(
    () => new Resize({ size: [4, 4] }).apply(tf.input({ shape: [8] })),
    TypeError,
    "Cannot resize as the input must be pictures [N, H, W, C]: current shape is [null, 8]",
  );
});
