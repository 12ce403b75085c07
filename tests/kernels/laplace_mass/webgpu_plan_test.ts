/** The WebGPU pass however it is cut: by rows, by columns, for software adapters and GPUs. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals } from "@std/assert";
import { laplaceMassSize } from "../../../src/kernels/laplace_mass/contract.ts";
import { laplacePlan, passOver } from "../../../src/kernels/laplace_mass/webgpu_pass.ts";
import { testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";
import { worst } from "../../support/worst.ts";

const ATTRS = { reduction: "none", restoreScale: true, ownLabel: false } as const;

for (const [dim, weighted] of [[1, false], [1, true], [3, true]] as const) {
  testOnBackends(`laplace plan: every cut gives the same, ${dim}-D ${weighted}`, async () => {
    const next = normals(21);
    const [rows, columns] = [37, 1301];
    const numbers = (count: number) =>
      tf.tensor2d(Array.from({ length: count * dim }, next), [count, dim]);
    const inputs = {
      pred: numbers(rows),
      target: numbers(rows),
      scale: tf.scalar(0.25),
      center: numbers(columns),
      ...(weighted && { logWeight: tf.tensor1d(Array.from({ length: columns }, next)) }),
    };
    const backend = tf.backend() as WebGPUBackend;
    const whole = laplacePlan(laplaceMassSize(inputs), true);
    assertEquals([whole.splits, whole.blocks.length], [1, 1]);
    const run = async (plan: ReturnType<typeof laplacePlan>) => {
      const info = passOver(backend, inputs, ATTRS, plan);
      const stats = tf.engine().makeTensorFromTensorInfo(info);
      const values = await stats.data();
      stats.dispose();
      return values;
    };
    const expected = [...await run(whole)];
    const cuts = [{ start: 0, end: 13 }, { start: 13, end: 29 }, { start: 29, end: 37 }];
    const split = { ...whole, span: 64, splits: 21 };
    const plans = { gpu: laplacePlan(laplaceMassSize(inputs), false), split };
    assert(plans.gpu.splits > 1);
    assertEquals(await run({ ...whole, blocks: cuts }), Float32Array.from(expected));
    for (const [name, plan] of Object.entries({ ...plans, both: { ...split, blocks: cuts } })) {
      const off = worst(await run(plan), expected, 1);
      // Two orders of one sum, each rounded: on the software adapter 4e-7, on an H200 1.02e-6.
      assert(off < 2e-6, `${name}: ${off}`);
    }
    tf.dispose(inputs);
  }, ["webgpu"]);
}
