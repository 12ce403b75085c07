/** What the files of a packed module import, and what they do when they are loaded. */

/** A file as far as bundlers see it. */
export interface PackedFile {
  /** What it imports or exports from, at once or later: packages and files. */
  readonly specifiers: readonly string[];
  /** Whether it does something when it is loaded, as registering a kernel. */
  readonly acts: boolean;
}

/** Reads a file of JavaScript as `deno pack` writes it: a statement begins a line. */
export function packedFile(code: string): PackedFile {
  const lines = code.replace(/^ ?\/\*\*[^]*?\*\/ ?/gm, "");
  const imports = /^(?:import|export)\b[^"';]*"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return {
    specifiers: [...lines.matchAll(imports)].map(([, now, later]) => (now ?? later)!),
    acts: /^(?:[\w$.]+\(|import ")/m.test(lines),
  };
}

/** The packages that an entry of a packed folder leads to. */
export async function packagesOf(folder: string, entry: string): Promise<Set<string>> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const open = [new URL(entry, `file://${folder}/`).pathname];
  while (open.length > 0) {
    const path = open.pop()!;
    if (seen.has(path)) continue;
    seen.add(path);
    for (const specifier of packedFile(await Deno.readTextFile(path)).specifiers) {
      if (specifier.startsWith(".")) open.push(new URL(specifier, `file://${path}`).pathname);
      else packages.add(specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/"));
    }
  }
  return packages;
}

/** All files of a folder that end so, as paths from it, in order. */
export async function filesOf(folder: string, end: string, below = "."): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = `${below}/${name}`;
    if (isDirectory) found.push(...await filesOf(folder, end, path));
    else if (name.endsWith(end)) found.push(path);
  }
  return found.sort();
}
