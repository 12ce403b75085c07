/**
 * The npm tarball under Node 20: installed, imported, a loss and its gradients on the cpu backend,
 * models and checkpoints (anywhere_steps.ts), with tfjs-core alone (core_steps.ts), in bundlers
 * (bundle_steps.ts), and its types (type_steps.ts).
 *
 * Needs npm and its registry; run by `deno task test:npm`.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { anywhereSteps } from "./anywhere_steps.ts";
import { bundleSteps } from "./bundle_steps.ts";
import { coreSteps } from "./core_steps.ts";
import { typeSteps } from "./type_steps.ts";
import { packForNpm } from "../../scripts/npm_pack.ts";

const VERSIONS = [
  "@tensorflow/tfjs@4.22.0",
  "tfjs-core-other@npm:@tensorflow/tfjs-core@4.21.0",
  "typescript@5.9.3",
  "@types/node@20.19.0",
  "publint@0.3.25",
  "@arethetypeswrong/cli@0.18.5",
  "esbuild@0.28.2",
  "rollup@4.68.8",
  "@rollup/plugin-commonjs@29.0.3",
  "@rollup/plugin-node-resolve@16.0.3",
  "@rollup/plugin-terser@1.0.2",
  "vite@7.3.8",
  "webpack@5.113.0",
];

/** Where the source may be: it becomes links. */
const REPOSITORY = "git@example.org:somebody/mse.git";

/** Two rows, both predicted at the first label: log(1 + exp(-1)) and log(1 + exp(1)), their mean times 1. */
const LOSS = (Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(1))) / 2;
/** By the formula: (2/N) (posterior mean - target), with the posterior mean 1 / (1 + e). */
const MEAN = 1 / (1 + Math.E);

const PROGRAM = `
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { bmcLoss, LabelNoise, train } from "@balanced/mse";
await tf.setBackend("cpu");
const target = tf.tensor1d([0, 1]);
const { value, grads } = tf.valueAndGrads((pred, noiseVar) => bmcLoss(pred, target, noiseVar))(
  [tf.tensor1d([0, 0]), tf.scalar(0.5)]);
const slope = tf.variable(tf.scalar(0));
const { history } = await train({
  model: { predict: (x) => tf.mul(x, slope), variables: [slope] },
  loss: (pred, target) => bmcLoss(pred, target, 0.1),
  data: { x: tf.tensor1d([0, 1, 2, 3]), y: tf.tensor1d([0, 2, 4, 6]) },
  epochs: 50, optimizer: tf.train.sgd(0.01), progress: true, log: "logs/run.csv",
});
const numbers = await Promise.all([value, ...grads].map(async (t) => [...await t.data()]));
console.log(JSON.stringify({
  node: process.version, backend: tf.getBackend(), numbers, fell: history.at(-1).loss < history[0].loss,
  sigma: await new LabelNoise({ sigma: 2 }).sigma(),
  logged: readFileSync("logs/run.csv", "utf8").trim().split("\\r\\n").length,
}));
`;

async function run(command: string, args: string[], cwd: string): Promise<string> {
  const output = await new Deno.Command(command, { args, cwd, stdin: "null" }).output();
  const text = new TextDecoder();
  const said = text.decode(output.stdout);
  assert(output.success, `${command} ${args}: ${said} ${text.decode(output.stderr)}`);
  return said;
}

/** The command of a Node 20: the machine's own, or npm's. */
async function node20(cwd: string): Promise<[string, string[]]> {
  const own = await run("node", ["--version"], cwd);
  return own.startsWith("v20.") ? ["node", []] : ["npx", ["--yes", "node@20"]];
}

Deno.test("npm: the tarball works under Node 20, with its types", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const tarball = await packForNpm(folder, REPOSITORY);
    const listed = await run("tar", ["-tzf", tarball], folder);
    for (const file of ["README.md", "LICENSE", "mod.js", "mod.d.ts"]) {
      assertStringIncludes(listed, `package/${file}\n`);
    }
    assert(!listed.includes(".wgsl"));
    await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }');
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
    await run("npm", ["install", ...flags, tarball, ...VERSIONS], folder);
    const manifest = JSON.parse(
      await Deno.readTextFile(`${folder}/node_modules/@balanced/mse/package.json`),
    );
    const { peerDependencies, peerDependenciesMeta: optional } = manifest;
    for (
      const [name, isOptional] of [["core", false], ["layers", false], ["backend-webgpu", true]]
    ) {
      assertEquals(peerDependencies[`@tensorflow/tfjs-${name}`], "^4.22.0");
      assertEquals(optional[`@tensorflow/tfjs-${name}`]?.optional ?? false, isOptional);
    }
    assert(Object.keys(manifest.dependencies).every((name) => !name.startsWith("@tensorflow/")));
    assertEquals(manifest.repository.url, "git+https://example.org/somebody/mse.git");
    assertEquals(manifest.bugs.url, "https://example.org/somebody/mse/issues");
    assert(manifest.sideEffects.includes("./src/kernels/log_mass/log_mass.js"));
    assert(!manifest.sideEffects.includes("./src/losses/bmc.js"));

    await Deno.writeTextFile(`${folder}/program.js`, PROGRAM);
    const [command, args] = await node20(folder);
    const said = await run(command, [...args, "program.js"], folder);
    const result = JSON.parse(said.trim().split("\n").at(-1)!);
    assert(result.node.startsWith("v20."), result.node);
    assertEquals([result.backend, result.fell, result.logged], ["cpu", true, 51]);
    assert(Math.abs(result.sigma - 2) < 1e-6);
    // d loss / d noiseVar: central difference of the formula, log(1 + e^(-+1/(2s))) averaged, the scale 2s fixed.
    const mean = (s: number) =>
      (Math.log1p(Math.exp(-1 / (2 * s))) + Math.log1p(Math.exp(1 / (2 * s)))) / 2;
    const byNoise = (mean(0.5 + 1e-5) - mean(0.5 - 1e-5)) / 2e-5;
    const expected = [[LOSS], [MEAN, MEAN - 1], [byNoise]];
    expected.flat().forEach((value, k) => {
      const actual = result.numbers.flat()[k];
      assert(Math.abs(actual - value) < 1e-5, `number ${k} is ${actual}, not ${value}`);
    });

    await anywhereSteps(t, folder, [command, args]);

    await coreSteps(t, folder, run, [command, args]);
    await bundleSteps(t, folder, run);
    await typeSteps(t, folder, tarball, run);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
