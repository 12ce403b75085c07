/** Results over seeds: means and standard deviations. */
import type { Result } from "./benchmark.ts";
import type { Criterion } from "./criteria.ts";

/** A number over the seeds; the deviation is the sample's, 0 for one seed. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** The groups of test angles that errors are told for. */
export const GROUPS = ["overall", "many", "medium", "few"] as const;

/** A criterion over all seeds; errors are mean absolute ones, in degrees. */
export interface Summary {
  readonly criterion: Criterion;
  /** By how often angles were seen in training; NaN where a seed has no such angle. */
  readonly mae: Readonly<Record<typeof GROUPS[number], Spread>>;
  readonly balancedMae: Spread;
  /** The learned noise, in degrees. */
  readonly sigma?: Spread;
  readonly seconds: Spread;
}

/** Sums up the results, criterion by criterion, in their order. */
export function summarize(results: readonly Result[]): Summary[] {
  return [...new Set(results.map(({ criterion }) => criterion))].map((criterion) => {
    const own = results.filter((result) => result.criterion === criterion);
    const sigmas = own.flatMap(({ sigma }) => sigma ?? []);
    const mae = (group: typeof GROUPS[number]) => spread(own.map((result) => result.mae[group]));
    return {
      criterion,
      mae: {
        overall: mae("overall"),
        many: mae("many"),
        medium: mae("medium"),
        few: mae("few"),
      },
      balancedMae: spread(own.map(({ balancedMae }) => balancedMae)),
      ...(sigmas.length > 0 && { sigma: spread(sigmas) }),
      seconds: spread(own.map(({ seconds }) => seconds)),
    };
  });
}

/** Mean and sample deviation. */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

/** How far each criterion's few-shot error lies under MSE's, in percent; nothing without MSE. */
export function fewShotGains(summaries: readonly Summary[]): { name: string; percent: number }[] {
  const mse = summaries.find(({ criterion }) => criterion.id === "mse");
  if (mse === undefined) return [];
  return summaries.filter((summary) => summary !== mse).map(({ criterion, mae }) => (
    { name: criterion.name, percent: 100 * (1 - mae.few.mean / mse.mae.few.mean) }
  ));
}
