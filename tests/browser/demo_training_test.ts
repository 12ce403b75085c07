/** The demo trains in Chromium: on WebGPU, on the CPU, with the noise learned; a read a frame, and no more. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { lineOf, stepOf, waitForStep, withDemoPage, withDemoSite } from "../support/demo_page.ts";

const COUNT_READS = `
  window.reads = 0;
  const map = globalThis.GPUBuffer?.prototype.mapAsync;
  if (map) GPUBuffer.prototype.mapAsync = function (...args) { reads++; return map.apply(this, args); };`;
const WITHOUT_WEBGPU = `Object.defineProperty(navigator, "gpu", { value: undefined });`;

/** How steep a line is on the screen, in units of the oracle. */
async function steepness(page: Page, name: string): Promise<number> {
  const slope = async (name: string) => {
    const line = page.locator(`#chart .line.${name}`);
    const [x1, x2, y1, y2] = await Promise.all(
      ["x1", "x2", "y1", "y2"].map(async (key) => Number(await line.getAttribute(key))),
    ) as [number, number, number, number];
    return (y2 - y1) / (x2 - x1);
  };
  return await slope(name) / await slope("oracle");
}

/** Trains so many steps, pauses, and checks where the lines are. */
async function assertTrains(page: Page, steps: number): Promise<void> {
  assert(Math.abs((await lineOf(page, "balanced"))[0]! - 1) > 0.3, "a start near the oracle");
  await page.locator("#start").click();
  await waitForStep(page, steps);
  await page.locator("#start").click();
  await page.locator("#status", { hasText: "Paused." }).waitFor();
  await page.waitForTimeout(500); // the step under way
  const [balanced] = await page.locator("#row-balanced td").allTextContents();
  assertStringIncludes(await page.locator("#status").innerText(), `Balanced MSE ${balanced},`);
  assertEquals(await lineOf(page, "oracle"), [1, 0, 0]);
  for (const [name, low, high] of [["balanced", 0.7, 1.3], ["mse", 0.3, 0.7]] as const) {
    const slope = (await lineOf(page, name))[0]!;
    assert(slope > low && slope < high, `${name}: slope ${slope}`);
    assert(Math.abs(await steepness(page, name) - slope) < 0.02, `${name} on the chart`);
  }
}

Deno.test("browser: the demo trains", async (t) => {
  await withDemoSite(async (site) => {
    await t.step(
      "on WebGPU, with one read a step",
      () =>
        withDemoPage(site, "?backend=webgpu", async (page) => {
          assertMatch(
            await page.locator("#computes-on").innerText(),
            /^Computes on WebGPU \(.+\)\.$/,
          );
          const start = performance.now();
          await assertTrains(page, 80);
          const reads = await page.evaluate("reads") as number;
          // The trainer itself reads its losses twice a second.
          const most = await stepOf(page) + 2 + 2 * (performance.now() - start) / 1000;
          assert(reads >= 80 && reads <= most, `${reads} reads, at most ${most}`);
        }, { init: COUNT_READS }),
    );

    await t.step(
      "on the CPU, as chosen, without WebGPU at all",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          assertEquals(
            await page.locator("#computes-on").innerText(),
            "Computes on the CPU, as chosen.",
          );
          await assertTrains(page, 120);
          assertEquals(await page.evaluate("reads"), 0);
        }, { init: COUNT_READS }),
    );

    await t.step(
      "on the CPU, where WebGPU has no GPU, if it may choose",
      () =>
        withDemoPage(site, "", async (page) => {
          assertMatch(
            await page.locator("#computes-on").innerText(),
            /^Computes on the CPU: WebGPU has no GPU here \(.+\)\.$/,
          );
        }),
    );

    await t.step(
      "on the CPU, where the browser has no WebGPU",
      () =>
        withDemoPage(site, "", async (page) => {
          assertEquals(
            await page.locator("#computes-on").innerText(),
            "Computes on the CPU: this browser offers no WebGPU.",
          );
          await assertTrains(page, 120);
        }, { init: WITHOUT_WEBGPU }),
    );

    await t.step(
      "to the end, learning the noise",
      () =>
        withDemoPage(site, "?backend=cpu&noise=learned", async (page) => {
          assertEquals(await page.locator("#sigma").innerText(), "1.50");
          await page.locator("#start").click();
          await page.locator("#status", { hasText: "Done." }).waitFor({ timeout: 120_000 });
          assert(Math.abs(Number(await page.locator("#sigma").innerText()) - 1) < 0.1);
          assert(Math.abs((await lineOf(page, "balanced"))[0]! - 1) < 0.1);
          assertEquals(await page.locator("#start").innerText(), "Start regressing");
          assertEquals(await stepOf(page), 500);
        }),
    );
  });
});
