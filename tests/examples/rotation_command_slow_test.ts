/** The rotation benchmark as a command: on made-up idx files, output, bad use. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runExample } from "../support/run_example.ts";
import { idxFile, wedges } from "../support/wedges.ts";

async function writeWedges(folder: string, train: number, test: number): Promise<void> {
  const fashion = wedges(train, test);
  for (const [set, pictures] of [["train", fashion.train], ["t10k", fashion.test]] as const) {
    const images = idxFile([pictures.length, 28, 28], pictures.flatMap((picture) => [...picture]));
    await Deno.writeFile(`${folder}/${set}-images-idx3-ubyte`, images);
    const labels = idxFile([pictures.length], pictures.map(() => 9));
    await Deno.writeFile(`${folder}/${set}-labels-idx1-ubyte`, labels);
  }
}

Deno.test("rotation: from idx files to table, JSON and figure; the same seed prints the same", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeWedges(folder, 40, 45);
    const out = `${folder}/deeper/figure.svg`;
    const sizes = ["--train", "40", "--test", "45", "--epochs", "2", "--backend", "cpu"];
    const args = [
      "--data",
      folder,
      ...sizes,
      "--seed",
      "4",
      "--seeds",
      "2",
      "--criteria",
      "mse,bmc",
    ];
    const write = ["--allow-read", `--allow-write=${folder}`];
    const told = await runExample("rotation", write, [...args, "--out", out]);
    assertEquals(told.code, 0, told.err);
    for (const words of ["few-shot", "SQINV", "BMC"]) {
      assertEquals(told.out.includes(words), words !== "SQINV", told.out);
    }
    assertStringIncludes(told.out, "2 seed(s)");
    assertStringIncludes(told.err, "Seed 5, BMC: 2 epochs");
    assertStringIncludes(await Deno.readTextFile(out), "<svg");

    const [once, again] = await Promise.all([
      runExample("rotation", ["--allow-read"], [...args, "--json"]),
      runExample("rotation", ["--allow-read"], [...args, "--json"]),
    ]);
    assertEquals([once.code, again.code], [0, 0], once.err + again.err);
    assertStringIncludes(once.err, "deno run --allow-read --allow-write=out examples/rotation.ts");
    const errors = (text: string) => {
      const { criteria, runs, ...rest } = JSON.parse(text);
      assert(rest.seconds > 0 && criteria.length === 2);
      return [
        { ...rest, seconds: 0 },
        runs.map(({ seconds: _, stepsPerSecond: __, ...run }: Record<string, unknown>) => run),
      ];
    };
    const [about, runs] = errors(once.out);
    assertEquals(errors(again.out), [about, runs]);
    assertEquals(about, {
      garments: ["boot"],
      train: 40,
      test: 45,
      grain: 0.5,
      epochs: 2,
      seeds: [4, 5],
      backend: "cpu",
      adapter: null,
      seconds: 0,
    });
    const who = runs.map(({ id, seed }: { id: string; seed: number }) => [id, seed]);
    assertEquals(who, [["mse", 4], ["bmc", 4], ["mse", 5], ["bmc", 5]]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("rotation: bad use and missing data end with one line and status 2", async () => {
  const cases: [string[], string[], string][] = [
    [[], ["--epoch", "2"], "did you mean --epochs"],
    [["--allow-read"], ["--data", "/no/such/folder"], "apt-get install -y dataset-fashion-mnist"],
    [[], ["--out", "somewhere/x.png"], "--allow-write=somewhere --allow-read"],
  ];
  for (const [permissions, args, words] of cases) {
    const { code, out, err } = await runExample("rotation", permissions, args);
    assertEquals([code, out, err.trim().split("\n").length], [2, "", 1], err);
    assertStringIncludes(err, words);
  }
  const help = await runExample("rotation", [], ["--help"]);
  assertEquals(help.code, 0);
  assertStringIncludes(help.out, "--garments");
});
