/** The module's bundle in Chromium, on its WebGPU: the authors' cases as in Deno, all exports there. */
import { assertEquals } from "@std/assert";
import * as mod from "../../mod.ts";
import { bundle } from "../../scripts/support/bundle.ts";
import { assertAuthorsResult, AUTHORS_CASES } from "../support/authors_cases.ts";
import type { AuthorsCase } from "../support/authors_result.ts";
import { launchChromium } from "../support/chromium.ts";

/** What the page imports: bundle_entry.ts. */
interface Bundle {
  useWebgpu(): Promise<boolean>;
  authorsNumbers(test: AuthorsCase): Promise<number[][]>;
}

Deno.test("browser: the bundle's losses and gradients are the authors' on WebGPU", async () => {
  const folder = await Deno.makeTempDir();
  const browser = await launchChromium();
  try {
    await bundle(new URL("bundle_entry.ts", import.meta.url).pathname, `${folder}/bundle.js`);
    const body = await Deno.readTextFile(`${folder}/bundle.js`);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.route(
      "http://localhost/",
      (route) =>
        route.fulfill({ contentType: "text/html", body: '<link rel="icon" href="data:,">' }),
    );
    await page.route(
      "http://localhost/bundle.js",
      (route) => route.fulfill({ contentType: "text/javascript", body }),
    );
    await page.goto("http://localhost/"); // a secure context
    const { names, ready, results } = await page.evaluate(async (cases) => {
      const url = "/bundle.js";
      const bundled = await import(url) as Bundle;
      const ready = await bundled.useWebgpu();
      const results: number[][][] = [];
      for (const test of cases) results.push(await bundled.authorsNumbers(test));
      return { names: Object.keys(bundled), ready, results };
    }, AUTHORS_CASES);
    assertEquals(ready, true);
    assertEquals(Object.keys(mod).filter((name) => !names.includes(name)), []);
    assertEquals(results.length, AUTHORS_CASES.length);
    AUTHORS_CASES.forEach((test, k) => assertAuthorsResult(test, results[k]!));
    assertEquals(problems, []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});
