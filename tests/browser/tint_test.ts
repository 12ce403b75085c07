/**
 * Every shader also compiles in Chromium (Tint).
 *
 * Deno's compiler (naga) accepts some of what Tint rejects. Needs Debian's chromium, or CHROMIUM=path; run by
 * `deno task test:browser`.
 */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { adam, balancedMse, bmaeLoss, momentum } from "../../mod.ts";
import { directPass } from "../../src/kernels/log_mass/webgpu_direct.ts";
import * as shaders from "../../src/webgpu/shaders.gen.ts";
import { unroll } from "../../src/webgpu/unroll.ts";
import { batchNorm, batchNormFixed } from "../../src/kernels/batch_norm/batch_norm.ts";
import { laplaceMass } from "../../src/kernels/laplace_mass/laplace_mass.ts";
import { movingMoments } from "../../src/kernels/batch_norm/moving_moments.ts";
import { conv2d } from "../../src/kernels/conv2d/conv2d.ts";
import { resizeBilinear } from "../../src/kernels/resize/resize_bilinear.ts";
import { forwardKinematics } from "../../src/vision/body/forward_kinematics.ts";
import { rotationsFrom6d } from "../../src/vision/body/rotations_from_6d.ts";
import { augment, byteTable, pictureBytes } from "../../src/vision/pictures/augment.ts";
import { use } from "../support/backends.ts";
import { launchChromium } from "../support/chromium.ts";

/** The sources of all our pipelines, as tfjs completes them: every prior kind, some dimensions, the optimizers. */
async function sources(): Promise<string[]> {
  await use("webgpu");
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const found: string[] = [];
  const [create, submit] = [device.createShaderModule, device.queue.submit];
  // Nothing is run: a driver would compile each for itself, which takes minutes.
  device.queue.submit = () => undefined;
  device.createShaderModule = (descriptor) => {
    found.push(descriptor.code);
    return create.call(device, descriptor);
  };
  // 128 is the most that code is made for, on a software adapter.
  const sizes = [1, 2, 3, 16, 17, 128, 129].map((dim) => [dim, 1] as const);
  for (const [dim, noiseDim] of [...sizes, [3, 3], [40, 40], [130, 130]] as const) {
    tf.tidy(() => {
      const [rows, pred] = [tf.zeros([5, dim]), tf.ones([5, dim])];
      const many = tf.zeros([2048, dim]); // split, so that the parts are merged
      const noise = noiseDim === 1 ? tf.scalar(1) : tf.ones([noiseDim]);
      const center = tf.zeros([3, dim]);
      const logWeight = tf.zeros([3]);
      const variance = tf.ones([3]);
      const priors: { center: tf.Tensor; logWeight?: tf.Tensor; variance?: tf.Tensor }[] = [
        { center },
        { center: many },
        { center, logWeight },
        { center, variance },
        { center, logWeight, variance },
      ];
      for (const prior of priors) {
        tf.grads((p: tf.Tensor, s: tf.Tensor) => balancedMse(p, rows, s, prior))([pred, noise]);
        if (dim < 129) continue;
        const inputs = { pred, target: rows, noiseVar: noise, ...prior };
        if (prior.variance) inputs.variance = tf.ones([3, dim]);
        directPass(tf.backend() as WebGPUBackend, inputs, { software: false });
      }
      if (dim > 1) return;
      // Dimensions for themselves, and noises of rows.
      const [wide, zeros] = [tf.ones([5, 2]), tf.zeros([5, 2])];
      const each: { center: tf.Tensor; logWeight?: tf.Tensor; variance?: tf.Tensor }[] = [
        { center: zeros },
        { center, logWeight: tf.zeros([3, 2]) },
        { center, variance },
      ];
      for (const noiseVar of [noise, tf.ones([5, 1]), tf.ones([5, 2])]) {
        for (const prior of each) {
          tf.grads((p: tf.Tensor, s: tf.Tensor) =>
            balancedMse(p, zeros, s, prior, { dimensions: "each" })
          )([wide, noiseVar]);
        }
        balancedMse(wide, zeros, noiseVar, { center: zeros });
        balancedMse(wide, zeros, noiseVar, { center: zeros, variance: tf.ones([5]) });
      }
      const many129 = tf.zeros([5, 129]);
      balancedMse(many129, many129, tf.ones([5, 1]), { center: many129 });
      // Enough labels for a tree of more than one leaf.
      for (const prior of [{ center: many }, { center, logWeight }]) {
        balancedMse(pred, rows, noise, prior, { method: "linear" });
      }
      // Labels over a buffer of integers, which are converted first.
      balancedMse(pred, tf.cast(tf.zeros([5, dim], "int32"), "float32"), noise, { center });
    });
  }
  tf.tidy(() => {
    const [rows, labels] = [tf.zeros([5]), tf.zeros([4096])]; // split, so that the parts are merged
    const bins = { centers: [0, 1], weights: [1, 2] };
    for (const options of [{ labels }, { bins }]) {
      tf.grad((p: tf.Tensor) => bmaeLoss(p, rows, 1, options))(tf.ones([5]));
    }
    // Sorted columns of more than one block.
    const attrs = { reduction: "mean", restoreScale: true, ownLabel: false } as const;
    const inputs = { pred: rows, target: rows, scale: tf.scalar(1), center: labels };
    for (const prior of [inputs, { ...inputs, logWeight: labels }]) {
      laplaceMass(prior, { ...attrs, method: "linear" });
    }
  });
  augment({
    ...{ count: 1, size: [1, 1], bytes: pictureBytes(1, [1, 1]), places: new Int32Array(3) },
    table: byteTable([0, 0, 0], [1, 1, 1]),
  }).dispose();
  const variable = tf.tidy(() => tf.zeros([5]).variable());
  for (const optimizer of [momentum(0.1, 0.9), adam()]) {
    optimizer.minimize(() => tf.sum(variable), false, [variable]);
    optimizer.dispose();
  }
  variable.dispose();
  tf.tidy(pictures);
  device.createShaderModule = create;
  device.queue.submit = submit;
  return [...new Set(found)];
}

/** Runs the kernels of image networks: tiles of both sizes, windows of all kinds, sums of parts. */
function pictures(): void {
  const of = (x: tf.Tensor, filter: tf.Tensor, stride: number) =>
    conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, "same");
  for (
    const [size, channels, stride] of [[1, 3, 1], [1, 40, 1], [1, 3, 2], [3, 3, 2], [
      3,
      40,
      1,
    ]] as const
  ) {
    const filter = tf.zeros([size, size, channels, channels]);
    const x = tf.zeros([2, 33, 40, channels]);
    tf.grads((x: tf.Tensor, filter: tf.Tensor) => of(x, filter, stride))([x, filter]);
  }
  const one = tf.ones([4]) as tf.Tensor1D;
  const norm = (x: tf.Tensor) => batchNorm(x, one, one, 1e-5, true).normalized;
  tf.grad(norm)(tf.zeros([5, 4]));
  batchNormFixed(tf.zeros([5, 4]), one, one, one, one, 1e-5, true);
  const moments = { mean: one, variance: one, batchMean: one, batchVariance: one };
  movingMoments(moments, { momentum: 0.9, rows: 5 });
  tf.grad((x) => resizeBilinear(x as tf.Tensor4D, [3, 3]))(tf.zeros([1, 2, 2, 1]));
  const joints = (x: tf.Tensor) =>
    forwardKinematics(rotationsFrom6d(x), tf.zeros([2, 3]), [-1, 0]).joints;
  tf.grad(joints)(tf.ones([1, 2, 6]));
}

/** Whether a pipeline's source holds a shader, its loops unrolled to constants of the source. */
function holds(source: string, code: string): boolean {
  const constants = Object.fromEntries(
    [...source.matchAll(/^const ([A-Z_]+) = (\d+)u;$/gm)].map((
      [, name, value],
    ) => [name!, +value!]),
  );
  const { QUADS = 1, COLUMNS = 1 } = constants;
  return source.includes(code) || source.includes(unroll(code, constants)) ||
    source.includes(unroll(code, { QUADS, COLUMNS }));
}

Deno.test("browser: every shader compiles in Chromium", async () => {
  const all = await sources();
  for (const { name, code } of Object.values(shaders)) {
    assert(all.some((source) => holds(source, code)), `${name} is not covered`);
  }
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "" }));
    await page.goto("http://localhost/"); // a secure context, answered by the line above
    const messages = await page.evaluate(async (codes) => {
      const adapter = await navigator.gpu.requestAdapter();
      if (!adapter) return ["no adapter"];
      const device = await adapter.requestDevice();
      const problems: string[] = [];
      for (const code of codes) {
        const module = device.createShaderModule({ code });
        const { messages } = await module.getCompilationInfo();
        problems.push(...messages.filter(({ type }) => type === "error").map((m) => m.message));
        // SwiftShader takes 10 GB and many minutes for these, so it never gets them: conv2d.ts.
        if (/fn loadLeft/.test(code) && /workgroupBarrier/.test(code)) continue;
        await device.createComputePipelineAsync({ layout: "auto", compute: { module } })
          .catch((error) => problems.push(String(error)));
      }
      return problems;
    }, all);
    assertEquals(messages, []);
  } finally {
    await browser.close();
  }
});
