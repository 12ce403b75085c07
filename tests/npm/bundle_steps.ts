/**
 * The tarball in esbuild, rollup, Vite and webpack: bundled without a warning of ours, run, and no
 * larger than promised.
 */
import { assert, assertEquals } from "@std/assert";
import { launchChromium } from "../support/chromium.ts";

/** What bundles without tfjs's layers and gradients: a model of operations, trained on the CPU. */
const PROGRAM = `
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { bmcLoss, train } from "@balanced/mse";
import { meanAbsoluteError } from "@balanced/mse/metrics";
await tf.setBackend("cpu");
const slope = tf.variable(tf.scalar(0));
const weights = [1, 2, 3, 4];
const { history } = await train({
  model: { predict: (x) => tf.mul(x, slope), variables: [slope] },
  loss: (pred, target) => bmcLoss(pred, target, 0.1, { weights, mseWeight: 2 }),
  data: { x: tf.tensor1d([0, 1, 2, 3]), y: tf.tensor1d([0, 2, 4, 6]) },
  epochs: 5, optimizer: tf.train.sgd(0.001), progress: true,
});
const said = JSON.stringify({
  fell: history.at(-1).loss < history[0].loss,
  error: await meanAbsoluteError([1, 2], [1, 4]),
  // What nobody asked for is not there.
  relu: tf.getGradient("Relu") !== undefined,
});
if (globalThis.document) document.title = said;
console.log(said);
`;
const SAID = { fell: true, error: 1, relu: false };

/** tfjs takes a Node with it for a worker of a browser, which a bundle for browsers is made for. */
const WORKER = "globalThis.WorkerGlobalScope = class {};";

/** Entries whose bundles have a size to keep, in bytes: with tfjs-core, and without it. */
const SIZES: [name: string, source: string, withTfjs: boolean, most: number][] = [
  ["bmcLoss with tfjs-core", `export { bmcLoss } from "@balanced/mse";`, true, 180_000],
  ["bmcLoss", `export { bmcLoss } from "@balanced/mse";`, false, 92_000],
  [
    "metrics of errors",
    `export { meanSquaredError, rootMeanSquaredError, meanAbsoluteError, geometricMeanError,
      pearsonCorrelation, spearmanCorrelation } from "@balanced/mse/metrics";`,
    false,
    12_000,
  ],
];

type Run = (command: string, args: string[], cwd: string) => Promise<string>;

/** Bundles with what is installed in a folder. */
export async function bundleSteps(
  t: Deno.TestContext,
  folder: string,
  run: Run,
): Promise<void> {
  await t.step("every bundler bundles without a warning of ours, and the bundles run", async () => {
    await Deno.writeTextFile(`${folder}/bundled.js`, PROGRAM);
    await Deno.writeTextFile(`${folder}/worker.mjs`, WORKER);
    const here = new URL("bundle_all.mjs", import.meta.url);
    await Deno.copyFile(here, `${folder}/bundle_all.mjs`);
    const lines = (await run("node", ["bundle_all.mjs", "bundled.js"], folder)).trim().split("\n");
    const bundles = lines.map((line) => JSON.parse(line));
    assertEquals(bundles.map(({ bundler }) => bundler), ["esbuild", "rollup", "vite", "webpack"]);
    for (const { bundler, warnings, bytes, file } of bundles) {
      console.log(`${bundler}: train and bmcLoss with tfjs's core and CPU: ${bytes} bytes`);
      assertEquals(warnings.filter((text: string) => text.includes("@balanced")), [], bundler);
      assert(!/warn|cli-progress/i.test(warnings.join()), `${bundler}: ${warnings}`);
      const said = await run("node", ["--import", "./worker.mjs", file], folder);
      assertEquals(JSON.parse(said.trim().split("\n").at(-1)!), SAID, bundler);
    }
  });

  await t.step("a bundle runs in Chromium", async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const code = await Deno.readTextFile(`${folder}/out/esbuild/bundled.js`);
      await page.route(
        "**/*",
        (route) =>
          route.request().url().endsWith(".js")
            ? route.fulfill({ contentType: "text/javascript", body: code })
            : route.fulfill({
              contentType: "text/html",
              body: '<script type="module" src="/bundled.js"></script>',
            }),
      );
      await page.goto("http://localhost/");
      await page.waitForFunction("document.title !== ''", undefined, { timeout: 120_000 });
      assertEquals(JSON.parse(await page.title()), SAID);
    } finally {
      await browser.close();
    }
  });

  await t.step("bundles are no larger than promised", async () => {
    for (const [name, source, withTfjs, most] of SIZES) {
      await Deno.writeTextFile(`${folder}/entry.js`, source);
      const args = ["esbuild", "entry.js", "--bundle", "--minify", "--format=esm"];
      const core = withTfjs ? [] : ["--external:@tensorflow/*"];
      const code = await run("npx", [...args, ...core, "--legal-comments=none"], folder);
      const { length } = new TextEncoder().encode(code);
      console.log(`${name}: ${length} bytes`);
      assert(length < most, `${name} takes ${length} bytes, of ${most}`);
    }
  });
}
