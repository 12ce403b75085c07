/** The demo's server: the folder's own files, safe headers, and nothing else on the disk; on this machine only. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HEADER_POLICY } from "../../demo/policy.ts";
import { folderHandler } from "../../demo/server.ts";

/** A folder as a build leaves it, with what must not be served beside and in it. */
async function withServer(run: (port: number) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const folder = `${root}/dist`;
  await Deno.mkdir(`${folder}/sub`, { recursive: true });
  const files = {
    "secret.html": "secret",
    "dist/index.html": "<!doctype html>page",
    "dist/demo.js": "script",
    "dist/style.css": "style",
    "dist/icon.svg": "<svg/>",
    "dist/.hidden.html": "secret",
    "dist/notes.txt": "secret",
    "dist/constructor": "secret",
    "dist/sub/inner.html": "secret",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${root}/${name}`, text);
  }
  await Deno.symlink(`${root}/secret.html`, `${folder}/link.html`);
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, await folderHandler(folder));
  try {
    await run(server.addr.port);
  } finally {
    await server.shutdown();
    await Deno.remove(root, { recursive: true });
  }
}

/** Sends a request line as it is: fetch() would tidy the path up. */
async function raw(port: number, target: string, method = "GET"): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}

Deno.test("demo server: files with their types and the policy", () =>
  withServer(async (port) => {
    const types = {
      "": "text/html; charset=utf-8",
      "index.html": "text/html; charset=utf-8",
      "demo.js": "text/javascript; charset=utf-8",
      "style.css": "text/css; charset=utf-8",
      "icon.svg": "image/svg+xml",
      "demo.js?version=1": "text/javascript; charset=utf-8",
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`);
      assertEquals([response.status, response.headers.get("content-type")], [200, type]);
      assertEquals(response.headers.get("content-security-policy"), HEADER_POLICY);
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
      assert((await response.text()).length > 0);
    }
  }));

Deno.test("demo server: no way out of the folder", () =>
  withServer(async (port) => {
    const targets = [
      "/../secret.html",
      "/%2e%2e/secret.html",
      "/..%2fsecret.html",
      "/..%5csecret.html",
      "/%252e%252e/secret.html",
      "/sub/../../secret.html",
      "//etc/passwd",
      "/%2fetc/passwd",
      "http://localhost/../secret.html",
      "http://localhost/etc/passwd",
      "/index.html%00",
      "/index.html%00.js",
      "/index.html/",
      "/INDEX.html",
      "/link.html",
      "/.hidden.html",
      "/notes.txt",
      "/constructor",
      "/__proto__",
      "/sub",
      "/sub/inner.html",
      "/missing.js",
      "/%",
    ];
    for (const target of targets) {
      const answer = await raw(port, target);
      assert(/^HTTP\/1\.1 40[04] /.test(answer), `${target}: ${answer.split("\r\n")[0]}`);
      assert(!answer.includes("secret") && !answer.includes("root:"), target);
    }
  }));

Deno.test("demo server: GET and HEAD only", () =>
  withServer(async (port) => {
    const head = await fetch(`http://127.0.0.1:${port}/demo.js`, { method: "HEAD" });
    assertEquals([head.status, head.headers.get("content-length")], [200, "6"]);
    assertEquals(await head.text(), "");
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await fetch(`http://127.0.0.1:${port}/demo.js`, { method });
      assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"], method);
      await response.body?.cancel();
    }
    for (const method of ["TRACE", "CONNECT", "NONSENSE"]) {
      assert(/^HTTP\/1\.1 40/.test(await raw(port, "/demo.js", method)), method);
    }
  }));

Deno.test("demo server: a folder without a page is refused", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => folderHandler(folder), Error, "index.html is missing");
  await Deno.remove(folder);
});

Deno.test("demo server: the command listens on this machine only", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const command = tasks.demo.split("&&").at(-1).trim().split(" ").slice(1);
  assertEquals(command.filter((word: string) => word.startsWith("--allow")), [
    "--allow-net=127.0.0.1",
    "--allow-read=demo/dist",
  ]);
  const { buildDemo, DIST } = await import("../../demo/build.ts");
  await buildDemo(DIST);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...command, "--port", "0"],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdout: "piped",
  }).spawn();
  try {
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value: said = "" } = await reader.read();
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1]);
    assert(port > 0, said);
    assertStringIncludes(await raw(port, "/"), "HTTP/1.1 200");
    const others = Deno.networkInterfaces().filter(({ family, address }) =>
      family === "IPv4" && !address.startsWith("127.")
    );
    for (const { address } of others) {
      await assertRejects(() => Deno.connect({ hostname: address, port }));
    }
    await reader.cancel();
  } finally {
    child.kill();
    await child.status;
  }
});
