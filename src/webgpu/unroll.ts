/**
 * Spells out the loops of a shader whose bounds are constants.
 *
 * Compilers keep an array that a loop indexes in memory (on the software adapter one load a lane
 * and element); with literal indices it becomes registers. naga guards each loop with a counter,
 * which keeps drivers from doing this themselves.
 *
 * @module
 */

const MARK = " // unroll";
const LOOP = /^[ \t]*for ?\(var (\w+) ?= ?0u; ?\1 ?< ?(\w+); ?\1\+\+\) ?\{ \/\/ unroll$/m;

/**
 * Replaces every loop marked `// unroll` whose bound is among `constants` by its bodies, each a
 * block, with the counter as a literal. The others stay loops.
 */
export function unroll(wgsl: string, constants: Record<string, number>): string {
  const loop = LOOP.exec(wgsl);
  if (!loop) return wgsl;
  const [head, counter, bound] = loop as unknown as [string, string, string];
  const start = loop.index + head.length;
  const end = closingBrace(wgsl, start);
  const body = unroll(wgsl.slice(start, end), constants);
  const times = constants[bound];
  const name = new RegExp(`\\b${counter}\\b`, "g");
  const spelledOut = times === undefined
    ? `${head.slice(0, -MARK.length)}${body}}`
    : Array.from({ length: times }, (_, n) => `{${body.replace(name, `${n}u`)}}`).join("\n");
  return wgsl.slice(0, loop.index) + spelledOut + unroll(wgsl.slice(end + 1), constants);
}

/** Where the block that is open at `start` closes. */
function closingBrace(wgsl: string, start: number): number {
  let open = 1;
  let at = start;
  for (; open > 0; at++) {
    if (wgsl[at] === "{") open++;
    if (wgsl[at] === "}") open--;
  }
  return at - 1;
}
