/** Runs the program of a peer and reads the JSON that it prints, a line a result. */

/** What a program said. */
export interface Output {
  /** The objects that it printed, in order. */
  lines: Record<string, unknown>[];
  /** The first line of its standard error, or why it did not run or end: the reason where lines are missing. */
  reason: string;
  /** Whether it ran to its end without an error. */
  success: boolean;
  /** From its start to its end. */
  seconds: number;
}

/** A program that takes longer than `patienceMs` is ended; `input` goes to its standard input. */
export async function runProgram(
  program: string,
  args: string[],
  { patienceMs, input = "" }: { patienceMs: number; input?: string },
): Promise<Output> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const child = new Deno.Command(program, {
      args,
      cwd: new URL("../..", import.meta.url),
      signal: AbortSignal.timeout(patienceMs),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // One that ends before it has read all has its reason on standard error.
    const given = new Response(input).body!.pipeTo(child.stdin).catch(() => {});
    const { stdout, stderr, success } = await child.output();
    await given;
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    const lines = out!.split("\n").filter((line) => line.startsWith("{"));
    return {
      lines: lines.map((line) => JSON.parse(line)),
      reason: error!.split("\n")[0] || "skipped: it ended, or was ended, without a word",
      success,
      seconds: seconds(),
    };
  } catch (error) {
    const reason = `skipped: ${(error as Error).message}`;
    return { lines: [], reason, success: false, seconds: seconds() };
  }
}
