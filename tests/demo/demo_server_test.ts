/** The demo's server: the folder's own files, safe headers, nothing else; on this machine only. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HEADER_POLICY } from "../../demo/policy.ts";
import { serveFolder } from "../../demo/server.ts";
import { inTime } from "../support/in_time.ts";

/** More than the system keeps for a connection. */
const BIG = 3e7;

/** A folder as a build leaves it, with what must not be served beside and in it. */
async function withServer(
  run: (port: number) => Promise<void>,
  patience?: number,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const folder = `${root}/dist`;
  await Deno.mkdir(`${folder}/sub`, { recursive: true });
  const files = {
    "secret.html": "secret",
    "dist/index.html": "<!doctype html>page",
    "dist/demo.js": "script",
    "dist/big.js": "x".repeat(BIG),
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
  const server = await serveFolder(folder, 0, patience);
  try {
    await run(server.port);
  } finally {
    await server.close();
    await Deno.remove(root, { recursive: true });
  }
}

/** Sends a request line as it is: fetch() would tidy the path up. */
function raw(
  port: number,
  target: string,
  method = "GET",
  hosts = [`localhost:${port}`],
): Promise<string> {
  const lines = hosts.map((host) => `host: ${host}\r\n`).join("");
  return say(port, `${method} ${target} HTTP/1.1\r\n${lines}connection: close\r\n\r\n`);
}

/** All that the server says until it closes the connection; who drips goes on byte by byte. */
async function say(port: number, words: string, drips = false): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  let isClosed = false;
  const answer = new Response(connection.readable).text().finally(() => isClosed = true);
  const write = (text: string) => connection.write(new TextEncoder().encode(text)).catch(() => 0);
  if (words !== "") await write(words);
  while (drips && !isClosed) {
    await write("x");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return await answer;
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
      const answer = await raw(port, "/demo.js", method);
      assert(/^(HTTP\/1\.1 40|$)/.test(answer), `${method}: ${answer}`);
    }
  }));

Deno.test("demo server: answers to its own names only, with its port", () =>
  withServer(async (port) => {
    for (const name of ["localhost", "LocalHost", "127.0.0.1", "[::1]"]) {
      const answer = await raw(port, "/", "GET", [`${name}:${port}`]);
      assert(answer.startsWith("HTTP/1.1 200 "), `${name}: ${answer}`);
    }
    const others = [
      "localhost",
      "localhost:80",
      `localhost:${port + 1}`,
      `localhost.:${port}`,
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `evil.example:${port}#localhost:${port}`,
      `user@localhost:${port}`,
      `127.0.0.2:${port}`,
      `127.1:${port}`,
      `2130706433:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `0.0.0.0:${port}`,
      `::1:${port}`,
      "",
    ];
    for (const host of others) {
      const answer = await raw(port, "/", "GET", [host]);
      assert(answer.startsWith("HTTP/1.1 421 "), `${host}: ${answer}`);
      assert(!answer.includes("page"), host);
    }
    assertStringIncludes(await raw(port, "/", "GET", []), "HTTP/1.1 400 ");
    // The name in the request line is of no weight, nor is a second one.
    const twice = await raw(port, "/", "GET", ["evil.example", `localhost:${port}`]);
    assert(!twice.includes("page"), twice);
    const absolute = await raw(port, `http://localhost:${port}/`, "GET", ["evil.example"]);
    assert(absolute.startsWith("HTTP/1.1 421 "), absolute);
  }));

Deno.test("demo server: closes connections that say nothing, half a request, or no more", () =>
  withServer(async (port) => {
    const head = `GET / HTTP/1.1\r\nhost: localhost:${port}\r\n`;
    // Each ends only when the server closes it.
    const said = Promise.all([
      say(port, ""),
      say(port, head),
      say(port, `${head}\r\n`),
      say(port, `${head}x-slow: `, true),
      say(port, `POST ${head.slice(4)}content-length: 1000000\r\n\r\n`, true),
    ]);
    const [silent, half, kept, header, body] = await inTime(said);
    assert(/^(HTTP\/1\.1 408 |$)/.test(silent), silent);
    assert(/^(HTTP\/1\.1 408 |$)/.test(half), half);
    assert(/^HTTP\/1\.1 200 [^]*page$/.test(kept), kept);
    assert(/^(HTTP\/1\.1 408 |$)/.test(header), header);
    assert(/^HTTP\/1\.1 40[58] /.test(body), body);
  }, 400));

Deno.test("demo server: closes connections that do not take their answer", () =>
  withServer(async (port) => {
    const request = `GET /big.js HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`;
    let taken = BIG;
    // However slow the machine is: some time it has been too long.
    for (let wait = 500; wait < 20_000 && taken >= BIG; wait *= 2) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(new TextEncoder().encode(request));
      await new Promise((resolve) => setTimeout(resolve, wait));
      taken = 0;
      const count = (bytes: Uint8Array) => void (taken += bytes.length);
      await connection.readable.pipeTo(new WritableStream({ write: count })).catch(() => {});
    }
    assert(taken < BIG, `${taken} bytes of ${BIG} were kept for it`);
  }, 200));

Deno.test("demo server: a folder without a page is refused", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => serveFolder(folder), Error, "index.html is missing");
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
