/** A run that is killed again and again, in the middle of a write too, ends like one that never was. */
import { assert, assertEquals } from "@std/assert";
import { use } from "../../support/backends.ts";
import { result, resumable } from "../../support/resumable.ts";
import { hasPart } from "../../support/slow_disk.ts";

const KILLS = 10;
/** So many that no chain of kills comes to the end. */
const EPOCHS = 40;
const CHILD = new URL("../../support/resumable_child.ts", import.meta.url).pathname;

/** The epochs that the newest checkpoint has had; 0 without any. */
function newest(dir: string): number {
  const names = [...Deno.readDirSync(dir)].map(({ name }) => /^epochs-(\d+)\.saf.*s$/.exec(name));
  return Math.max(0, ...names.map((name) => Number(name?.[1] ?? 0)));
}

function copy(dir: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name } of Deno.readDirSync(dir)) {
    Deno.copyFileSync(`${dir}/${name}`, `${to}/${name}`);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The lines of a child, which waits for nobody to read them. */
async function* linesOf(child: Deno.ChildProcess): AsyncGenerator<string> {
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

function start(dir: string): Deno.ChildProcess {
  const args = ["run", "--no-check", "--allow-all", CHILD, dir, `${EPOCHS}`];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "null" }).spawn();
}

Deno.test("checkpoints: a run killed at any moment ends with the bits of one that never was", async (t) => {
  await use("cpu");
  const whole = await resumable({ epochs: EPOCHS });
  const root = await Deno.makeTempDir();
  const dir = `${root}/run`;
  let [parts, had] = [0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    await t.step(`kill ${kill}`, async () => {
      const child = start(dir);
      const lines = linesOf(child);
      try {
        // From the very start to some epochs later, then at any moment or while a file is written.
        const first = Number((await lines.next()).value);
        assertEquals(first, had, "goes on after the newest checkpoint");
        for (let more = kill % 3; more > 0; more--) await lines.next();
        if (kill % 2 === 0) await pause(7 * kill % 41);
        else while (!hasPart(dir)) await pause(0);
      } finally {
        child.kill("SIGKILL");
        await child.status;
        for await (const _ of lines) { /* to its end */ }
      }
      if (hasPart(dir)) parts++;
      const saved = newest(dir);
      assert(saved >= had + kill % 3 && saved < EPOCHS, `${saved} epochs saved, ${had} before`);
      had = saved;

      copy(dir, `${root}/copy${kill}`);
      const resumed = await resumable({
        epochs: EPOCHS,
        checkpoint: { dir: `${root}/copy${kill}`, resume: true },
      });
      assertEquals(resumed.trained.length, EPOCHS - saved, "no epoch is trained twice");
      assertEquals(result(resumed), result(whole));
      assert(!hasPart(`${root}/copy${kill}`), "what a killed write left is cleared");
    });
  }
  assert(parts >= 3, `${parts} of the kills were in the middle of a write`);
  const last = start(dir);
  let outcome = "";
  for await (const line of linesOf(last)) outcome = line;
  assert((await last.status).success);
  assertEquals(JSON.parse(outcome), whole.weights);
  await Deno.remove(root, { recursive: true });
});
