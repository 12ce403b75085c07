/** The synthetic benchmark as a command: permissions, output, bad use. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Result } from "../../examples/synthetic/benchmark.ts";
import { runExample } from "../support/run_example.ts";

Deno.test("synthetic: --json without any permission prints one object and says how to get the figure", async () => {
  const args = [
    "--json",
    "--epochs",
    "2",
    "--seed",
    "3",
    "--backend",
    "cpu",
    "--criteria",
    "mse,bmc",
  ];
  const { code, out, err } = await runExample("synthetic", [], args);
  assertEquals(code, 0, err);
  const report = JSON.parse(out);
  assert(report.seconds > 0);
  assert(report.criteria.every((c: Result) => c.testMse > 0 && c.seconds > 0));
  report.seconds = 0;
  report.criteria = report.criteria.map((c: { name: string }) => [c.name, Object.keys(c)]);
  const keys = ["name", "testMse", "seconds"];
  assertEquals(report, {
    dim: 1,
    dist: "normal",
    imbalance: "high",
    seed: 3,
    backend: "cpu",
    adapter: null,
    epochs: 2,
    seconds: 0,
    criteria: [["MSE", keys], ["BMC", keys]],
  });
  assertStringIncludes(err, "deno run --allow-write=out examples/synthetic.ts");
  assertStringIncludes(err, "Do not judge by 2 epochs: the lines are still on their way (--quick");
});

Deno.test("synthetic: with write permission the table and the figure come", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/deeper/figure.svg`;
    const args = ["--epochs", "2", "--dist", "exponential", "--backend", "cpu", "--out", path];
    const { code, out, err } = await runExample("synthetic", [`--allow-write=${folder}`], args);
    assertEquals(code, 0, err);
    for (const words of ["test MSE", "many-shot half", "few-shot half", "BMC learnable"]) {
      assertStringIncludes(out, words);
    }
    assertStringIncludes(await Deno.readTextFile(path), "<svg");
    // Progress in a pipe: plain lines, without a bar's control characters, and apart from the result.
    assertMatch(err, /epoch 2\/2 \| [\d.,]+ steps\/s \| loss /);
    assert(!err.includes("\u001b") && !out.includes("epoch"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("synthetic: bad use ends with one line and status 2", async () => {
  const wrongFlag = await runExample("synthetic", [], ["--epoch", "2"]);
  assertEquals([wrongFlag.code, wrongFlag.out, wrongFlag.err.trim().split("\n").length], [
    2,
    "",
    1,
  ]);
  const notAllowed = await runExample("synthetic", [], ["--out", "somewhere/x.png"]);
  assertEquals(notAllowed.code, 2);
  assertStringIncludes(notAllowed.err, "--allow-write=somewhere --allow-read");
  const help = await runExample("synthetic", [], ["--help"]);
  assertEquals(help.code, 0);
  assertStringIncludes(help.out, "--imbalance");
});
