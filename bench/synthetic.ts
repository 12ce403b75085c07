/**
 * How long does the 1-D synthetic benchmark take, ours and the authors' protocol in PyTorch? Whole commands, in turns.
 *
 * Writes bench/synthetic.md. Without PyTorch it has ours alone.
 */
import { drawDataset } from "../examples/synthetic/data.ts";
import { labelDistribution } from "../examples/synthetic/distributions.ts";
import { LinearModel } from "../examples/synthetic/linear_model.ts";
import { randomFrom } from "../examples/synthetic/random.ts";
import { runProgram } from "./peers/program.ts";
import { environment, webgpu } from "./support/adapter.ts";
import { digits } from "./support/format.ts";

const SEED = 0;
const PATIENCE_MS = 600_000;
const RESULTS = new URL("synthetic.md", import.meta.url);
const OURS = ["run", "examples/synthetic.ts", "--seed", `${SEED}`, "--json"];
const THEIRS = ["bench/peers/synthetic_torch.py", "--stdin"];

interface Criterion {
  name: string;
  seconds: number;
  testMse: number;
  /** The test error of the model that is the best on validation, the authors' choice. */
  selectedMse?: number;
}

interface Run {
  /** The whole command. */
  seconds: number;
  criteria: Criterion[];
}

/** The sets and the first weights that the example has, for the peer. */
async function given(): Promise<string> {
  const { train, validation, test } = drawDataset(
    labelDistribution(1, "normal", "high"),
    randomFrom(SEED),
  );
  const model = new LinearModel(1, SEED);
  const [weight, bias] = await Promise.all(
    model.variables.map(async (variable) => (await variable.data())[0]),
  );
  model.dispose();
  return JSON.stringify(
    { train, validation, test, weight, bias },
    (_, value) => ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value,
  );
}

async function ours(): Promise<Run & { backend: string }> {
  const { lines: [report], reason, success, seconds } = await runProgram(Deno.execPath(), OURS, {
    patienceMs: PATIENCE_MS,
  });
  if (report === undefined || !success) throw new Error(`Cannot bench the example: ${reason}`);
  const { criteria, backend } = report as unknown as { criteria: Criterion[]; backend: string };
  return { seconds, criteria, backend };
}

async function theirs(input: string): Promise<Run & { about: string }> {
  const { lines: [header, ...criteria], reason, success, seconds } = await runProgram(
    "/usr/bin/python3",
    THEIRS,
    { patienceMs: PATIENCE_MS, input },
  );
  if (header !== undefined && !success) throw new Error(`Cannot bench PyTorch: ${reason}`);
  const about = header === undefined
    ? `did not run: ${reason}`
    : `${header.version}, ${header.threads} thread, which is the faster; GAI's mixture is ${header.mixture}`;
  return { seconds, criteria: criteria as unknown as Criterion[], about };
}

const backend = await webgpu();
const input = await given();
// Ours before and after: what else the machine does shows, and the slower one counts.
const first = await ours();
const peer = await theirs(input);
const second = await ours();
const own = first.seconds > second.seconds ? first : second;
const other = first.seconds > second.seconds ? second : first;

const cell = (value: number | undefined) => value === undefined ? "–" : digits(value);
const sum = (criteria: Criterion[]) => criteria.reduce((total, { seconds }) => total + seconds, 0);
const named = (name: string) => peer.criteria.find((theirs) => theirs.name === name);

/** A row of the table: the seconds of both and, of a criterion, the errors. */
function row(
  name: string,
  mine: number,
  its: number | undefined,
  errors: (number | undefined)[] = Array(3).fill(undefined),
) {
  const ratio = its === undefined ? "–" : `${digits(its / mine)} x`;
  return `| ${[name, digits(mine), cell(its), ratio, ...errors.map(cell)].join(" | ")} |`;
}

const common = own.criteria.filter(({ name }) => named(name));
const lines = [
  "# The synthetic benchmark in one dimension",
  "",
  ...environment(backend, "deno task bench:synthetic"),
  `- ours: \`deno ${
    OURS.join(" ")
  }\`, all defaults, on the backend that it chooses here: ${own.backend}`,
  "- PyTorch: `bench/peers/synthetic_torch.py`, the authors' protocol written anew (what was followed and what differs",
  `  stands there); ${peer.about}`,
  "- both have the same 1,024 rows a set, first weights, batches of 256, 2,000 epochs and rates; the shuffles differ, the",
  "  labels to which GAI's mixture is fitted, and the learned noise: ours is its logarithm, at a rate under the cosine;",
  "  theirs is sigma, at a constant rate",
  "- seconds of a criterion: from its making to the trained model, loading of the data and the fit of a mixture included;",
  "  of a command: from its start to its end; ratio: PyTorch to ours",
  `- ours ran before and after PyTorch; the slower run is shown, the other command took ${
    digits(other.seconds)
  } s`,
  "- error: mean squared error of the last model on uniform labels, where the true line has 0; selected: that of the",
  "  best of five models on uniform validation labels, which the authors choose",
  "",
  "| criterion | ours s | PyTorch s | ratio | error ours | error PyTorch | selected PyTorch |",
  "|---|--:|--:|--:|--:|--:|--:|",
  ...own.criteria.map(({ name, seconds, testMse }) => {
    const its = named(name);
    return row(name, seconds, its?.seconds, [testMse, its?.testMse, its?.selectedMse]);
  }),
  ...(common.length > 0
    ? [row(`the ${common.length} in common`, sum(common), sum(peer.criteria))]
    : []),
  row(`all ${own.criteria.length}`, sum(own.criteria), undefined),
  row(
    `the whole command, ours with all ${own.criteria.length}`,
    own.seconds,
    peer.criteria.length > 0 ? peer.seconds : undefined,
  ),
  "",
];
console.log(lines.join("\n"));
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
