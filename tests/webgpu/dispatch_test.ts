/** What a dispatch refuses, and what it makes of buffers that hold integers. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { adam, balancedMse, bmcLoss, gaiLoss, gpuErrors, momentum, mseLoss } from "../../mod.ts";
import { labelTreeWebgpu } from "../../src/kernels/log_mass/label_tree_webgpu.ts";
import { radixSortWebgpu } from "../../src/kernels/radix_sort/webgpu.ts";
import { dispatch } from "../../src/webgpu/dispatch.ts";
import { read, readScalar, testOnBackends } from "../support/backends.ts";
import { withBindingLimit } from "../support/binding_limit.ts";
import { device, withDefaultLimits } from "../support/new_device.ts";

const LINEAR = { method: "linear" } as const;

const backend = () => tf.backend() as WebGPUBackend;
const gpuBytes = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
const tensorOf = (info: tf.TensorInfo) => tf.engine().makeTensorFromTensorInfo(info);

const whole = Array.from({ length: 1500 }, (_, i) => (i * 7919) % 1009 - 400);
/** A float32 tensor over a buffer of integers. */
const cast = (values: number[]) => tf.cast(tf.tensor1d(values, "int32"), "float32");
const plain = (values: number[]) => tf.tensor1d(values);

/**
 * What is computed of tensors over integers, and of the same that are not, after a call that leaves
 * other numbers.
 */
async function assertSame(compute: (make: (values: number[]) => tf.Tensor1D) => tf.Tensor[]) {
  await read(() => compute((values) => plain(values.map((x) => 3 - x))));
  const found = await read(() => compute(cast as typeof plain));
  assertEquals(found, await read(() => compute(plain)));
}

for (const companion of ["none", "place", "values"] as const) {
  testOnBackends(`dispatch: a sort of integers under float32, companion ${companion}`, async () => {
    await assertSame((make) => {
      const other = companion === "values" ? make(whole.toReversed()) : "place";
      const sorted = radixSortWebgpu(
        backend(),
        make(whole),
        companion === "none" ? undefined : other,
      );
      return [tensorOf(sorted)];
    });
  }, ["webgpu"]);
}

testOnBackends("dispatch: a label tree of integers under float32", async () => {
  await assertSame((make) => {
    const weights = make(whole.map((x) => x % 5));
    const { label, node } = labelTreeWebgpu(backend(), make(whole), weights);
    return [tensorOf(label), tensorOf(node)];
  });
}, ["webgpu"]);

for (const [name, optimizer] of Object.entries({ momentum: () => momentum(0.5, 0.9), adam })) {
  testOnBackends(`dispatch: ${name} on integers under float32`, async () => {
    const ends: Float32Array[][] = [];
    for (const make of [(values: number[]) => plain(values.map((x) => 3 - x)), cast, plain]) {
      const variable = tf.tidy(() => make(whole).variable() as tf.Variable);
      const own = optimizer();
      for (let step = 0; step < 2; step++) {
        const gradient = tf.tidy(() => make(whole.toReversed()));
        own.applyGradients({ [variable.name]: gradient });
        gradient.dispose();
      }
      ends.push(await read(() => [variable.clone()]));
      own.dispose();
      variable.dispose();
    }
    assertEquals(ends[1], ends[2]);
  });
}

testOnBackends(
  "dispatch: integers cost one dispatch more, float32 none; nothing stays",
  async () => {
    const [pred, target] = [plain(whole), tf.tidy(() => cast(whole))];
    const float = plain(whole);
    const run = backend().runWebGPUProgram;
    let count = 0;
    backend().runWebGPUProgram = (...args) => {
      count++;
      return run.apply(backend(), args);
    };
    const dispatches = async (labels: tf.Tensor) => {
      count = 0;
      await readScalar(() => bmcLoss(pred, labels, 1));
      return count;
    };
    for (const labels of [float, target]) await dispatches(labels); // all is on the device
    const bytes = gpuBytes();
    // A pass and a reduction; a GPU splits the columns and merges the parts.
    const counted = await dispatches(float);
    assert(counted === 2 || counted === 3, `${counted} dispatches`);
    assertEquals(await dispatches(target), counted + 1);
    for (let i = 0; i < 20; i++) await dispatches(target);
    assertEquals(gpuBytes(), bytes);
    delete (backend() as { runWebGPUProgram?: unknown }).runWebGPUProgram;
    tf.dispose([pred, target, float]);
  },
  ["webgpu"],
);

const work = (options: Partial<Parameters<typeof dispatch>[1]>) => () =>
  dispatch(backend(), {
    purpose: { action: "add", advice: "use less" },
    key: "never compiled",
    code: () => "",
    inputs: {},
    shape: [8],
    threads: 8,
    workgroup: 64,
    integers: {},
    ...options,
  });

testOnBackends("dispatch: what exceeds a limit is refused by name before a shader runs", () => {
  tf.tidy(() => {
    const before = backend().numDataIds();
    const ten = Object.fromEntries([..."abcdefghij"].map((name) => [name, tf.ones([2])]));
    const { maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup } = device().limits;
    const tooLong = maxStorageBufferBindingSize / 4 + 1;
    const rules: [() => unknown, string][] = [
      [
        work({ inputs: ten }),
        "Cannot add as the shader's buffers exceed the adapter's maxStorageBuffersPerShaderStage " +
        "of 8, use less: current value is 11",
      ],
      [
        work({ workgroup: maxComputeInvocationsPerWorkgroup + 1 }),
        "the shader's threads a workgroup exceed the adapter's maxComputeInvocationsPerWorkgroup",
      ],
      [
        work({ threads: 2 ** 60, workgroup: 1 }),
        "the shader's workgroups a dimension exceed the adapter's maxComputeWorkgroupsPerDimension",
      ],
      [
        work({ shape: [tooLong] }),
        `the result [${tooLong}] exceeds the adapter's maxStorageBufferBindingSize of ` +
        `${maxStorageBufferBindingSize} bytes, use less: current value is ${4 * tooLong}`,
      ],
    ];
    for (const [run, message] of rules) assertThrows(run, RangeError, message);
    assertEquals(backend().numDataIds(), before + 10);
  });
}, ["webgpu"]);

testOnBackends("dispatch: a loss that is refused leaves nothing", async () => {
  const [rows, columns] = [plain(whole), plain(whole.slice(0, 40))];
  const bytes = async () => {
    await readScalar(() => tf.sum(rows));
    return [backend().numDataIds(), gpuBytes()];
  };
  const calls: [limit: number, () => tf.Tensor, string][] = [
    // 3 numbers a row; a tree of 256 leaves, whose 512 nodes have 16 numbers.
    [12_000, () => balancedMse(rows, rows, 1, { center: columns }), "the result [3,1500]"],
    [12_000, () => balancedMse(rows, rows, 1, { center: columns }, LINEAR), "the result [3,1500]"],
    [20_000, () => bmcLoss(rows, rows, 1, LINEAR), "the tree of the labels [512,16]"],
  ];
  for (const [limit, call, message] of calls) {
    tf.dispose(tf.tidy(call)); // pipelines and inputs are there
    const before = await bytes();
    withBindingLimit(limit, () => {
      assertThrows(
        () => tf.tidy(call),
        RangeError,
        `Cannot compute log mass as ${message} exceeds`,
      );
    });
    assertEquals(await bytes(), before);
  }
  tf.dispose([rows, columns]);
}, ["webgpu"]);

testOnBackends("dispatch: a disposed input is refused, and the backend goes on", async () => {
  const [key, other] = [tf.tidy(() => tf.relu(plain(whole))), plain(whole)];
  await read(() => other.clone());
  tf.tidy(() => void tf.add(key, 1)); // its data waits for the submit, and is there still
  key.dispose();
  other.dispose();
  for (const gone of [key, other]) {
    assertThrows(
      work({ inputs: { key: gone } }),
      Error,
      "Cannot add as key must not be disposed",
    );
  }
  const [sum] = await read(() => tf.add(plain(whole), 1));
  assertEquals(sum![0], whole[0]! + 1);
}, ["webgpu"]);

testOnBackends("dispatch: a refused call does not take the next one with it", async () => {
  await withDefaultLimits(async () => {
    const [pred, target] = [plain(whole), plain(whole.toReversed())];
    const noise = (i: number) => 400 + i;
    const right = async (i: number) => {
      const squares = whole.map((p) =>
        whole.map((t) => Math.exp(-((p - t) ** 2) / (2 * noise(i))))
      );
      const rows = squares.map((row, n) =>
        Math.log(row.reduce((a, b) => a + b)) +
        (whole[n]! - whole.at(-1 - n)!) ** 2 / (2 * noise(i))
      );
      const loss = await readScalar(() => bmcLoss(pred, target, noise(i)));
      const truth = 2 * noise(i) * rows.reduce((a, b) => a + b) / rows.length;
      assertAlmostEquals(loss, truth, 1e-5 * truth, `after refusal ${i}`);
    };
    const mixture = { weights: [1], means: [[0, 0]], variances: [[1, 1]] };
    const most = device().limits.maxStorageBufferBindingSize;
    const [height, mask] = [most / 8 + 1, tf.ones([most / 8 + 1], "bool")];
    const refused: ((rows: tf.Tensor) => tf.Tensor)[] = [
      (rows) => gaiLoss(rows, rows, 1, mixture),
      // Each of these begins by tfjs's own operations on the rows.
      (rows) => gaiLoss(rows, rows, 1, mixture, { mask }),
      (rows) => bmcLoss(rows, rows, 1, { mask }),
      (rows) => mseLoss(rows, rows),
    ];
    for (const [i, call] of refused.entries()) {
      // The first ones have failed already as they were made.
      const rows = i === 0 ? tf.fill([height, 2], 1) : tf.zeros([height, 2]);
      const error = assertThrows(() => tf.tidy(() => call(rows)), RangeError);
      assertStringIncludes(
        error.message,
        `pred [${height},2] exceeds the adapter's maxStorageBuffer`,
      );
      rows.dispose();
      await right(i);
      assertEquals((await gpuErrors()).length > 0, i === 0);
    }
    tf.dispose([pred, target, mask]);
  });
}, ["webgpu"]);

testOnBackends("dispatch: of nothing there is nothing, and of nothing no sum", async () => {
  const work = (shape: number[], inputs: Record<string, tf.TensorInfo>) =>
    dispatch(backend(), {
      purpose: { action: "double numbers", advice: "use fewer" },
      key: "double_numbers",
      code: () => "fn main(index: i32) { result[index] = 2.0 * x[index]; }",
      inputs,
      shape,
      threads: tf.util.sizeFromShape(shape),
      workgroup: 64,
      integers: {},
    });
  const x = tf.zeros([0, 3]);
  const nothing = tensorOf(work([0, 3], { x }));
  assertEquals([nothing.shape, (await nothing.data()).length], [[0, 3], 0]);
  assertThrows(() => work([1], { x }), RangeError, "Cannot double numbers as x must not be empty");
  tf.dispose([x, nothing]);
}, ["webgpu"]);
