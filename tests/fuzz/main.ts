/**
 * `deno task fuzz --cases=2000 --seed=1`: random problems of the losses against float64, on every
 * backend.
 */
import "@tensorflow/tfjs-backend-webgpu";
import { parseArgs } from "@std/cli/parse-args";
import { type BackendName, BACKENDS } from "../support/backends.ts";
import { fuzz } from "./run.ts";

/** Cases that share their dimensions: each has shaders of its own. */
const BATCH = 200;

const flags = parseArgs(Deno.args, {
  string: ["cases", "seed", "from", "dims", "backends"],
  default: { cases: "2000", seed: "1", from: "0" },
});
const number = (flag: unknown) => Number(flag);
const listOf = (flag: unknown) => flag === undefined ? undefined : String(flag).split(",");
const [cases, seed, from] = [number(flags.cases), number(flags.seed), number(flags.from)];
const backends = (listOf(flags.backends) ?? BACKENDS) as BackendName[];
const dims = listOf(flags.dims)?.map(number);

/** One to three small ones, and any other. */
function dimsOf(batch: number): number[] {
  if (dims) return dims;
  const other = (n: number, most: number) =>
    1 + (seed * 7919 + batch * 104729 + n * 1299709) % most;
  return [1, 1, other(0, 3), other(1, 12), other(2, 140)];
}

let faults = 0;
for (let n = from; n < from + cases; n++) {
  const fault = await fuzz(seed, n, dimsOf(Math.floor(n / BATCH)), backends);
  if (fault) {
    faults++;
    console.log(fault.slice(0, 4000));
  }
}
console.log(`${cases} cases of seed ${seed} on ${backends.join(", ")}: ${faults} faults`);
Deno.exit(faults > 0 ? 1 : 0);
