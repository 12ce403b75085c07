/** Models and checkpoints in Deno and Node: the same files, the same bits, locks that both see. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasPart } from "../support/slow_disk.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAM = "tests/npm/anywhere.js";
const EPOCHS = 12;

type Host = "deno" | "node";

/** Runs the steps with what is installed in a folder for this Node. */
export async function anywhereSteps(
  t: Deno.TestContext,
  folder: string,
  [node, nodeArgs]: [string, string[]],
): Promise<void> {
  await Deno.copyFile(`${ROOT}${PROGRAM}`, `${folder}/anywhere.js`);

  function start(host: Host, ...args: string[]): Deno.ChildProcess {
    const [command, before, cwd] = host === "deno"
      ? [Deno.execPath(), ["run", "--no-check", "--allow-all", PROGRAM], ROOT]
      : [node, [...nodeArgs, "anywhere.js"], folder];
    const all = [...before, ...args];
    return new Deno.Command(command, { args: all, cwd, stdout: "piped", stderr: "piped" }).spawn();
  }

  /** All that a process says, each line a value. */
  async function told(host: Host, ...args: string[]): Promise<unknown[]> {
    const { success, stdout, stderr } = await start(host, ...args).output();
    assert(success, `${host} ${args}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
      JSON.parse(line || "0")
    );
  }

  /** Ends a process in the middle of what it does, when it has said so many lines. */
  async function kill(host: Host, dir: string, lines: number, ...args: string[]): Promise<string> {
    const child = start(host, ...args);
    let said = "";
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    while (said.split("\n").length <= lines) said += (await reader.read()).value ?? "\n";
    const end = performance.now() + 50;
    if (lines % 2 === 1) { while (!hasPart(dir) && performance.now() < end) await pause(0); }
    child.kill("SIGKILL");
    await Promise.all([child.status, reader.cancel(), child.stderr.cancel()]);
    return said;
  }

  const dirOf = (name: string) => `${folder}/${name}`;
  let whole: unknown;

  await t.step("a run ends with the same bits in both, and goes on from the other's", async () => {
    whole = (await told("deno", "run", "", `${EPOCHS}`)).at(-1);
    assertEquals((await told("node", "run", "", `${EPOCHS}`)).at(-1), whole);
    for (const [first, second] of [["deno", "node"], ["node", "deno"]] as const) {
      const dir = dirOf(`${first}_first`);
      await told(first, "run", dir, "5");
      const rest = await told(second, "run", dir, `${EPOCHS}`);
      assertEquals(rest.slice(0, -1), [5, 6, 7, 8, 9, 10, 11], "epochs that it trained");
      assertEquals(rest.at(-1), whole);
    }
  });

  await t.step("a run under Node that is killed goes on with the same bits", async () => {
    const dir = dirOf("killed");
    for (const lines of [1, 2, 3]) await kill("node", dir, lines, "run", dir, `${EPOCHS}`);
    const rest = await told("node", "run", dir, `${EPOCHS}`);
    // 0, 1 and 2 epochs were saved by them at least, and the last line is no epoch.
    assert(rest.length <= EPOCHS - 2, `${rest.length} lines`);
    assertEquals(rest.at(-1), whole);
    assert(!hasPart(dir));
  });

  await t.step(
    "one process has a folder, whatever its host, until it ends or is killed",
    async () => {
      const dir = dirOf("held");
      const refusal =
        "Cannot train as checkpoint.dir must not be in use by another run: current value is " +
        dir;
      for (
        const [holder, other] of [["node", "deno"], ["deno", "node"], ["node", "node"]] as const
      ) {
        const child = start(holder, "hold", dir);
        try {
          const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
          // Within the process, and from another one.
          assertEquals(JSON.parse((await reader.read()).value!), ["Error", refusal, "", ""]);
          await reader.cancel();
          const { success, stderr } = await start(other, "run", dir, "1").output();
          assert(!success);
          assert(new TextDecoder().decode(stderr).includes(refusal), `${holder}, ${other}`);
        } finally {
          child.kill("SIGKILL");
          await Promise.all([child.status, child.stderr.cancel()]);
        }
      }
      const free = start("node", "hold", dir);
      const reader = free.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assert(
        (await reader.read()).value!.includes(refusal),
        "a lock is free when its process is killed",
      );
      free.kill("SIGKILL");
      await Promise.all([free.status, free.stderr.cancel(), reader.cancel()]);
    },
  );

  await t.step("a model's files are the same, and are loaded by the other", async () => {
    const models: unknown[] = [];
    for (const [first, second] of [["deno", "node"], ["node", "deno"]] as const) {
      const dir = dirOf(`model_of_${first}`);
      await told(first, "save", dir);
      const files = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
      assertEquals(files.length, 2);
      const bytes = await Promise.all(files.map((name) => Deno.readFile(`${dir}/${name}`)));
      models.push([files, bytes, await told(first, "load", dir), await told(second, "load", dir)]);
    }
    assertEquals(models[0], models[1]);
  });

  await t.step("errors are of the same class, words and code", async () => {
    const dir = dirOf("errors");
    await Deno.mkdir(`${dir}/run/epochs-000001.safetensors`, { recursive: true });
    await Deno.writeTextFile(`${dir}/file`, "");
    const [errors] = await told("node", "errors", dir) as [string[][]];
    assertEquals([errors], await told("deno", "errors", dir));
    assertEquals(errors.map(([name]) => name), [
      "Error",
      "Error",
      "TypeError",
      "Error",
      "Error",
      "TypeError",
    ]);
    assertEquals(errors.map((error) => error.at(-1)), ["ENOENT", "ENOTDIR", "", "EEXIST", "", ""]);
    for (const [, message] of errors) assertMatch(message!, /^Cannot \w.* as .*: current /);
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
