/** Links of the pages: to files that are there, and, from pages that are published, to what is published. */
import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);
const FOLDERS = ["", "docs/", "bench/", "bench/variants/", "bench/gpu/"];

/** Paths of the pages, from the repository's root. */
function pages(): string[] {
  return FOLDERS.flatMap((folder) => {
    try {
      return [...Deno.readDirSync(new URL(folder, root))]
        .filter(({ name }) => name.endsWith(".md")).map(({ name }) => `${folder}${name}`);
    } catch {
      return []; // a folder that has no page
    }
  });
}

/** Where a page's relative links lead, from the root; without their fragments. */
function targets(page: string): string[] {
  const text = Deno.readTextFileSync(new URL(page, root)).replace(/^```.*?^```/gms, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:|^#/.test(target))
    .map((target) => new URL(target.replace(/#.*/, ""), new URL(page, root)).pathname)
    .map((path) => path.slice(root.pathname.length));
}

/** A heading's name in links, as GitHub makes it. */
function fragment(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
}

/** Whether `deno publish` and `deno pack` take a file along. */
function isPublished(path: string): boolean {
  const { include, exclude } = config.publish;
  const within = (entry: string) => path === entry || path.startsWith(`${entry}/`);
  return include.some(within) && !exclude.some(within);
}

Deno.test("docs: every relative link leads to a file", () => {
  const all = pages().flatMap((page) => targets(page).map((target) => [page, target] as const));
  assert(all.length > 20, `found ${all.length} links`);
  for (const [page, target] of all) {
    const url = new URL(target, root);
    assert(stat(url), `${page} links to ${target}, which is not there`);
  }
});

Deno.test("docs: no page has the marks of a merge", () => {
  const marked = pages().filter((page) =>
    /^(<{7}|>{7}) /m.test(Deno.readTextFileSync(new URL(page, root)))
  );
  assertEquals(marked, []);
});

Deno.test("docs: every link to a heading leads to one", () => {
  const text = (page: string) =>
    Deno.readTextFileSync(new URL(page, root)).replace(/^```.*?^```/gms, "");
  const links = pages().flatMap((page) =>
    [...text(page).matchAll(/\]\(([\w./-]*)#([^)\s]+)\)/g)].map(([, file, name]) => {
      const target = file === "" ? page : new URL(file!, new URL(page, root)).pathname;
      return [page, target.replace(root.pathname, ""), name!] as const;
    })
  );
  assert(links.length > 10, `found ${links.length} links`);
  for (const [page, target, name] of links) {
    const headings = [...text(target).matchAll(/^#+ (.+)$/gm)].map(([, title]) => fragment(title!));
    assert(headings.includes(name), `${page} links to ${target}#${name}, which is not there`);
  }
});

Deno.test("docs: what is published links to what is published", () => {
  const published = pages().filter(isPublished);
  assert(published.includes("README.md"));
  const broken = published.flatMap((page) =>
    targets(page).filter((target) => !isPublished(target)).map((target) => `${page}: ${target}`)
  );
  assertEquals(broken, []);
});

Deno.test("docs: files that pages name are there", () => {
  const named = pages().filter((page) => page !== "docs/files.md").flatMap((page) => {
    const text = Deno.readTextFileSync(new URL(page, root));
    const paths = text.matchAll(/`((?:tests|src|shaders|bench|examples|scripts)\/[\w./-]+)`/g);
    return [...paths].map(([, path]) => [page, path!] as const);
  });
  assert(named.length > 20, `found ${named.length} names`);
  const missing = named.filter(([, path]) => !stat(new URL(path, root)));
  assertEquals(missing, []);
});

Deno.test("docs: the README is for users: at most 300 lines", () => {
  const lines = Deno.readTextFileSync(new URL("README.md", root)).split("\n").length;
  assert(lines <= 301, `${lines} lines`);
});

function stat(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}
