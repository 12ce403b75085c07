/** The built and served demo in Chromium, watched: no error, no violation of its policy, no request elsewhere. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { buildDemo } from "../../demo/build.ts";
import { serveFolder } from "../../demo/server.ts";
import { launchChromium } from "./chromium.ts";

/** A demo to open pages of. */
export interface DemoSite {
  readonly url: string;
  readonly browser: Browser;
}

/** Builds and serves the demo and starts the browser; closes all of it. */
export async function withDemoSite(run: (site: DemoSite) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await buildDemo(folder);
  const server = await serveFolder(folder);
  const browser = await launchChromium();
  try {
    await run({ url: `http://127.0.0.1:${server.port}/`, browser });
  } finally {
    await browser.close();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Opens a page, runs on it, and fails if anything was wrong with it meanwhile. */
export async function withDemoPage(
  { url, browser }: DemoSite,
  rest: string,
  run: (page: Page) => Promise<void>,
  { init, ...options }: BrowserContextOptions & { init?: string } = {},
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`error: ${error}`));
  page.on("websocket", (socket) => problems.push(`socket: ${socket.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) problems.push(`request: ${request.url()}`);
  });
  // Violations are reported to the console, too, but not all of them.
  await context.exposeFunction("reportViolation", (what: string) => {
    problems.push(`policy: ${what}`);
  });
  await context.addInitScript(
    `addEventListener("securitypolicyviolation", (e) => reportViolation(e.violatedDirective));${
      init ?? ""
    }`,
  );
  try {
    await page.goto(url + rest);
    await page.locator("#computes-on:not(:empty)").waitFor();
    await run(page);
    assertEquals(problems, []);
  } finally {
    await context.close();
  }
}

/** The numbers of a line in the page's table: slope, intercept, error. */
export async function lineOf(page: Page, name: string): Promise<number[]> {
  const cells = await page.locator(`#row-${name} td`).allTextContents();
  return cells.map((text) => Number(text.replace("\u2212", "-")));
}

/** The steps that the page says are done. */
export async function stepOf(page: Page): Promise<number> {
  return Number(/^step (\d+) of \d+$/.exec(await page.locator("#step").innerText())![1]);
}

/** Waits until so many steps are done. Polled from here: the page's policy forbids what playwright would run there. */
export function waitForStep(page: Page, step: number): Promise<void> {
  return waitFor(page, `progress.value >= ${step}`);
}

/** Waits until an expression of the page is true. */
export async function waitFor(page: Page, expression: string): Promise<void> {
  for (let turn = 0; turn < 2400; turn++) {
    if (await page.evaluate(expression)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`Cannot go on as this never became true: ${expression}`);
}
