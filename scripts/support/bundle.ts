/** Bundles a module with all that it imports into one file for browsers, by `deno bundle`. */

/** Writes the bundle, minified. */
export async function bundle(entry: string, output: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--platform=browser", "--minify", "-o", output, entry],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(`Cannot bundle ${entry}: ${new TextDecoder().decode(stderr).trim()}`);
  }
}
