/** The history as a file: its lines, a resume, what it does not overwrite. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv/parse";
import { openHistoryLog } from "../../src/train/history_log.ts";
import { inFolder } from "../support/in_folder.ts";

const record = (epoch: number, metrics?: Record<string, number>) => ({
  epoch,
  loss: 1 / (epoch + 3),
  learningRate: 0.1,
  ...(metrics && { metrics }),
});

Deno.test("history log: CSV with a column a metric, widened when one comes", () =>
  inFolder(async (dir) => {
    const path = `${dir}/new/folder/run.csv`;
    const log = await openHistoryLog(path);
    assertEquals(await Deno.readTextFile(path), "epoch,loss,learningRate\r\n");
    await log.write(record(0));
    assertEquals(await Deno.readTextFile(path), `epoch,loss,learningRate\r\n0,${1 / 3},0.1\r\n`);
    await log.write(record(1, { mae: 2.5, 'a "quoted", name': NaN }));
    await log.write(record(2, { loss: 7, "shots.few": Infinity }));
    await log.close();
    assertEquals(parse(await Deno.readTextFile(path)), [
      [...[
        "epoch",
        "loss",
        "learningRate",
        "mae",
        'a "quoted", name',
        "metrics.loss",
        "shots.few",
      ]],
      ["0", `${1 / 3}`, "0.1", "", "", "", ""],
      ["1", "0.25", "0.1", "2.5", "NaN", "", ""],
      ["2", "0.2", "0.1", "", "", "7", "Infinity"],
    ]);
    assertEquals([...Deno.readDirSync(`${dir}/new/folder`)].length, 1);
  }));

Deno.test("history log: JSON lines", () =>
  inFolder(async (dir) => {
    for (const name of ["run.jsonl", "run.NDJSON"]) {
      const path = `${dir}/${name}`;
      const log = await openHistoryLog(path);
      await log.write(record(1));
      await log.write(record(2, { mae: 2.5, r: NaN }));
      await log.close();
      assertEquals(
        await Deno.readTextFile(path),
        '{"epoch":1,"loss":0.25,"learningRate":0.1}\n' +
          '{"epoch":2,"loss":0.2,"learningRate":0.1,"mae":2.5,"r":null}\n',
      );
    }
  }));

Deno.test("history log: a resumed run has each epoch once, and no half line", () =>
  inFolder(async (dir) => {
    for (const name of ["run.csv", "run.jsonl"]) {
      const path = `${dir}/${name}`;
      const whole = await openHistoryLog(path);
      const all = [0, 1, 2, 3].map((epoch) => record(epoch, { mae: epoch }));
      // Not awaited: they come in order all the same.
      await Promise.all(all.map((epoch) => whole.write(epoch)));
      await whole.close();
      const text = await Deno.readTextFile(path);
      // Killed in the middle of a line, after a checkpoint of two epochs.
      await Deno.writeTextFile(path, text.slice(0, -5));
      const log = await openHistoryLog(path, { resume: all.slice(0, 2) });
      await log.write(all[2]!);
      await log.write(all[3]!);
      await log.close();
      assertEquals(await Deno.readTextFile(path), text);
      // A new run starts anew.
      await (await openHistoryLog(path)).close();
      assert((await Deno.readTextFile(path)).length < 30);
    }
  }));

Deno.test("history log: what is killed leaves whole lines", () =>
  inFolder(async (dir) => {
    const path = `${dir}/run.csv`;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--no-check",
        new URL("../support/logging_child.ts", import.meta.url).pathname,
        path,
      ],
      cwd: new URL("../../", import.meta.url),
      stdout: "null",
      stderr: "null",
    }).spawn();
    const lines = async () => (await Deno.readTextFile(path).catch(() => "")).split("\r\n");
    while ((await lines()).length < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await child.status;
    const all = await lines();
    assertEquals(all.at(-1), "", "the last line is whole");
    all.slice(1, -1).forEach((line, epoch) =>
      assertEquals(line.split(","), [`${epoch}`, "1", "2"])
    );
  }));

Deno.test("history log: a path that is none, or of something else, is refused", () =>
  inFolder(async (dir) => {
    type Rule = [path: unknown, new (message: string) => Error, string];
    const data = `${dir}/data.csv`;
    await Deno.writeTextFile(data, "age,label\n1,2\n");
    await Deno.writeTextFile(`${dir}/file`, "");
    await Deno.writeTextFile(`${dir}/empty.csv`, "");
    await Deno.mkdir(`${dir}/folder.csv`);
    const rules: Rule[] = [
      [
        undefined,
        TypeError,
        "Cannot train as log must be a path, a string that is not empty: curr",
      ],
      [1, TypeError, "current value is 1"],
      ["", TypeError, 'current value is ""'],
      ["file:///run.csv", TypeError, "must be a path, no URL"],
      [`run`, RangeError, "Cannot train as log must end in .csv, .jsonl or .ndjson: current value"],
      [`run.json`, RangeError, 'or .ndjson, did you mean "run.jsonl": current value is "run.json"'],
      [data, Error, "Cannot open a log as a file that is there already must be a log of a run, or"],
      [`${dir}/folder.csv`, Error, "Cannot open a log as its path must lead through folders to a"],
      [
        `${dir}/file/run.csv`,
        Error,
        "Cannot open a log as its path must lead through folders to a",
      ],
    ];
    for (const [path, Kind, message] of rules) {
      await assertRejects(() => openHistoryLog(path as string), Kind, message);
    }
    assertEquals(await Deno.readTextFile(data), "age,label\n1,2\n");
    await (await openHistoryLog(`${dir}/empty.csv`)).close();
    const log = await openHistoryLog(`${dir}/gone/run.csv`);
    await Deno.remove(`${dir}/gone`, { recursive: true });
    await assertRejects(
      () => log.write(record(0)),
      Error,
      "Cannot log an epoch as the file or its folder must exist: current path is " + dir,
    );
    await log.close();
  }));

Deno.test({
  name: "history log: says which permission is missing",
  permissions: { read: true, write: false },
  fn: async () => {
    await assertRejects(
      () => openHistoryLog("/tmp/never/run.csv"),
      Error,
      "Cannot open a log as Deno must be allowed it by --allow-read and --allow-write: curr",
    );
  },
});
