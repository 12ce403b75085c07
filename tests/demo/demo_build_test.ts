/** The demo's static folder: whole, small, and under its policy without a header. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { buildDemo } from "../../demo/build.ts";
import { PAGE_POLICY } from "../../demo/policy.ts";

const LIMIT = 700_000;

async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).bytes()).length;
}

Deno.test("demo: the folder is whole, under 700 kB gzipped, and names no other host", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await buildDemo(folder);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["demo.js", "icon.svg", "index.html", "style.css"]);
    const files = names.map((name) => Deno.readFileSync(`${folder}/${name}`));
    const sizes = await Promise.all(files.map(gzipped));
    const total = sizes.reduce((a, b) => a + b);
    assert(total < LIMIT && total > 100_000, `${total} bytes`);

    const page = await Deno.readTextFile(`${folder}/index.html`);
    assertStringIncludes(page, `content="${PAGE_POLICY}"`);
    // Relative, so that the folder may lie anywhere on a host.
    const loaded = [...page.matchAll(/<(?:link|script)[^>]*(?:href|src)="([^"]*)"/g)];
    assertEquals(loaded.map(([, url]) => url).sort(), ["demo.js", "icon.svg", "style.css"]);
    assert(!/<[^>]*\s(style|on\w+)=/.test(page), "inline styles or handlers");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
