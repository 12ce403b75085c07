/**
 * Runs a Deno program on several ranks of this machine, by the MPI that is there; with --install it
 * makes sure that Open MPI and MPICH are, as far as Debian's packages go.
 *
 *     deno run --allow-run scripts/mpi.ts -n 2 run --allow-ffi --allow-env program.ts
 *     deno run --allow-run scripts/mpi.ts --install
 *
 * @module
 */
import { engines, INSTALL } from "./support/mpi.ts";

async function main([first, count, ...program]: string[]): Promise<number> {
  if (first === "--install") return await install();
  const ranks = Number(count);
  if (first !== "-n" || !(ranks >= 1) || program.length === 0) {
    console.error("Cannot launch ranks as arguments must be -n RANKS run PROGRAM ...");
    return 2;
  }
  const [engine] = await engines();
  if (!engine) {
    console.error(`Cannot launch ranks as there must be an MPI: run ${INSTALL}`);
    return 1;
  }
  return await call([...engine.launch(ranks), Deno.execPath(), ...program]);
}

async function install(): Promise<number> {
  if ((await engines()).length === 2) return 0;
  for (const command of ["apt-get update -qq", INSTALL]) {
    const code = await call(["env", "DEBIAN_FRONTEND=noninteractive", ...command.split(" ")]);
    if (code !== 0) return code;
  }
  return (await engines()).length === 2 ? 0 : 1;
}

async function call([command, ...args]: string[]): Promise<number> {
  return (await new Deno.Command(command!, { args, stdin: "null" }).spawn().status).code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
