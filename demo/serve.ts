/**
 * Serves the built demo on this machine only: `deno task demo [--port N]`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { serveFolder } from "./server.ts";

const { port = "8000" } = parseArgs(Deno.args, { string: ["port"] }) as { port?: string };
if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
  console.error(`Cannot serve as --port must be from 0 to 65535: current value is ${port}`);
  Deno.exit(2);
}
const server = await serveFolder(new URL("dist", import.meta.url).pathname, Number(port));
console.log(`The demo: http://127.0.0.1:${server.port}/`);
