/** A server for one folder of files: what was in it at the start, and nothing else. */
import { HEADER_POLICY } from "./policy.ts";

const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".svg", "image/svg+xml"],
]);

const HEADERS = {
  "content-security-policy": HEADER_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};

/** Answers a request. */
export type Handler = (request: Request) => Response;

/**
 * Reads a folder's files and makes a handler that serves them. No request names a path of the disk: its path is looked
 * up among the files' names, as it is, and anything else is not found. Links, hidden files, folders and kinds
 * of files that the demo has not are left out.
 */
export async function folderHandler(folder: string): Promise<Handler> {
  const files = new Map<string, { body: Uint8Array<ArrayBuffer>; type: string }>();
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const type = TYPES.get(name.slice(name.lastIndexOf(".")));
    if (!isFile || name.startsWith(".") || type === undefined) continue;
    files.set(`/${name}`, { body: await Deno.readFile(`${folder}/${name}`), type });
  }
  const index = files.get("/index.html");
  if (!index) throw new Error(`Cannot serve as index.html is missing: current folder is ${folder}`);
  files.set("/", index);

  return ({ method, url }) => {
    if (method !== "GET" && method !== "HEAD") {
      return answer(405, "Method not allowed\n", { allow: "GET, HEAD" });
    }
    const file = files.get(new URL(url).pathname);
    if (!file) return answer(404, method === "HEAD" ? null : "Not found\n");
    return answer(200, method === "HEAD" ? null : file.body, {
      "content-type": file.type,
      "content-length": `${file.body.length}`,
    });
  };
}

function answer(
  status: number,
  body: BodyInit | null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const type = { "content-type": "text/plain; charset=utf-8" };
  return new Response(body, { status, headers: { ...HEADERS, ...type, ...headers } });
}
