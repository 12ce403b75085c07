/** The tutorial's flags, and the backend that they come to. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { chooseBackend } from "../../examples/housing/backend.ts";
import { loadDataset } from "../../examples/housing/datasets.ts";
import { parseOptions } from "../../examples/housing/options.ts";
import { OptionError } from "../../examples/support/option_error.ts";

Deno.test("housing: wasm before a software adapter, a real GPU before both", () => {
  const [gpu, software] = [false, true].map((software) => ({ name: "x", software }));
  assertEquals(chooseBackend("auto", { adapter: gpu!, read: true }), "webgpu");
  assertEquals(chooseBackend("auto", { adapter: software!, read: true }), "wasm");
  assertEquals(chooseBackend("auto", { adapter: software!, read: false }), "webgpu");
  assertEquals(chooseBackend("auto", { read: false }), "cpu");
  assertEquals(chooseBackend("cpu", { adapter: gpu!, read: true }), "cpu");
  const refused = (wish: "webgpu" | "wasm") => () => chooseBackend(wish, { read: false });
  assertThrows(refused("webgpu"), OptionError, "must not be webgpu without a WebGPU adapter");
  assertThrows(refused("wasm"), OptionError, "must not be wasm without --allow-read");
});

Deno.test("housing: flags have their defaults, and a wrong one is refused with the right ones", async () => {
  const { source, changes, ways, seed, seeds, steps, epochs, out } = parseOptions([]);
  assertEquals({ source, changes, ways, seed, seeds, steps, epochs, out }, {
    source: { data: "housing" },
    changes: {},
    ways: undefined,
    seed: 0,
    seeds: 5,
    steps: 240,
    epochs: undefined,
    out: "out/housing.svg",
  });
  const own = parseOptions(["--csv", "a.csv", "--target=y", "--ignore", "b, c", "--sigma", "2e1"]);
  const plain = { csv: "a.csv", target: "y", missing: [], decimal: undefined, skipEmpty: false };
  assertEquals(own.source, { ...plain, ignore: ["b", "c"] });
  assertEquals([own.changes, own.out], [{ sigma: 20 }, "out/csv.svg"]);
  const marks = ["--ignore", 'b,"c, d"', "--missing", "-200,x", "--decimal=comma", "--skip-empty"];
  assertEquals(parseOptions(["--csv", "a.csv", "--target", "y", ...marks]).source, {
    ...{ ...plain, ignore: ["b", "c, d"], missing: ["-200", "x"], decimal: ",", skipEmpty: true },
  });
  assertEquals(parseOptions(["--quick"]).seeds, 2);
  const cases: [string[], string][] = [
    [["--cvs", "a.csv"], "did you mean --csv: "],
    [["--data", "houses"], "--data must be housing or weather: current value is houses"],
    [
      ["--csv", "a.csv"],
      '--target must name the column to predict with --csv: current value is ""',
    ],
    [["--csv", "a.csv", "--data", "housing"], "--data and --csv exclude each other"],
    [["--target", "y"], "--target is for --csv only: current value is y"],
    [["--missing", "-200"], "--missing is for --csv only: current value is -200"],
    [
      ["--csv", "a", "--target", "y", "--decimal", ","],
      "--decimal must be point or comma: current value is ,",
    ],
    [["--sigma", "-1"], "--sigma must be a number > 0: current value is -1"],
    [["--skip-empty"], "--skip-empty is for --csv only: current value is true"],
    [["--sigma=-1"], "--sigma must be a number > 0: current value is -1"],
    [["--bin-width", "0"], "--bin-width must be a number > 0: current value is 0"],
    [["--per-bin", "0"], "--per-bin must be an integer from 1 to 1000000: current value is 0"],
    [["--seeds", "0"], "--seeds must be an integer from 1 to 1000: current value is 0"],
    [
      ["--ways", "l1,l2"],
      "--ways must be of l1, inverse, sqrt-inverse, lds, balanced, balanced-held: current value is l2",
    ],
    [["--backend", "gpu"], "--backend must be auto or webgpu or wasm or cpu: current value is gpu"],
    [["--out", "a.pdf"], "--out must end in .svg or .png: current value is a.pdf"],
    [["--seed", "1", "--seed", "2"], "--seed is given once at most: current value is 1 2"],
  ];
  for (const [args, words] of cases) assertThrows(() => parseOptions(args), OptionError, words);
  const missing = { csv: "/nowhere/a.csv", target: "y", ignore: [], skipEmpty: false };
  await assertRejects(() => loadDataset(missing), OptionError, "Cannot read /nowhere/a.csv");
});
