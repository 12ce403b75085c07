/** Cropping, mirroring and normalizing against torchvision's steps, one after the other, in float64. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { augment, byteTable, pictureBytes } from "../../src/vision/pictures/augment.ts";
import { epochPlan } from "../../src/vision/pictures/epoch_plan.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { withSmallBindings } from "../support/small_bindings.ts";

type Picture = number[][][];

/** RandomCrop(size, padding), RandomHorizontalFlip, ToTensor, Normalize. */
function transformed(picture: Picture, padding: number, place: number[], by: number[][]): number[] {
  const [dy, dx, mirror] = place as [number, number, number];
  const [height, width] = [picture.length, picture[0]!.length];
  const black = (count: number): number[][] => Array.from({ length: count }, () => [0, 0, 0]);
  const padded = [
    ...Array.from({ length: padding }, () => black(width + 2 * padding)),
    ...picture.map((row) => [...black(padding), ...row, ...black(padding)]),
    ...Array.from({ length: padding }, () => black(width + 2 * padding)),
  ];
  const cut = padded.slice(padding + dy, padding + dy + height)
    .map((row) => row.slice(padding + dx, padding + dx + width));
  const flipped = mirror === 1 ? cut.map((row) => row.toReversed()) : cut;
  const [mean, deviation] = by as [number[], number[]];
  return flipped.flat().flatMap((pixel) =>
    pixel.map((byte, k) => (byte / 255 - mean[k]!) / deviation[k]!)
  );
}

testOnBackends("augment: the same bits as torchvision's steps, whatever the backend", async () => {
  const padding = 3;
  const by = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
  for (const size of [[5, 7], [8, 4], [1, 1]] as const) {
    const [height, width] = size;
    const places = [[0, 0, 0], [0, 0, 1], [3, -3, 0], [-3, 2, 1], [-1, -2, 1]];
    const pictures: Picture[] = places.map((_, n) =>
      Array.from({ length: height }, (_, y) =>
        Array.from(
          { length: width },
          (_, x) => [0, 1, 2].map((k) => (255 - 97 * n - 31 * y - 7 * x - 3 * k) & 255),
        ))
    );
    const bytes = pictureBytes(places.length, size);
    bytes.set(pictures.flat(3));
    const [got] = await read(() =>
      augment({
        count: places.length,
        size,
        bytes,
        places: Int32Array.from(places.flat()),
        table: byteTable(by[0]!, by[1]!),
      })
    );
    const truth = pictures.flatMap((one, n) => transformed(one, padding, places[n]!, by));
    assertEquals(got, Float32Array.from(truth));
  }
});

testOnBackends(
  "augment: one dispatch; a batch too large to bind is refused, with the size that fits",
  async () => {
    const size = [16, 16] as const;
    const make = (count: number) => ({
      count,
      size,
      bytes: pictureBytes(count, size),
      places: new Int32Array(3 * count),
      table: byteTable([0, 0, 0], [1, 1, 1]),
    });
    await withSmallBindings(3 * 4 * 3 * 256, async () => {
      const backend = tf.backend() as WebGPUBackend;
      const run = backend.runWebGPUProgram;
      let dispatches = 0;
      backend.runWebGPUProgram = (...args) => {
        dispatches++;
        return run.apply(backend, args);
      };
      try {
        await read(() => augment(make(3)));
      } finally {
        backend.runWebGPUProgram = run;
      }
      assertEquals(dispatches, 1);
      await assertRejects(
        () => read(() => augment(make(4))),
        RangeError,
        "Cannot make a batch of pictures as the result [4,16,16,3] exceeds the adapter's " +
          "maxStorageBufferBindingSize of 9216 bytes, use at most 3 a batch: current value is 12288",
      );
    });
  },
  ["webgpu"],
);

Deno.test("augment: places are uniform, mirrorings as likely as said, and no epoch is another's", () => {
  const options = { count: 20_000, seed: 3, epoch: 5, shuffle: true, padding: 2, flip: 0.3 };
  const { order, places } = epochPlan(options);
  assertEquals(order.toSorted(), Int32Array.from({ length: 20_000 }, (_, i) => i));
  const column = (k: number) => places.filter((_, i) => i % 3 === k);
  for (const shifts of [column(0), column(1)]) {
    for (let shift = -2; shift <= 2; shift++) {
      // 4 standard deviations of a share of 1/5.
      assertAlmostEquals(shifts.filter((one) => one === shift).length / 20_000, 0.2, 0.012);
    }
    assert(shifts.every((shift) => Math.abs(shift) <= 2));
  }
  assertAlmostEquals(column(2).reduce((a, b) => a + b) / 20_000, 0.3, 0.013);
  assertEquals(epochPlan(options), { order, places });
  const others = [{ epoch: 6 }, { seed: 4 }, { epoch: 3, seed: 5 }];
  for (const other of others) {
    const plan = epochPlan({ ...options, ...other });
    const same = plan.order.filter((row, i) => row === order[i]).length;
    assert(same < 10, `${same} of 20000 places are the same`);
  }
});
