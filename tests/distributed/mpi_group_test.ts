/** MPI as far as it can be seen without one: the group of a process that no launcher has started. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { mpiGroup } from "@balanced/mse/mpi";
import { launcherOf } from "../../src/distributed/mpi_launcher.ts";

Deno.test("mpi group: without a launcher it is a group of one, until it is closed", async () => {
  const group = await mpiGroup();
  assertEquals([group.rank, group.size, group.engine], [0, 1, "none"]);
  const values = Float32Array.of(3);
  await group.allReduceSum(values);
  assertEquals(values[0], 3);
  assertEquals(await group.allGather(Uint8Array.of(1, 2)), [Uint8Array.of(1, 2)]);
  await group.close();
  const closed = "as the group must be open: current state is closed";
  await assertRejects(() => group.close(), Error, `Cannot close ${closed}`);
  await assertRejects(() => group.allReduceSum(values), Error, `Cannot allReduceSum ${closed}`);
  await assertRejects(() => group.allGather(new Uint8Array(0)), Error, closed);
  await (await mpiGroup()).close(); // as often as one likes
});

Deno.test("mpi group: bad options, a library that is missing, one that is no MPI", async () => {
  const rejects = (options: unknown, Kind: typeof TypeError, message: string) =>
    assertRejects(() => mpiGroup(options as never), Kind, `Cannot start MPI as ${message}`);
  await rejects({ timeout: 1 }, TypeError, "options must be known, did you mean timeoutMs");
  await rejects({ timeoutMs: 0 }, RangeError, "timeoutMs must be a finite number > 0");
  await rejects({ timeoutMs: "1" }, TypeError, "timeoutMs must be a finite number > 0");
  await rejects({ library: 5 }, TypeError, "library must be a path");
  await rejects(null, TypeError, "options must be an object");
  for (
    const [library, word] of [["libnone.so.1", "libnone.so.1"], ["libm.so.6", "MPI_"]] as const
  ) {
    const error = await assertRejects(() => mpiGroup({ library }), Error);
    assertStringIncludes(error.message, "library must be an MPI that is installed");
    assertStringIncludes(error.message, "apt-get install openmpi-bin or mpich");
    assertStringIncludes(error.message, word);
  }
});

Deno.test("mpi group: launchers by their variables", () => {
  const of = (variables: Record<string, string>) => {
    const { libraries, size } = launcherOf((name) => variables[name]) ?? {};
    return [libraries?.[0], size];
  };
  assertEquals(of({}), [undefined, undefined]);
  assertEquals(of({ OMPI_COMM_WORLD_SIZE: "4", PMIX_RANK: "1" }), ["libmpi.so.40", 4]);
  assertEquals(of({ PMI_SIZE: "2" }), ["libmpich.so.12", 2]);
  assertEquals(of({ PMIX_RANK: "1" }), ["libmpi.so.40", undefined]);
});
