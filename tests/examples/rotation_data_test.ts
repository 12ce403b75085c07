/** The rotation benchmark's data: idx files, turned pictures, angles. Files are made here; none is needed. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { type Dataset, drawDataset, drawTrainAngle } from "../../examples/rotation/data.ts";
import { readFashion } from "../../examples/rotation/fashion.ts";
import { DataError, parseIdx } from "../../examples/rotation/idx.ts";
import { rotatePicture } from "../../examples/rotation/rotate.ts";
import { spread } from "../../examples/rotation/summary.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";
import { gzip, idxFile, wedges } from "../support/wedges.ts";

Deno.test("rotation: an idx file is read as it is and gzipped", async () => {
  const bytes = Uint8Array.from({ length: 2 * 3 * 300 }, (_, i) => i);
  const file = idxFile([2, 3, 300], bytes); // 300 needs two of a size's four bytes
  assertEquals(await parseIdx(file, "x", 3), { shape: [2, 3, 300], bytes });
  assertEquals(await parseIdx(await gzip(file), "x", 3), { shape: [2, 3, 300], bytes });
  assertEquals(await parseIdx(idxFile([0], []), "x", 1), { shape: [0], bytes: new Uint8Array() });
});

Deno.test("rotation: a file that is no such idx file is refused by name, with what was found", async () => {
  const whole = idxFile([2, 2], [1, 2, 3, 4]);
  const packed = await gzip(whole);
  const ints = whole.slice();
  ints[2] = 0x0c;
  const cases: [Uint8Array<ArrayBuffer>, number, string][] = [
    [whole, 1, "must begin with 00000801: current value is 00000802"],
    [ints, 2, "must begin with 00000802: current value is 00000c02"],
    [new Uint8Array(), 2, "must begin with 00000802: current value is nothing"],
    [whole.slice(0, 3), 2, "must begin with 00000802: current value is 000008"],
    [whole.slice(0, 9), 2, "its header must be 12 bytes long: current value is 9"],
    [whole.slice(0, -1), 2, "its shape [2,2] must come with 16 bytes in all: current value is 15"],
    [idxFile([2, 2], [1, 2, 3, 4, 5]), 2, "come with 16 bytes in all: current value is 17"],
    [packed.slice(0, -9), 2, "its gzip data must be whole"],
    [await gzip(whole.slice(0, -1)), 2, "come with 16 bytes in all: current value is 15"],
  ];
  for (const [file, dimensions, words] of cases) {
    const error = await assertRejects(
      () => parseIdx(file, "the/file", dimensions),
      DataError,
      words,
    );
    assert(error.message.startsWith("Cannot read the/file as "), error.message);
  }
});

/** Runs on a folder of these files. */
async function inFolder(
  files: Readonly<Record<string, Uint8Array>>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, file] of Object.entries(files)) {
      await Deno.writeFile(`${folder}/${name}`, file);
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The two files of a set; every picture is filled with its number. */
function setFiles(set: string, labels: readonly number[], side = 28) {
  const pixels = labels.flatMap((_, i) => Array(side * side).fill(i));
  return {
    [`${set}-images-idx3-ubyte`]: idxFile([labels.length, side, side], pixels),
    [`${set}-labels-idx1-ubyte`]: idxFile([labels.length], labels),
  };
}

Deno.test("rotation: only the wanted garments are read, packed files or not", async () => {
  const train = setFiles("train", [9, 1, 8, 9, 0]);
  const [name] = Object.keys(train) as [string];
  const packed = { [`${name}.gz`]: await gzip(train[name]!) };
  const { [name]: _, ...others } = train;
  await inFolder({ ...others, ...packed, ...setFiles("t10k", [8, 9]) }, async (folder) => {
    const fashion = await readFashion(folder, ["boot", "bag"]);
    const numbers = (pictures: readonly Uint8Array[]) => pictures.map((picture) => picture[400]);
    assertEquals([numbers(fashion.train), numbers(fashion.test)], [[0, 2, 3], [0, 1]]);
    assertEquals(numbers((await readFashion(folder, ["trouser"])).train), [1]);
    assert(fashion.train.every((picture) => picture.length === 784));
  });
});

Deno.test("rotation: a folder without the files is refused with the command that brings them", async () => {
  await inFolder(setFiles("train", [1, 2]), async (folder) => {
    const { message } = await assertRejects(() => readFashion(folder, ["boot"]), DataError);
    assertEquals(
      message,
      "Cannot read Fashion-MNIST as t10k-images-idx3-ubyte.gz must be in the folder (on Debian: " +
        "`apt-get update && apt-get install -y dataset-fashion-mnist`; elsewhere give --data DIR): " +
        `current folder is ${folder}`,
    );
  });
});

Deno.test("rotation: pictures of another size, or without a label each, are refused", async () => {
  const good = { ...setFiles("train", [1, 2]), ...setFiles("t10k", [1]) };
  const fewer = { "train-labels-idx1-ubyte": idxFile([1], [1]) };
  const cases = [
    [{ ...good, ...setFiles("t10k", [1], 32) }, "t10k must be [N, 28, 28]", "[1,32,32] and [1]"],
    [{ ...good, ...fewer }, "train must be [N, 28, 28] with N labels", "[2,28,28] and [1]"],
  ] as const;
  for (const [files, rule, value] of cases) {
    await inFolder(files, async (folder) => {
      const { message } = await assertRejects(() => readFashion(folder, ["boot"]), DataError, rule);
      assert(message.endsWith(`current shapes in ${folder} are ${value}`), message);
    });
  }
});

Deno.test("rotation: multiples of 90 degrees move pixels and change none", () => {
  for (const side of [1, 4, 7, 28]) {
    const random = randomFrom(side);
    const picture = Float32Array.from({ length: side * side }, () => random.uniform(0, 255));
    // A quarter turn counterclockwise: the right column becomes the top row.
    const quarter = (pixels: Float32Array) =>
      pixels.map((_, k) => pixels[(k % side) * side + side - 1 - Math.floor(k / side)]!);
    assertEquals(rotatePicture(picture, side, 0), picture);
    assertEquals(rotatePicture(picture, side, 90), quarter(picture));
    assertEquals(rotatePicture(picture, side, 180), quarter(quarter(picture)));
    assertEquals(rotatePicture(picture, side, -90), quarter(quarter(quarter(picture))));
  }
  assertEquals([...rotatePicture([1, 2, 3, 4], 2, 90)], [2, 4, 1, 3]);
});

Deno.test("rotation: any angle turns the center of mass by itself and keeps the mass", () => {
  const side = 28;
  // A blob eight pixels to the right of the center.
  const blob = Float32Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [k % side - 13.5, Math.floor(k / side) - 13.5];
    return 200 * Math.exp(-((x - 8) ** 2 + y ** 2) / 4);
  });
  const moments = (pixels: Float32Array) => {
    let [mass, right, up] = [0, 0, 0];
    pixels.forEach((value, k) => {
      mass += value;
      right += value * (k % side - 13.5);
      up -= value * (Math.floor(k / side) - 13.5);
    });
    return { mass, radius: Math.hypot(right, up) / mass, angle: Math.atan2(up, right) };
  };
  const before = moments(blob);
  for (const degrees of [-77, -30, -3, -0.5, 0.5, 1, 12, 45, 88]) {
    const after = moments(rotatePicture(blob, side, degrees));
    assertAlmostEquals(after.angle * 180 / Math.PI, degrees, 0.05);
    assertAlmostEquals(after.radius, before.radius, 0.02);
    assertAlmostEquals(after.mass / before.mass, 1, 0.002);
  }
});

Deno.test("rotation: interpolation is linear along a ramp", () => {
  // Brightness x + 100 y turned by d is the ramp of a turned gradient, wherever nothing comes from outside.
  const side = 9;
  const ramp = Float32Array.from(
    { length: side * side },
    (_, k) => k % side + 100 * (k / side | 0),
  );
  const turned = rotatePicture(ramp, side, 30);
  const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  for (const [x, y] of [[4, 4], [5, 4], [4, 2], [3, 5]] as const) {
    const [right, down] = [x - 4, y - 4];
    const expected = 4 + cos * right - sin * down + 100 * (4 + sin * right + cos * down);
    assertAlmostEquals(turned[y * side + x]!, expected, 1e-4);
  }
});

Deno.test("rotation: training angles are normal around 0, cut at 90 degrees", () => {
  const random = randomFrom(7);
  const angles = Array.from({ length: 40_000 }, () => drawTrainAngle(random));
  const { mean, deviation } = spread(angles);
  assertAlmostEquals(mean, 0, 0.5);
  assertAlmostEquals(deviation, 20, 0.4);
  assert(angles.every((angle) => Math.abs(angle) <= 90));
  const numbers = [-4.6, 4.51, -4.5, 1];
  const scripted = { uniform: () => 0, normal: () => numbers.shift()! };
  assertEquals([drawTrainAngle(scripted), drawTrainAngle(scripted)], [-90, 20]);
  // The tails of a normal distribution, not of a wider or flatter one.
  const beyond = (sigmas: number) => angles.filter((angle) => Math.abs(angle) > 20 * sigmas).length;
  assertAlmostEquals(beyond(2) / 40_000, 0.0455, 0.005);
  assertAlmostEquals(beyond(3) / 40_000, 0.0027, 0.0012);
});

Deno.test("rotation: test angles are uniform, pictures are not repeated, the two sets stay apart", () => {
  // Pictures that can be told apart after any turn: their brightness is their number.
  const numbered = (from: number) =>
    Array.from({ length: 50 }, (_, i) => new Uint8Array(28 * 28).fill(from + i));
  const fashion = { train: numbered(1), test: numbered(101) };
  const data = drawDataset(fashion, { train: 50, test: 45, grain: 0 }, 3);
  data.test.angles.forEach((angle, i) => assert(angle >= -90 + 4 * i && angle <= -86 + 4 * i));
  const numbers = ({ pictures, angles }: Dataset["train"]) =>
    Array.from(angles, (_, i) => Math.round(255 * pictures[i * 784 + 14 * 28 + 14]!));
  const [inOrder, drawn] = [numbered(1).map(([first]) => first), numbers(data.train)];
  assertNotEquals(drawn, inOrder);
  assertEquals(drawn.toSorted((a, b) => a - b), inOrder);
  assertEquals(new Set(numbers(data.test)).size, 45);
  assert(numbers(data.test).every((number) => number > 100));
  assertThrows(
    () => drawDataset(fashion, { train: 51, test: 1, grain: 0 }, 3),
    DataError,
    "Cannot draw 51 train pictures as there must be as many of these garments: current count is 50",
  );
});

Deno.test("rotation: the seed decides; grain changes pixels alone, by its own deviation", () => {
  const fashion = wedges(60, 60);
  const options = { train: 50, test: 50, grain: 0 };
  const data = drawDataset(fashion, options, 4);
  assertEquals(drawDataset(fashion, options, 4), data);
  assertNotEquals(drawDataset(fashion, options, 5).train.angles, data.train.angles);
  const grained = drawDataset(fashion, { ...options, grain: 0.25 }, 4);
  assertEquals(grained.train.angles, data.train.angles);
  assertEquals(grained.test.angles, data.test.angles);
  for (const set of ["train", "test"] as const) {
    const gaps = grained[set].pictures.map((value, k) => value - data[set].pictures[k]!);
    const { mean, deviation } = spread([...gaps]);
    assertAlmostEquals(mean, 0, 0.01);
    assertAlmostEquals(deviation, 0.25, 0.005);
  }
  assert(data.train.pictures.every((value) => value >= 0 && value <= 1));
  assert(data.train.pictures.some((value) => value > 0.5));
});
