/** Where this checkout's source can be read: the page of its remote. */

/** The page of the remote `origin`; undefined where nobody knows. */
export async function sourcePage(): Promise<string | undefined> {
  const git = new Deno.Command("git", {
    args: ["config", "--default", "", "remote.origin.url"],
    cwd: new URL("../..", import.meta.url),
    stdin: "null",
  });
  try {
    return pageOf(new TextDecoder().decode((await git.output()).stdout).trim());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined; // a copy, and no git
    throw error;
  }
}

/** The page of a remote by HTTPS or SSH, without the name and word that a remote may hold. */
export function pageOf(remote: string): string | undefined {
  const [, host, path] =
    /^(?:https:\/\/(?:[^/@]*@)?|git@)([^/:@]+)[/:]([^@"<>]+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  return host === undefined ? undefined : `https://${host}/${path}`;
}
