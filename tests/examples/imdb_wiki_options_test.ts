/** The flags of the age experiment: their defaults are the authors' protocol; a wrong one is named. */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { CRITERIA } from "../../examples/imdb_wiki/criteria.ts";
import { HELP, parseOptions } from "../../examples/imdb_wiki/options.ts";
import { FULL, QUICK } from "../../examples/imdb_wiki/protocol.ts";
import { PROTOCOL_FLAGS } from "../../examples/imdb_wiki/protocol_flags.ts";
import { OptionError } from "../../examples/support/option_error.ts";
import { runExample } from "../support/run_example.ts";

Deno.test("imdb-wiki: flags have the authors' defaults", () => {
  const { protocol, criteria, ...rest } = parseOptions(["--data", "D"]);
  assertEquals(protocol, FULL);
  assertEquals(criteria, CRITERIA);
  assertEquals(rest, {
    help: false,
    made: false,
    out: "out/imdb-wiki/seed-0",
    seed: 0,
    data: "D",
    json: false,
    csv: undefined,
    makeSplit: undefined,
    capGiven: false,
    skipUnreadable: false,
    stages: [1, 2],
    from: undefined,
    reweight: "none",
    lds: false,
    fds: false,
    learnsSigma: true,
    select: "bMae",
    augment: false,
    batchStatistics: false,
    recompute: false,
    backend: "auto",
    anew: false,
    log: undefined,
  });
  const { size, width, blocks, padding, batch, microBatch, epochs, rate, drops } = FULL;
  assertEquals([size, width, blocks, padding], [224, 64, [3, 4, 6, 3], 16]);
  assertEquals([batch, microBatch, epochs, rate, drops], [256, 64, 90, 1e-3, [60, 80]]);
  const { dropFactor, headEpochs, headRate, sigma, sigmaRate, components } = FULL;
  assertEquals([dropFactor, headEpochs, headRate], [0.1, 10, 1e-4]);
  assertEquals([sigma, sigmaRate, components], [10, 0.01, 8]);
  assertEquals([FULL.kernelSize, FULL.kernelSigma, FULL.fdsMomentum], [5, 2, 0.9]);
  assertEquals([FULL.clip, FULL.many, FULL.few], [[5, 1000], 100, 20]);
});

Deno.test("imdb-wiki: every number is a flag, and in the help", () => {
  const given = {
    ...{ size: "64", width: "8", blocks: "1,2", padding: "0", batch: "32", microBatch: "8" },
    ...{ epochs: "3", rate: ".5", drops: "1,2", dropFactor: "0.3", headEpochs: "4" },
    ...{ headRate: "1e-3", headBatch: "9", sigma: "7", sigmaRate: "0.2", components: "2" },
    ...{ kernelSize: "3", kernelSigma: "1.5", fdsMomentum: "0", clip: "1,9", many: "9", few: "2" },
    ...{ faces: "200", cap: "4" },
  };
  const args = Object.values(given).map((value, k) => `--${PROTOCOL_FLAGS[k]}=${value}`);
  const names = Object.keys(given).map((name) => name.toLowerCase());
  assertEquals(PROTOCOL_FLAGS.map((flag) => flag.replaceAll("-", "")).toSorted(), names.toSorted());
  const flags = Object.entries(given).map(([name, value]) =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`
  );
  const { protocol } = parseOptions(["--data=D", ...flags]);
  assertEquals(
    Object.entries(given).map(([name]) => `${protocol[name as keyof typeof protocol]}`),
    Object.values(given).map((text) => text.includes(",") ? text : `${Number(text)}`),
  );
  for (const flag of PROTOCOL_FLAGS) assertStringIncludes(HELP, `--${flag} `);
  assertEquals(args.length, PROTOCOL_FLAGS.length);
});

Deno.test("imdb-wiki: --made, --quick, stages and their flags", () => {
  const made = parseOptions(["--made", "--quick", "--seed=3"]);
  assertEquals(made.protocol, QUICK);
  assertEquals([made.out, made.data], [
    "out/imdb-wiki-made/seed-3",
    "out/imdb-wiki-made/seed-3/faces",
  ]);
  assertEquals(parseOptions(["--made"]).protocol, FULL);
  assertEquals(parseOptions(["--made", "--data=D"]).data, "D");
  const second = parseOptions(["--data=D", "--stage=2", "--from=x.pth", "--criteria=bmc,l1"]);
  assertEquals([second.stages, second.from], [[2], "x.pth"]);
  assertEquals(second.criteria.map(({ id }) => id), ["l1", "bmc"]);
  const theirs = parseOptions(["--data=D", "--batch-statistics", "--select=mae", "--fixed-sigma"]);
  assertEquals([theirs.augment, theirs.batchStatistics], [true, true]);
  assertEquals([theirs.select, theirs.learnsSigma], ["mae", false]);
  const dir = parseOptions(["--data=D", "--stage=1", "--reweight=sqrt-inverse", "--lds", "--fds"]);
  assertEquals([dir.stages, dir.reweight, dir.lds, dir.fds], [[1], "sqrt-inverse", true, true]);
  const small = parseOptions(["--data=D", "--batch=16"]).protocol;
  assertEquals([small.batch, small.microBatch], [16, 16]);
  assertEquals(parseOptions(["--help"]).help, true);
});

Deno.test("imdb-wiki: a wrong flag is refused by name", () => {
  const cases: [string[], string][] = [
    [[], "--data must name the folder of the pictures, or --made draws some"],
    [["--data="], '--data must be a path: current value is ""'],
    [["--quick", "--data=D"], "--quick is for --made"],
    [["--datum=D"], "did you mean --data: "],
    [["--data=D", "--stage=3"], "--stage must be both or 1 or 2: current value is 3"],
    [["--data=D", "--from=x"], "--from is for --stage 2"],
    [["--data=D", "--criteria=mse"], "--criteria must be of l1, inverse, lds, gai, bmc, bni"],
    [["--data=D", "--lds"], "--lds smooths the weights of --reweight"],
    [["--data=D", "--blocks=3,0"], "--blocks must be integers from 1, separated by commas"],
    [["--data=D", "--drops=80,60"], "--drops must be ascending epochs"],
    [["--data=D", "--rate=0"], "--rate must be a number > 0: current value is 0"],
    [["--data=D", "--sigma=ten"], "--sigma must be a number > 0: current value is ten"],
    [
      ["--data=D", "--batch=100"],
      "--batch must be whole micro-batches of 64: current value is 100",
    ],
    [["--data=D", "--clip=5"], "--clip must be two ascending counts"],
    [["--data=D", "--kernel-size=4"], "--kernel-size must be odd: current value is 4"],
    [["--data=D", "--fds-momentum=1"], "--fds-momentum must be a number from 0 to below 1"],
    [["--data=D", "--few=101"], "--few must be at most --many, 100: current value is 101"],
    [["--data=D", "--log=run.txt"], "--log must end in .csv, .jsonl or .ndjson"],
    [["--data=D", "--seed=x"], "--seed must be an integer from 0 to 16777216"],
  ];
  for (const [args, words] of cases) assertThrows(() => parseOptions(args), OptionError, words);
});

Deno.test("imdb-wiki: a folder that may not be written is named in one line", async () => {
  const { code, err } = await runExample(
    "imdb_wiki",
    ["--allow-read", "--allow-ffi", "--allow-env"],
    ["--made", "--quick", "--backend", "cpu", "--out", "out/denied"],
  );
  assertEquals(code, 2);
  assertMatch(err, /^Cannot go on as Deno must be allowed it: current error is .*out\/denied.*$/m);
  assert(!err.includes("Uncaught"));
});
