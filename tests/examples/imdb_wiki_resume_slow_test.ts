/** The two-stage run, killed in each of its parts and started again, ends as one that was not. */
import { assert, assertEquals } from "@std/assert";
import { drawnData, PERMISSIONS, runAge, tiny } from "../support/age_run.ts";
import { inFolder } from "../support/in_folder.ts";

/** Starts the command and kills it as soon as a folder has a file of such a name. */
async function killedAt(folder: string, name: RegExp, args: readonly string[]): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...PERMISSIONS, "examples/imdb_wiki.ts", ...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  const isThere = () => namesIn(folder).some((one) => name.test(one));
  while (!ended && !isThere()) await new Promise((resolve) => setTimeout(resolve, 1));
  assert(!ended, `it ended before ${name} was in ${folder}`);
  child.kill("SIGKILL");
  await child.status;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

/** What a run leaves that must not depend on kills, as text. */
async function remains(out: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const folder of ["predictions", "stage1/model", "features"]) {
    for await (const { name, isFile } of Deno.readDir(`${out}/${folder}`)) {
      if (!isFile || name === "model.json") continue; // it has the time of its writing
      const bytes = await Deno.readFile(`${out}/${folder}/${name}`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      found[`${folder}/${name}`] = digest.toHex();
    }
  }
  return found;
}

Deno.test("imdb-wiki: killed in stage 1, in the features, in stage 2: the result is the same, bit by bit", async () => {
  await inFolder(async (dir) => {
    const data = `${dir}/data`;
    await drawnData(data);
    const numbers = tiny({ epochs: "8", drops: "6", "head-epochs": "20" });
    const args = [`--data=${data}`, ...numbers, "--fds", "--criteria=gai,bmc"];
    const whole = await runAge([...args, `--out=${dir}/whole`, "--json"]);
    assertEquals(whole.code, 0, whole.err);

    const out = `${dir}/killed`;
    const again = [...args, `--out=${out}`];
    const checkpoint = /^epochs-\d+\.safetensors$/;
    await killedAt(`${out}/stage1/checkpoints`, checkpoint, again);
    assert(!namesIn(`${out}/stage1`).includes("network.json"));
    await killedAt(`${out}/features`, /^train/, again);
    assert(!namesIn(`${out}/stage2`).includes("gai.json"));
    await killedAt(`${out}/stage2/bmc/checkpoints`, checkpoint, again);
    assert(!namesIn(`${out}/stage2`).includes("bmc.json"));
    const ended = await runAge([...again, "--json"]);
    assertEquals(ended.code, 0, ended.err);
    assert(!ended.err.includes("Stage 1,"), ended.err);

    const scores = (text: string) =>
      JSON.parse(text).criteria.map(({ seconds: _, ...rest }: { seconds: number }) => rest);
    assertEquals(scores(ended.out), scores(whole.out));
    const files = await remains(`${dir}/whole`);
    assertEquals(Object.keys(files).length, 3 + 1 + 3);
    assertEquals(await remains(out), files);
  });
});
