/** The age experiment's data: the authors' CSV and split, drawn faces. */
import "@tensorflow/tfjs"; // its backends
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { imageBatches } from "@balanced/mse/vision";
import { readAgeCsv, readSplitCsv, splitCsv } from "../../examples/imdb_wiki/age_csv.ts";
import { makeSplit, readAgeData } from "../../examples/imdb_wiki/age_data.ts";
import { splitByAge } from "../../examples/imdb_wiki/age_split.ts";
import { drawFace } from "../../examples/imdb_wiki/draw_face.ts";
import { faceTraits } from "../../examples/imdb_wiki/face_traits.ts";
import { drawAges, makeFaces } from "../../examples/imdb_wiki/made_faces.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";
import { inFolder } from "../support/in_folder.ts";

const LINES = ["31,a/0.jpg,train", '32.0,"b, c/1.jpg",val', "0,a/2.jpg,test"];
const csv = (lines = LINES, header = "age,path,split") => [header, ...lines].join("\r\n");

Deno.test("imdb-wiki: the authors' CSV is read, quotes, spaces, other columns and orders too", () => {
  const rows = readSplitCsv(`\ufeff${csv()}\n\n`, "a.csv");
  assertEquals(rows, [
    { age: 31, path: "a/0.jpg", split: "train" },
    { age: 32, path: "b, c/1.jpg", split: "val" },
    { age: 0, path: "a/2.jpg", split: "test" },
  ]);
  assertEquals(readSplitCsv(splitCsv(rows), "a.csv"), rows);
  const wide = ["x,train,a.jpg, 7", "x,val,b.jpg,8", "x,test,c.jpg,9"];
  assertEquals(
    readSplitCsv(csv(wide, "id,split, path,age"), "a.csv")[0],
    { age: 7, path: "a.jpg", split: "train" },
  );
  assertEquals(readAgeCsv("path,age\na.jpg,186", "a.csv"), [{ age: 186, path: "a.jpg" }]);
});

Deno.test("imdb-wiki: what is wrong with a CSV is named by row and column", () => {
  const age = "age must be a whole number from 0 to 200 in row 2";
  const cases: [string, string][] = [
    [
      csv(LINES, "age,file,split"),
      'its columns must be age,path,split: current value is "age,file,split"',
    ],
    [csv([]), "it must have a row besides its header: current value is 0 rows"],
    ["", 'its first line must name the columns: current value is ""'],
    [csv(LINES.with(1, "old,b.jpg,val")), `${age}: current value is "old"`],
    [csv(LINES.with(1, "-1,b.jpg,val")), `${age}: current value is "-1"`],
    [csv(LINES.with(1, "31.5,b.jpg,val")), `${age}: current value is "31.5"`],
    [csv(LINES.with(1, ",b.jpg,val")), `${age}: current value is ""`],
    [csv(LINES.with(1, "201,b.jpg,val")), `${age}: current value is "201"`],
    [csv(LINES.with(1, "31,,val")), "path must not be empty in row 2"],
    [
      csv(LINES.with(1, "31,b.jpg,valid")),
      'split must be train, val, test in row 2: current value is "valid"',
    ],
    [
      csv(LINES.with(1, "31,b.jpg")),
      "row 2 must have 3 cells, as the header has: current value is 2",
    ],
    [csv(LINES.with(1, '31,"b.jpg,val')), "it must be comma-separated values"],
    [csv(LINES.slice(0, 2)), "each split must have a picture: current value is none of test"],
  ];
  for (const [text, words] of cases) {
    assertThrows(() => readSplitCsv(text, "a.csv"), OptionError, `Cannot use a.csv as ${words}`);
  }
  assertThrows(() => readAgeCsv("age,split\n1,val", "a.csv"), OptionError, "must be age,path");
});

Deno.test("imdb-wiki: of each age a third, at most the cap, for validation and for the test each", () => {
  const counts = new Map([[0, 2], [1, 3], [5, 20], [30, 100], [120, 9], [121, 50], [186, 4]]);
  const rows = [...counts].flatMap(([age, count]) =>
    Array.from({ length: count }, (_, k) => ({ age, path: `${age}/${k}.jpg` }))
  );
  const split = splitByAge(rows, 10, randomFrom(1));
  assertEquals(split.map(({ path }) => path), rows.map(({ path }) => path));
  for (const [age, count] of counts) {
    const own = split.filter((row) => row.age === age);
    const most = age > 120 ? 0 : Math.min(Math.floor(count / 3), 10);
    const size = (name: string) => own.filter((row) => row.split === name).length;
    assertEquals([size("val"), size("test"), size("train")], [most, most, count - 2 * most]);
  }
  assertEquals(splitByAge(rows, 10, randomFrom(1)), split);
  const other = splitByAge(rows, 10, randomFrom(2));
  assert(other.some((row, i) => row.split !== split[i]!.split));
  // Anyone of an age may come anywhere: 20 draws of 30 of the first of 100, one in ten in each.
  const firsts = Array.from(
    { length: 400 },
    (_, seed) => splitByAge(rows, 10, randomFrom(seed)).find(({ age }) => age === 30)!.split,
  );
  assertAlmostEquals(firsts.filter((one) => one === "val").length / 400, 0.1, 0.06);
  assertAlmostEquals(firsts.filter((one) => one === "test").length / 400, 0.1, 0.06);
});

Deno.test("imdb-wiki: drawn ages are a crowd with a long tail, and some ages have none", () => {
  const ages = drawAges(20_000, randomFrom(0));
  const count = (from: number, to: number) => ages.filter((age) => age >= from && age < to).length;
  const crowd = count(20, 50) / 20_000;
  assert(crowd > 0.65 && crowd < 0.8, `${crowd}`);
  assert(count(0, 10) > 20 && count(0, 10) < 400);
  assert(count(80, 100) > 50 && count(80, 100) < 600);
  const sizes = Array.from({ length: 100 }, (_, age) => count(age, age + 1));
  assertAlmostEquals(Math.max(...sizes) / 20_000, 0.032, 0.005); // as in IMDB-WIKI: 7,149 of 213,553
  assert(drawAges(4000, randomFrom(0)).length === 4000);
  assert(Array.from({ length: 187 }, (_, age) => count(age, age + 1)).includes(0));
});

Deno.test("imdb-wiki: drawn faces are files and a CSV, the same for a seed", async () => {
  await inFolder(async (dir) => {
    const options = { count: 30, size: 32, seed: 5, cap: 2, noise: 0 };
    const rows = await makeFaces(`${dir}/a`, options);
    const data = await readAgeData(`${dir}/a`);
    assertEquals(data.name, "imdb_wiki.csv");
    assertEquals(data.train.length + data.val.length + data.test.length, 30);
    await makeFaces(`${dir}/b`, options);
    await makeFaces(`${dir}/c`, { ...options, seed: 6 });
    const read = (folder: string) => Deno.readFile(`${dir}/${folder}/${rows[7]!.path}`);
    assertEquals(await read("b"), await read("a"));
    assert((await read("c")).join() !== (await read("a")).join());
    for (const seed of ["a", "b"]) {
      assertEquals(await Deno.readTextFile(`${dir}/${seed}/imdb_wiki.csv`), splitCsv(rows));
    }
    const { value } = await imageBatches({ items: data.train, size: 32, batchSize: 2 })()
      [Symbol.asyncIterator]().next();
    assertEquals(value!.x.shape, [2, 32, 32, 3]);
    for (const tensor of [value!.x, value!.y]) (tensor as { dispose(): void }).dispose();
  });
});

Deno.test("imdb-wiki: a drawn face shows its age, but for the noise", () => {
  const random = randomFrom(0);
  /** The mean brightness of the hair above faces of an age, and of their cheeks. */
  const brightness = (age: number) => {
    const faces = Array.from(
      { length: 40 },
      () => drawFace(faceTraits(age, 0, random), 32, random),
    );
    const mean = (rows: number[], columns: number[]) => {
      const all = faces.flatMap((face) =>
        rows.flatMap((row) => columns.map((column) => face[4 * (32 * row + column)]!))
      );
      return all.reduce((a, b) => a + b) / all.length;
    };
    return [mean([5, 6, 7], [14, 15, 16, 17]), mean([17, 18, 19], [14, 15, 16, 17])] as const;
  };
  const [young, old] = [brightness(25), brightness(85)];
  assert(old[0] > young[0] + 40, `hair ${young[0]} and ${old[0]}`);
  assertAlmostEquals(old[1], young[1], 40); // skins are alike
  const traits = (age: number, noise: number) =>
    Array.from({ length: 400 }, () => faceTraits(age, noise, random));
  for (const [age, fewest, most] of [[5, 0, 0], [30, 0, 1], [60, 2, 4], [90, 4, 6]] as const) {
    assert(traits(age, 0).every(({ lines }) => lines >= fewest && lines <= most), `${age}`);
  }
  const looks = (noise: number) => traits(20, noise).map(({ growth }) => -9 * Math.log(1 - growth));
  assert(looks(0).every((age) => Math.abs(age - 20) < 1e-9));
  const noisy = looks(8);
  const mean = noisy.reduce((a, b) => a + b) / noisy.length;
  const deviation = Math.sqrt(noisy.reduce((sum, age) => sum + (age - mean) ** 2, 0) / 400);
  assertAlmostEquals(deviation, 8 * 0.6, 0.8); // a grown face's is 8 years
});

Deno.test("imdb-wiki: missing pictures are counted and named, or left out; a split is made", async () => {
  await inFolder(async (dir) => {
    const lines = Array.from({ length: 9 }, (_, k) => `30,${k}.jpg`);
    for (let k = 0; k < 9; k++) await Deno.writeTextFile(`${dir}/${k}.jpg`, "");
    await Deno.writeTextFile(`${dir}/ages.csv`, csv(lines, "age,path"));
    await assertRejects(
      () => readAgeData(dir),
      OptionError,
      `Cannot use ${dir} as it must have imdb_wiki.csv or agedb.csv (--csv names another`,
    );
    const sizes = await makeSplit(dir, `${dir}/ages.csv`, { csv: "agedb.csv", seed: 0 });
    assertEquals(sizes, { train: 3, val: 3, test: 3 });
    // The same split again changes nothing; another one must not take its place.
    assertEquals(await makeSplit(dir, `${dir}/ages.csv`, { csv: "agedb.csv", seed: 0 }), sizes);
    await assertRejects(
      () => makeSplit(dir, `${dir}/ages.csv`, { csv: "agedb.csv", seed: 0, cap: 1 }),
      OptionError,
      `Cannot write ${dir}/agedb.csv as no other split may be there (--csv names a new file)`,
    );
    const data = await readAgeData(dir);
    assertEquals([data.name, data.missing, data.val.length], ["agedb.csv", 0, 3]);
    assertEquals(data.train[0]!.label, 30);
    const [one, two] = [data.train[0]!.path, data.train[2]!.path];
    await Deno.remove(one);
    await Deno.remove(two);
    await Deno.mkdir(two); // no file
    await assertRejects(
      () => readAgeData(dir),
      OptionError,
      `as all pictures of agedb.csv must be in it: current number missing is 2 of 9, first ` +
        `${one.slice(dir.length + 1)}, ${two.slice(dir.length + 1)}`,
    );
    const rest = await readAgeData(dir, { skipMissing: true });
    assertEquals([rest.missing, rest.train.length, rest.test.length], [2, 1, 3]);
    for (const { path } of data.test) await Deno.remove(path);
    await assertRejects(
      () => readAgeData(dir, { skipMissing: true }),
      OptionError,
      "each split of agedb.csv must have a picture in it: current value is none of test",
    );
    await assertRejects(
      () => makeSplit(`${dir}/none`, `${dir}/ages.csv`, { seed: 0 }),
      OptionError,
      `Cannot write ${dir}/none/imdb_wiki.csv: `,
    );
    await assertRejects(
      () => makeSplit(dir, `${dir}/none.csv`, { seed: 0 }),
      OptionError,
      `Cannot read ${dir}/none.csv: `,
    );
  });
});
