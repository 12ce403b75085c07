/** A server for one folder of files: what was in it at the start, and nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
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
  // A page is five files: nobody is worth to be waited for.
  "connection": "close",
};

/** No other machine reaches this one's loopback. */
const HOST = "127.0.0.1";
/** How it is called from here. A name that another's DNS leads here with is none of these. */
const NAMES = ["localhost", HOST, "[::1]"];

/** A server that goes on until it is closed. */
export interface DemoServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Reads a folder's files and serves them, on this machine only. No request names a path of the
 * disk: its path is looked up among the files' names, as it is, and anything else is not found.
 * Links, hidden files, folders and kinds of files that the demo has not are left out.
 *
 * @param port Where to listen; 0 is any port that is free.
 * @param patience How long a connection may be idle, and a request may take to be told, in ms.
 */
export async function serveFolder(
  folder: string,
  port = 0,
  patience = 10_000,
): Promise<DemoServer> {
  const files = await readFiles(folder);
  const options = { requestTimeout: patience, connectionsCheckingInterval: patience / 10 };
  const server = createServer(options, (request, response) => {
    answer(files, request, response, (server.address() as AddressInfo).port);
  });
  server.timeout = patience;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => error ? reject(error) : resolve());
        server.closeAllConnections();
      }),
  };
}

interface File {
  readonly body: Uint8Array;
  readonly type: string;
}

/** Files by the paths of requests. */
async function readFiles(folder: string): Promise<ReadonlyMap<string, File>> {
  const files = new Map<string, File>();
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const type = TYPES.get(name.slice(name.lastIndexOf(".")));
    if (!isFile || name.startsWith(".") || type === undefined) continue;
    files.set(`/${name}`, { body: await Deno.readFile(`${folder}/${name}`), type });
  }
  const index = files.get("/index.html");
  if (!index) throw new Error(`Cannot serve as index.html is missing: current folder is ${folder}`);
  return files.set("/", index);
}

function answer(
  files: ReadonlyMap<string, File>,
  { method, url = "", headers: { host = "" } }: IncomingMessage,
  response: ServerResponse,
  port: number,
): void {
  const send = (status: number, body: string | Uint8Array, headers: Headers = {}) => {
    const length = { "content-length": `${body.length}` };
    response.writeHead(status, { ...HEADERS, ...TEXT, ...length, ...headers });
    response.end(method === "HEAD" ? undefined : body);
  };
  if (!hostsAt(port).includes(host.toLowerCase())) return send(421, "Misdirected request\n");
  if (method !== "GET" && method !== "HEAD") {
    return send(405, "Method not allowed\n", { allow: "GET, HEAD" });
  }
  const file = files.get(url.replace(/\?.*$/, ""));
  if (!file) return send(404, "Not found\n");
  send(200, file.body, { "content-type": file.type });
}

type Headers = Readonly<Record<string, string>>;
const TEXT = { "content-type": "text/plain; charset=utf-8" };

/** Without its port a name means port 80. */
function hostsAt(port: number): string[] {
  return NAMES.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
}
