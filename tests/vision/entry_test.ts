/** What reads foreign files comes with the entry for pictures alone. */
import { assert, assertEquals } from "@std/assert";

/** The addresses of all modules that an entry loads, and of the packages that they name. */
async function reached(entry: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry] });
  const { stdout } = await command.output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; dependencies?: { specifier: string }[] }[];
  };
  return modules.flatMap(({ specifier, dependencies = [] }) => [
    specifier,
    ...dependencies.map((dependency) => dependency.specifier),
  ]);
}

Deno.test("vision: mod.ts reaches neither its modules nor its packages", async () => {
  const [main, vision] = await Promise.all(["mod.ts", "src/vision/mod.ts"].map(reached));
  const own = ["pickleparser", "fflate", "/src/vision/"];
  for (const part of own) assert(vision!.some((name) => name.includes(part)), part);
  assertEquals(main!.filter((name) => own.some((part) => name.includes(part))), []);
  assert(main!.length > 100, `${main!.length}`);
});
