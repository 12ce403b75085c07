/** The demo's page in Chromium: shared by URL, paused and reset, by keyboard, readable by everyone. */
import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";
import {
  lineOf,
  stepOf,
  waitFor,
  waitForStep,
  withDemoPage,
  withDemoSite,
} from "../support/demo_page.ts";

const points = (page: Page) => page.locator("#chart .points").getAttribute("d");
const share = (page: Page, k: number) => page.locator(`#share-${k}`).inputValue();
const address = (page: Page) => page.evaluate("location.href") as Promise<string>;
const focused = (page: Page) => page.evaluate("document.activeElement.id");
const frames = (page: Page) =>
  page.evaluate(
    "new Promise((done) => { let n = 20; (function f() { n-- ? requestAnimationFrame(f) : done(); })(); })",
  );

Deno.test("browser: the demo's page", async (t) => {
  await withDemoSite(async (site) => {
    await t.step(
      "its URL holds the settings and gives them back",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          const before = await points(page);
          await page.locator("#preset-low").click();
          await page.locator("#seed").fill("42");
          await page.locator("#learn-noise").check();
          assertEquals(await points(page), before, "data waits for its button");
          assertNotEquals(await page.locator("#hint").innerText(), "");
          await page.locator("#prepare").click();
          assertEquals(await page.locator("#hint").innerText(), "");
          assertNotEquals(await points(page), before);
          const { hash, search } = new URL(await address(page));
          assertEquals(
            [search, hash],
            ["", "#shares=90-6-2-1-1&seed=42&noise=learned&backend=cpu"],
          );
          await withDemoPage(site, hash, async (other) => {
            assertEquals(await points(other), await points(page));
            assertEquals(await share(other, 0), "90");
            assertEquals(await other.locator("#seed").inputValue(), "42");
            assert(await other.locator("#learn-noise").isChecked());
            assertEquals(await other.locator("#backend").inputValue(), "cpu");
            // Another hash in the same page, as by the back button.
            await other.evaluate("location.hash = '#shares=1-4-90-4-1&backend=cpu'");
            await waitFor(other, "seed.value === '1'");
            assertEquals(await points(other), before);
          });
        }),
    );

    await t.step(
      "copies its link",
      () =>
        withDemoPage(site, "#seed=5&backend=cpu", async (page) => {
          await page.locator("#share").click();
          await page.locator("#status", { hasText: "Link copied." }).waitFor();
          assertEquals(await page.evaluate("navigator.clipboard.readText()"), await address(page));
        }, { permissions: ["clipboard-read", "clipboard-write"] }),
    );

    await t.step(
      "pauses, goes on, resets, and takes other data meanwhile",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          const start = await lineOf(page, "mse");
          await page.locator("#start").click();
          await waitForStep(page, 5);
          await page.locator("#start").click();
          assertEquals(await page.locator("#start").innerText(), "Resume");
          await frames(page);
          const step = await stepOf(page);
          await frames(page);
          assertEquals(await stepOf(page), step, "a pause is a pause");
          await page.locator("#start").click();
          await waitForStep(page, step + 5);
          await page.locator("#reset").click();
          await frames(page);
          assertEquals([await stepOf(page), await lineOf(page, "mse")], [0, start]);
          await page.locator("#start").click();
          await waitForStep(page, 5);
          await page.locator("#prepare").click();
          await frames(page);
          assertEquals(await stepOf(page), 0, "other data ends a run");
          // Pressed twice before the backend is there: one run, which the second press starts.
          await page.evaluate("start.click(); start.click()");
          await waitForStep(page, 20);
          assertEquals(await page.locator("#start").innerText(), "Pause");
          assertNotEquals(await lineOf(page, "mse"), start);
        }),
    );

    await t.step(
      "says when there is no data to draw",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          for (let k = 0; k < 5; k++) await page.locator(`#share-${k}`).fill("0");
          await page.locator("#prepare").click();
          await page.locator("#status", { hasText: "No data: every share is 0." }).waitFor();
          assertEquals(await page.locator("#percent-2").innerText(), "none");
        }),
    );

    await t.step(
      "works by keyboard alone",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          const order: unknown[] = [];
          for (let k = 0; k < 18; k++) {
            await page.keyboard.press("Tab");
            order.push(await focused(page));
            const outline = await page.evaluate(
              "getComputedStyle(document.activeElement).outlineWidth",
            );
            assertEquals(outline, "3px", `focus shows on ${order.at(-1)}`);
          }
          const shares = [0, 1, 2, 3, 4].map((k) => `share-${k}`);
          const presets = ["middle", "low", "ends", "even"].map((name) => `preset-${name}`);
          const fields = ["seed", "backend", "learn-noise", "prepare"];
          const actions = ["start", "reset", "share"];
          const links = ["", ""];
          assertEquals(order, [...actions, ...shares, ...presets, ...fields, ...links]);

          await page.locator("#share-2").focus();
          await page.keyboard.press("ArrowLeft");
          assertEquals(await share(page, 2), "89");
          assertEquals(
            await page.locator("#share-2").getAttribute("aria-valuetext"),
            "90% of the labels",
          );
          const before = await points(page);
          await page.locator("#seed").focus();
          await page.keyboard.press("ArrowUp");
          await page.keyboard.press("Enter");
          assertNotEquals(await points(page), before, "Enter prepares data");
          await page.locator("#learn-noise").focus();
          await page.keyboard.press("Space");
          assert((await address(page)).includes("noise=learned"));
          await page.locator("#start").focus();
          await page.keyboard.press("Enter");
          await waitForStep(page, 5);
          await page.keyboard.press("Space");
          await page.locator("#status", { hasText: "Paused. Slopes: MSE" }).waitFor();
          assertEquals(await focused(page), "start", "focus stays on the button");
        }),
    );

    const small = { viewport: { width: 360, height: 740 } };
    for (const colorScheme of ["light", "dark"] as const) {
      for (const viewport of [{ width: 1200, height: 900 }, small.viewport]) {
        await t.step(
          `is accessible, ${colorScheme}, ${viewport.width} pixels wide`,
          () =>
            withDemoPage(site, "?backend=cpu", async (page) => {
              await page.locator("#start").click();
              await waitForStep(page, 5);
              await page.locator("#start").click();
              await page.evaluate(axe.source);
              const tags = [
                "wcag2a",
                "wcag2aa",
                "wcag21a",
                "wcag21aa",
                "wcag22aa",
                "best-practice",
              ];
              const found = await page.evaluate(
                `axe.run({ runOnly: ${JSON.stringify(tags)} })`,
              ) as {
                passes: { id: string }[];
                violations: { id: string; nodes: { html: string }[] }[];
              };
              assert(found.passes.some(({ id }) => id === "color-contrast"));
              assertEquals(
                found.violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]),
                [],
              );
              const width = await page.evaluate("document.documentElement.scrollWidth") as number;
              assertEquals(width, viewport.width, "nothing reaches over the edge");
              const inside = "document.querySelector('.scroll')";
              assertEquals(await page.evaluate(`${inside}.scrollWidth - ${inside}.clientWidth`), 0);
            }, { colorScheme, viewport }),
        );
      }
    }

    await t.step(
      "has its chart and Start on a phone's first screen",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          for (const id of ["start", "chart"]) {
            const { y, height } = (await page.locator(`#${id}`).boundingBox())!;
            assert(y >= 0 && y + height <= 664, `#${id} ends at ${y + height}`);
          }
        }, { viewport: { width: 390, height: 664 } }), // as a browser's bars leave of 844
    );

    await t.step(
      "jumps where little motion is wished",
      () =>
        withDemoPage(site, "?backend=cpu", async (page) => {
          await page.evaluate(
            `seen = []; new MutationObserver(() => seen.push(progress.value)).observe(step, { childList: true })`,
          );
          await page.locator("#start").click();
          await waitForStep(page, 100);
          const seen = await page.evaluate("seen") as number[];
          assertGreater(seen.length, 0);
          assertEquals(seen.filter((value) => value % 50 !== 0), []);
        }, { reducedMotion: "reduce" }),
    );
  });
});
