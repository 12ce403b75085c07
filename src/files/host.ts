/**
 * The host's file system: `node:fs`, which Deno has as well as Node.
 *
 * @module
 */

/** What a host with files has. */
export interface Host {
  readonly fs: typeof import("node:fs/promises");
  readonly node: typeof import("node:fs");
  readonly path: typeof import("node:path");
  readonly processes: typeof import("node:child_process");
  readonly platform: string;
}

/** The host; nothing where there are no files. Asked for, not imported: browsers load this, too. */
export function host(): Host | undefined {
  const { process } = globalThis as {
    process?: { readonly platform: string; getBuiltinModule?(name: string): unknown };
  };
  const get = process?.getBuiltinModule;
  if (!process || !get) return undefined;
  return {
    fs: get("node:fs/promises"),
    node: get("node:fs"),
    path: get("node:path"),
    processes: get("node:child_process"),
    platform: process.platform,
  } as Host;
}
