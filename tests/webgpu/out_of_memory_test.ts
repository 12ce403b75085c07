/** An allocation beyond memory, as the software adapter has it: in a process of its own. */
import { assert, assertStringIncludes } from "@std/assert";

const WITHOUT = Deno.build.os !== "linux" || Deno.env.get("NO_WEBGPU") === "1";

Deno.test({
  name: "gpu errors: a run ends by memory that is not there",
  ignore: WITHOUT,
  fn: async () => {
    const child = new URL("../support/out_of_memory_child.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-check", child],
    }).output();
    const text = new TextDecoder().decode(stderr);
    assert(success, text);
    const line = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
    const [message, errors] = JSON.parse(line) as [string, string[]];
    assertStringIncludes(
      message,
      "Cannot train on as the GPU must not have reported an error, free tensors or use smaller",
    );
    assert(errors.some((error) => /memory/i.test(error)), `${errors}`);
    assertStringIncludes(text, "The GPU reported an error");
  },
});
