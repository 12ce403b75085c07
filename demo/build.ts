/**
 * Builds the demo into a static folder that any host can serve: `deno task demo:build`, into demo/dist.
 *
 * @module
 */
import { bundle } from "../scripts/support/bundle.ts";
import { sourcePage } from "../scripts/support/source_page.ts";
import { PAGE_POLICY } from "./policy.ts";

const source = new URL("./", import.meta.url);

/** Where the demo is built, and served from. */
export const DIST = new URL("dist/", source).pathname;

/** Writes the page, its looks and its script into a folder. */
export async function buildDemo(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const page = await Deno.readTextFile(new URL("index.html", source));
  const url = await sourcePage();
  const link = url ? `<a href="${url}" rel="noreferrer">Source of this page</a>.` : "";
  const filled = page.replace("{{policy}}", PAGE_POLICY).replace("<!-- source -->", () => link);
  await Deno.writeTextFile(`${folder}/index.html`, filled);
  for (const name of ["style.css", "icon.svg"]) {
    await Deno.copyFile(new URL(name, source), `${folder}/${name}`);
  }
  await bundle(new URL("main.ts", source).pathname, `${folder}/demo.js`);
}

if (import.meta.main) {
  await buildDemo(DIST);
  console.error(`Built into ${DIST}: any host can serve it.`);
}
