/** The labels and edges of fixtures/label_bins.py, made anew: change both or neither. */
import fixture from "../fixtures/label_bins.json" with { type: "json" };

/** Labels on, beside and between decimal edges, and how many numpy.histogram counts in each bin. */
export interface BinCase {
  readonly name: string;
  readonly width: number;
  readonly float32: boolean;
  readonly edges: readonly number[];
  readonly labels: readonly number[];
  readonly counts: readonly number[];
}

export const BIN_CASES: readonly BinCase[] = fixture.cases.map((each) => {
  const { first, count, counts, neighbours } = each;
  const [integer, scale] = fractionOf(each.width);
  const float32 = each.type === "float32";
  const round = float32 ? Math.fround : (x: number) => x;
  const edges = list(count + 1, (k) => (first + k) * integer / scale);
  const grid = list(4 * count + 1, (k) => round((4 * first + k) * integer / (4 * scale)));
  const nonzero = (edge: number) => neighbours && edge !== 0;
  const beside = [
    ...edges.slice(1).filter(nonzero).map((edge) => nextFloat32(Math.fround(edge), -1)),
    ...edges.slice(0, -1).filter(nonzero).map((edge) => nextFloat32(Math.fround(edge), 1)),
  ];
  const name = `${count} bins of ${each.width} from ${first}, ${each.type}`;
  const [width, labels] = [Number(each.width), [...grid, ...beside]];
  return { name, width, float32, edges, labels, counts };
});

/** The float32 number beside another, above (1) or below (-1). */
export function nextFloat32(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * 2 ** -149;
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0]! += value > 0 ? direction : -direction;
  return new Float32Array(bits.buffer)[0]!;
}

/** A decimal number as an integer over a power of ten. */
function fractionOf(decimal: string): [integer: number, scale: number] {
  const digits = decimal.includes("e") ? 3 : decimal.split(".")[1]?.length ?? 0;
  const scale = Number(`1e${digits}`);
  return [Math.round(Number(decimal) * scale), scale];
}

function list(length: number, at: (k: number) => number): number[] {
  return Array.from({ length }, (_, k) => at(k));
}
