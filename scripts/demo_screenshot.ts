/** Takes docs/demo.png, the README's picture of the demo: its page when the lines have settled. */
import { buildDemo, DIST } from "../demo/build.ts";
import { serveFolder } from "../demo/server.ts";
import { launchChromium } from "../tests/support/chromium.ts";

await buildDemo(DIST);
const server = await serveFolder(DIST);
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1060, height: 900 } });
  await page.goto(`http://127.0.0.1:${server.port}/#backend=cpu`);
  await page.locator("#start").click();
  await page.locator("#status", { hasText: "Done." }).waitFor({ timeout: 120_000 });
  await page.locator("main").screenshot({
    path: new URL("../docs/demo.png", import.meta.url).pathname,
  });
} finally {
  await browser.close();
  await server.close();
}
