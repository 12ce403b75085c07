/** The demo's static folder: whole, small, and under its policy without a header. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { buildDemo } from "../../demo/build.ts";
import { PAGE_POLICY } from "../../demo/policy.ts";
import { pageOf } from "../../scripts/support/source_page.ts";

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
    assert(!/{{|<!--/.test(page), "a place that nothing was put into");
    // Relative, so that the folder may lie anywhere on a host.
    const loaded = [...page.matchAll(/<(?:link|script)[^>]*(?:href|src)="([^"]*)"/g)];
    assertEquals(loaded.map(([, url]) => url).sort(), ["demo.js", "icon.svg", "style.css"]);
    assert(!/<[^>]*\s(style|on\w+)=/.test(page), "inline styles or handlers");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("demo: a remote's page is told without what it holds of its user", () => {
  const page = "https://example.org/a/b";
  for (const remote of [`${page}.git`, `${page}/`, "git@example.org:a/b.git"]) {
    assertEquals(pageOf(remote), page);
  }
  assertEquals(pageOf("https://me:secret@example.org/a/b.git"), page);
  for (
    const remote of ["", "/home/me/b", 'https://example.org/"><b', "https://me:se@cret@x.org/a"]
  ) {
    assertEquals(pageOf(remote), undefined, remote);
  }
});
