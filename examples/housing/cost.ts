/** What the comparison will take, told before it starts. */
import type { Plan } from "./compare.ts";
import { BATCH_SIZE, runWay } from "./experiment.ts";
import type { Part, Split } from "./split.ts";
import type { Way } from "./ways.ts";

/** Steps of the two short epochs that are timed; the first warms up, too. */
const FEW_STEPS = 4;
const MORE_STEPS = 16;

/** Seconds that all runs will take, from two short epochs of the first way. */
export async function secondsOf(plan: Plan, ways: readonly Way[]): Promise<number> {
  const { splits: [split], cut: { weights: bins }, dataset: { sigma }, epochs, seeds } = plan;
  const time = async (steps: number) => {
    const start = performance.now();
    const part = { ...split!, train: cycled(split!.train, steps * BATCH_SIZE) };
    await runWay(ways[0]!, part, { epochs: 1, seed: 0, bins, sigma });
    return (performance.now() - start) / 1000;
  };
  await time(1);
  const [few, more] = [await time(FEW_STEPS), await time(MORE_STEPS)];
  const step = Math.max(0, more - few) / (MORE_STEPS - FEW_STEPS);
  const rest = Math.max(0, few - FEW_STEPS * step); // validation and test
  const steps = Math.ceil(split!.train.y.length / BATCH_SIZE);
  return ways.length * seeds.length * epochs * (steps * step + rest);
}

/** So many rows, from the first on, over and over where there are fewer. */
function cycled({ x, y }: Part, rows: number): Part {
  const size = x.length / y.length;
  const inputs = new Float32Array(rows * size);
  for (let i = 0; i < rows; i++) {
    const row = i % y.length;
    inputs.set(x.subarray(row * size, (row + 1) * size), i * size);
  }
  return { x: inputs, y: Float64Array.from({ length: rows }, (_, i) => y[i % y.length]!) };
}

/** What will be done, and how long that takes as an order of magnitude. */
export function costText(
  { splits: [split], seeds, epochs }: Pick<Plan, "splits" | "seeds" | "epochs">,
  ways: number,
  seconds: number,
): string {
  const many = (count: number, word: string) =>
    `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const { train } = split as Split;
  const parts = [
    ...[many(ways, "way"), many(seeds.length, "seed"), many(epochs, "epoch")],
    many(train.y.length, "row"),
  ];
  return `${parts.join(" x ")}: about ${durationText(seconds)}.`;
}

function durationText(seconds: number): string {
  const units: [number, string][] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
  const [size, word] = units.find(([size]) => seconds >= 1.5 * size) ?? [1, "second"];
  const count = Math.max(1, Math.round(seconds / size));
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
