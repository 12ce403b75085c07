/** Shaders and what they read agree by type: what is missing, misspelled or superfluous does not compile. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assertEquals } from "@std/assert";
import { runShaders, shader } from "../../src/webgpu/run_shaders.ts";
import * as shaders from "../../src/webgpu/shaders.gen.ts";
import { testOnBackends } from "../support/backends.ts";

Deno.test("shaders: a binding or a uniform that is missing, misspelled or superfluous does not compile", () => {
  const whole = { dataId: {}, shape: [2], dtype: "float32" } as tf.TensorInfo;
  const right = shader(shaders.to_float32, { inputs: { whole }, integers: { size: 2 } });
  assertEquals(right, {
    ...shaders.to_float32,
    inputs: { whole },
    integers: { size: 2 },
    floats: {},
  });
  // @ts-expect-error: no integers
  shader(shaders.to_float32, { inputs: { whole } });
  // @ts-expect-error: misspelled
  shader(shaders.to_float32, { inputs: { hole: whole }, integers: { size: 2 } });
  // @ts-expect-error: superfluous
  shader(shaders.to_float32, { inputs: { whole, part: whole }, integers: { size: 2 } });
  // @ts-expect-error: it reads no floats
  shader(shaders.to_float32, { inputs: { whole }, integers: { size: 2 }, floats: { size: 2 } });
  // @ts-expect-error: no shader's code
  shader({ name: "to_float64" }, { inputs: { whole }, integers: { size: 2 } });
});

testOnBackends("shaders: what several read is bound once", async () => {
  const noiseVar = tf.scalar(3);
  const stats = tf.tensor2d([[1, 2, 3]]);
  const info = runShaders(tf.backend() as WebGPUBackend, {
    purpose: { action: "add", advice: "use less" },
    key: "log_mass_reduce 1",
    shaders: [
      shader(shaders.log_mass_scale, {
        inputs: { noiseVar },
        integers: { noiseDim: 1, restoreScale: 1 },
      }),
      shader(shaders.log_mass_reduce, {
        inputs: { stats },
        integers: { rows: 3, statistic: 0 },
        floats: { factor: 0.5 },
      }),
    ],
    shape: [1],
    threads: 1,
    workgroup: 256,
  });
  const sum = tf.engine().makeTensorFromTensorInfo(info);
  assertEquals(Array.from(await sum.data()), [18]);
  tf.dispose([noiseVar, stats, sum]);
}, ["webgpu"]);
