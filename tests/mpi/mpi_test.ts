/**
 * Groups of real processes by Open MPI and MPICH: what they exchange, what they refuse, and how a
 * job ends.
 *
 * Needs both; run by `deno task test:mpi`, which installs them.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ENGINES, type Job, type JobOptions, launch } from "./launch.ts";

Deno.test("mpi: both engines are there", () => {
  assertEquals(ENGINES.map(({ name }) => name), ["Open MPI", "MPICH"]);
});

/** By the formula of the program: sums over ranks of (rank + 1) (1 + i % 7) / 3. */
function expectedSum(length: number, ranks: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (1 + i % 7) * ranks * (ranks + 1) / 6;
  return sum;
}

function assertCalls({ code, found, text }: Job, engine: string, ranks: number, leaves = false) {
  assertEquals([code === 0, found.length], [!leaves, ranks], text);
  for (const [rank, own] of found.entries()) {
    assertEquals([own.rank, own.size, own.sums], [rank, ranks, found[0]!.sums]);
    assertStringIncludes(own.engine as string, engine);
    assertEquals(own.lengths, found.map((_, r) => 10 * r));
    assertEquals(own.two, [ranks, 10 * ranks]);
    assertEquals(
      own.unlike,
      "RangeError: Cannot allReduceSum as all ranks must give as many values: " +
        `current lengths are between 0 and ${ranks - 1}`,
    );
    assertEquals(
      own.other,
      "Error: Cannot go on as all ranks must make the same calls in the same order: " +
        "current calls are allReduceSum and allGather",
    );
    assert(own.ticks as number >= 10, `${own.ticks} ticks in 300 ms`);
    assertStringIncludes(own.again as string, "Cannot start MPI as a process must start it once");
    assertEquals(
      own.closed,
      leaves ? undefined : [
        "Error: Cannot close as the group must be open: current state is closed",
        "Error: Cannot allGather as the group must be open: current state is closed",
      ],
    );
  }
  const lengths = [0, 1, 1000, 100_003];
  (found[0]!.sums as number[]).forEach((sum, i) => {
    const expected = expectedSum(lengths[i]!, ranks);
    assert(Math.abs(sum - expected) <= 1e-6 * expected, `${sum} in place of ${expected}`);
  });
}

function assertEnded({ code, seconds, text }: Job, ...words: string[]): void {
  assert(code !== 0, `exit code ${code}`);
  assert(code !== 124 && seconds < 50, `the job hung: ${text}`); // 124 is of the time limit
  for (const word of words) assertStringIncludes(text, word);
}

/** How ranks are kept from shared memory. */
const TCP: Record<string, JobOptions> = {
  "Open MPI": {
    flags: ["--mca", "pml", "ob1", "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", "lo"],
  },
  MPICH: { env: { MPIR_CVAR_NOLOCAL: "1", UCX_TLS: "tcp,self", UCX_NET_DEVICES: "lo" } },
};

Deno.test("mpi: the example's lines on two ranks are those of one", async () => {
  const task = ["-n", "2", "run", "-q", "--no-check", "--allow-ffi", "--allow-env"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-run", "scripts/mpi.ts", ...task, "examples/ranks.ts", "--epochs=2"],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, err!);
  assertStringIncludes(out!, "2 ranks, engine Open MPI");
  assertStringIncludes(out!, "The lines are those of one rank");
});

for (const { name: engine } of ENGINES) {
  for (const ranks of [2, 4]) {
    Deno.test(`mpi: ${engine}: ${ranks} ranks exchange numbers, and refuse what differs`, async () => {
      assertCalls(await launch(engine, ["calls"], { ranks }), engine, ranks);
    });
  }

  Deno.test(`mpi: ${engine}: the same by TCP on the loopback device`, async () => {
    // MPICH 4.0.2 on UCX may hang in its own end by TCP (docs/ranks.md): there the ranks leave.
    const leaves = engine === "MPICH";
    const { env, ...flags } = TCP[engine]!;
    const options = { ...flags, env: { ...env, ...(leaves && { TEST_LEAVES: "1" }) } };
    assertCalls(await launch(engine, ["calls"], options), engine, 2, leaves);
  });

  Deno.test(`mpi: ${engine}: who leaves without close ends the job, with an error`, async () => {
    assertEnded(await launch(engine, ["leave"]), "rank 1 ends without close()");
  });

  Deno.test(`mpi: ${engine}: who fails ends the job by its own message`, async () => {
    assertEnded(await launch(engine, ["fail"]), "what went wrong on rank 1");
  });

  Deno.test(`mpi: ${engine}: who waits too long ends the job`, async () => {
    const job = await launch(engine, ["hang"], { env: { TEST_TIMEOUT_MS: "700" } });
    assertEnded(job, "rank 0 has waited 1 s for the others in allGather");
  });

  Deno.test(`mpi: ${engine}: a rank that is killed ends the job, which resumes to the same bits`, async () => {
    const dir = await Deno.makeTempDir();
    try {
      const whole = await launch(engine, ["train", `${dir}/whole`, "6"]);
      assertEquals([whole.code, whole.found.length], [0, 2], whole.text);
      const { rank: _, ...first } = whole.found[0]!;
      const killed = await launch(engine, ["train", `${dir}/killed`, "6", "3"]);
      assertEnded(killed);
      assertEquals(killed.found, []);
      const { found, text } = await launch(engine, ["train", `${dir}/killed`, "6"]);
      assertEquals(found.length, 2, text);
      for (const { rank: _, ...own } of found) assertEquals(own, first);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });

  Deno.test(`mpi: ${engine}: the other engine's library is refused`, async () => {
    const library = engine === "MPICH" ? "libmpi.so.40" : "libmpich.so.12";
    const job = await launch(engine, ["fail"], { env: { TEST_LIBRARY: library } });
    assertEnded(job, "Cannot start MPI as library must be of the launcher's engine");
  });
}
