/** What a run writes of its progress where there is no terminal, by a clock of the test's. */

/** Runs with `setClock`, which tells what time it is, in milliseconds; gives the lines. */
export async function progressLines(
  run: (setClock: (now: number) => void) => Promise<unknown>,
): Promise<string[]> {
  const { error } = console;
  const { now } = performance;
  const { isTerminal } = Deno.stderr;
  const said: string[] = [];
  let clock = 5000;
  console.error = (text: string) => said.push(text);
  performance.now = () => clock;
  Deno.stderr.isTerminal = () => false;
  try {
    await run((time) => clock = time);
  } finally {
    console.error = error;
    performance.now = now;
    Deno.stderr.isTerminal = isTerminal;
  }
  return said;
}
