/** The age experiment as a command: drawn faces, tables, JSON, weights brought along, bad use. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import sharp from "sharp";
import { drawnData, runAge, tiny } from "../support/age_run.ts";
import { inFolder } from "../support/in_folder.ts";

Deno.test("imdb-wiki: drawn faces, both stages: one JSON object, files; the same command goes on", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/run`;
    const made = ["--made", "--quick", "--faces=120", "--cap=3", "--seed=3", `--out=${out}`];
    const more = ["--json", `--log=${dir}/log.csv`];
    const args = [...made, ...tiny(), ...more];
    const { code, out: text, err } = await runAge(args);
    assertEquals(code, 0, err);
    assertEquals(text.trim().split("\n").length, 1);
    const { seconds, picturesPerSecond, criteria, ...rest } = JSON.parse(text);
    assertEquals(rest, { data: "made", stage: 2, backend: "cpu", adapter: null });
    assert(seconds > 0 && picturesPerSecond > 0);
    assertEquals(
      criteria.map(({ name }: { name: string }) => name),
      ["vanilla", "RRT + L1", "RRT + inverse", "RRT + LDS", "GAI", "BMC", "BNI"],
    );
    for (const { name, bMae, mae, gMean, sigma, seconds, ...others } of criteria) {
      assertEquals(others, {});
      for (const numbers of [bMae, mae, gMean]) {
        assertEquals(Object.keys(numbers), ["all", "many", "medium", "few"]);
        assert(numbers.all > 0, name);
      }
      assertEquals(sigma === null, !/^(GAI|BMC|BNI)$/.test(name));
      assert(seconds > 0);
    }
    for (const words of ["pictures/s", "without augmentation", "Stage 1", "aged "]) {
      assertStringIncludes(err, words);
    }
    const rows = (await Deno.readTextFile(`${out}/predictions/gai.csv`)).trim().split("\r\n");
    assertEquals(rows[0], "path,age,pred");
    assert(/^faces\/\d+\.jpg,\d+,-?[\d.]+$/.test(rows[1]!), rows[1]);
    assertStringIncludes(await Deno.readTextFile(`${out}/figure.svg`), "<svg");
    for (const [id, epochs] of [["vanilla", 3], ["bmc", 2]] as const) {
      const log = await Deno.readTextFile(`${dir}/log-${id}.csv`);
      assertEquals(log.trim().split("\n").length, 1 + epochs);
    }

    const again = await runAge(args);
    assertEquals(again.code, 0, again.err);
    assert(!again.err.includes("Stage 1,") && !again.err.includes("Drawing"), again.err);
    const { criteria: kept, ...nothing } = JSON.parse(again.out);
    assertEquals(kept, criteria);
    assertEquals(nothing.picturesPerSecond, null);

    const other = await runAge([...made, ...tiny({ sigma: "9" }), ...more]);
    assertEquals([other.code, other.out], [2, ""]);
    assertStringIncludes(other.err, "sigma must be that of the run there, 10");
  });
});

Deno.test("imdb-wiki: a user's data: gray, alpha, odd sizes; single-stage ways; weights of others", async () => {
  await inFolder(async (dir) => {
    const data = `${dir}/data`;
    await drawnData(data);
    const [first, second, third] = [0, 1, 2].map((k) => `${data}/faces/00${k}.jpg`);
    const odd = (side: number) => sharp(first!).resize(side, 2 * side + 1, { fit: "fill" });
    const pictures = await Promise.all([
      odd(7).grayscale().jpeg().toBuffer(),
      odd(5).ensureAlpha(0.5).png().toBuffer(),
    ]);
    await Deno.writeFile(second!, pictures[0]!);
    await Deno.writeFile(third!, pictures[1]!);
    const args = [`--data=${data}`, ...tiny()];
    const ways = ["--reweight=sqrt-inverse", "--lds", "--fds"];
    const dirWay = await runAge([...args, "--stage=1", ...ways, `--out=${dir}/dir`]);
    assertEquals(dirWay.code, 0, dirWay.err);
    assertStringIncludes(dirWay.out, "published: SQINV + LDS + FDS");
    assertStringIncludes(dirWay.out, "vanilla");
    assert(!dirWay.out.includes("RRT + L1"));

    // Its regressor anew, on augmented pictures, frozen layers by the batch.
    const theirs = ["--stage=2", "--criteria=bmc", "--batch-statistics", "--fixed-sigma", "--json"];
    const bmc = await runAge([...args, ...theirs, `--from=${dir}/dir`, `--out=${dir}/bmc`]);
    assertEquals(bmc.code, 0, bmc.err);
    assertEquals(JSON.parse(bmc.out).criteria.map(({ sigma }: { sigma: number }) => sigma), [
      null,
      10,
    ]);
    assertStringIncludes(bmc.err, "Frozen layers normalize by the batch");

    const weights = ["--from=tests/fixtures/resnet50/weights.pth", "--stage=2", "--criteria=l1"];
    const looks = tiny({ size: "32", width: "4", blocks: "1,1,1,1" });
    const torch = await runAge([`--data=${data}`, ...looks, ...weights, `--out=${dir}/torch`]);
    assertEquals(torch.code, 0, torch.err);
    const wrong = await runAge([...args, ...weights, `--out=${dir}/wrong`]);
    assertEquals([wrong.code, wrong.out], [2, ""], wrong.err);
    assertStringIncludes(wrong.err, "Cannot import weights as");
    const resized = ["--stage=2", `--from=${dir}/dir`, ...tiny({ size: "16" })];
    const other = await runAge([`--data=${data}`, `--out=${dir}/size`, ...resized]);
    assertEquals(other.code, 2, other.err);
    assertStringIncludes(other.err, "--size must be its network's, 8: current value is 16");
  });
});

Deno.test("imdb-wiki: bad use and bad data end with one line and status 2", async () => {
  await inFolder(async (dir) => {
    const data = `${dir}/data`;
    await drawnData(data);
    const args = [`--data=${data}`, ...tiny({ epochs: "1" })];
    const refused = async (more: string[], words: string) => {
      const { code, out, err } = await runAge([...args, `--out=${dir}/run`, ...more]);
      assertEquals([code, out], [2, ""], err);
      assertStringIncludes(err.trim().split("\n").at(-1)!, words);
    };
    await refused(["--stage=2"], "must hold a first stage that is done");
    await refused(["--stage=2", "--from=nowhere"], "Cannot start from nowhere");
    await refused(["--csv=none.csv"], "Cannot read");
    await refused(["--make-split=none.csv"], "Cannot read none.csv");

    const csv = await Deno.readTextFile(`${data}/imdb_wiki.csv`);
    const cases: [string, string, string][] = [
      ["path,split", "path,part", "columns must be age,path,split"],
      [csv.split("\n")[1]!, "young,faces/000.jpg,train", "age must be a whole number"],
      [csv.split("\n")[1]!, "-3,faces/000.jpg,train", "age must be a whole number"],
      [csv.split("\n")[1]!, "30,faces/000.jpg,dev", "split must be train, val, test in row 1"],
      [",val", ",test", "none of val"],
      ["faces/000.jpg", "faces/gone.jpg", "current number missing is 1 of 120, first faces/gone"],
    ];
    for (const [from, to, words] of cases) {
      await Deno.writeTextFile(`${data}/imdb_wiki.csv`, csv.replaceAll(from, to));
      await refused([], words);
    }
    await Deno.writeTextFile(`${data}/imdb_wiki.csv`, csv);

    // A picture of the test that is damaged: told by name, or left out with --skip-unreadable.
    const path = csv.split("\n").find((line) => line.endsWith(",test"))!.split(",")[1]!;
    await Deno.writeTextFile(`${data}/${path}`, "no picture");
    await refused(["--stage=1"], `${path}; --skip-unreadable leaves such pictures out`);
    const left = await runAge([...args, "--stage=1", "--skip-unreadable", `--out=${dir}/left`]);
    assertEquals(left.code, 0, left.err);
    assertStringIncludes(left.err, `Left out, as they cannot be read: 1 picture, first ${data}/`);
    const rows = (await Deno.readTextFile(`${dir}/left/predictions/vanilla.csv`)).trim();
    assert(!rows.includes(path) && !rows.includes("NaN"));
  });
});
