/**
 * Files of weights in any format that is known, by what they begin with.
 *
 * @module
 */
import { shown } from "../../check/shown.ts";
import { attempt, Refusal } from "../../files/attempt.ts";
import type { StoredTensor } from "../../files/element_types.ts";
import type { Host } from "../../files/host.ts";
import { withFile } from "../../files/read_file.ts";
import { readStored } from "../../files/safetensors.ts";
import { readTorch, torchForm } from "./torch_file.ts";

/** What DataParallel puts before every name. */
const PARALLEL = "module.";
/** Batches that a batch normalization has seen: PyTorch uses it only where its momentum is None. */
const COUNT = /(^|\.)num_batches_tracked$/;
/** As many bytes as tell the formats apart. */
const FIRST_BYTES = 16;

/**
 * The tensors of a file by the names that `rename` gives them.
 *
 * @param claim How a message begins: "Cannot import weights".
 * @throws {Error} If the file cannot be read, or is not whole.
 * @throws {TypeError} If a new name is no name.
 * @throws {RangeError} If two have the same.
 */
export async function readWeights(
  claim: string,
  path: string,
  rename: (name: string) => string | undefined,
): Promise<Map<string, StoredTensor>> {
  const stored = await attempt(claim, path, (host) => read(host, path));
  const isParallel = stored.every(({ name }) => name.startsWith(PARALLEL));
  const tensors = new Map<string, StoredTensor>();
  for (const tensor of stored) {
    const own = isParallel ? tensor.name.slice(PARALLEL.length) : tensor.name;
    const name = COUNT.test(own) ? undefined : rename(own);
    if (name === undefined) continue;
    if (typeof name !== "string") {
      throw new TypeError(
        `${claim} as rename must return text or undefined: current value of ${own} is ${
          shown(name)
        }`,
      );
    }
    if (tensors.has(name)) {
      throw new RangeError(
        `${claim} as rename must keep names apart: current name of two is ${name}`,
      );
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

async function read(host: Host, path: string): Promise<StoredTensor[]> {
  const torch = await withFile(host, path, async ({ size, read }) => {
    const first = await read(0, Math.min(size, FIRST_BYTES));
    const form = torchForm(first);
    if (form !== undefined) return { form, file: await read(0, size) };
    // Behind the length of its header, a safetensors file begins so.
    if (first[8] === "{".charCodeAt(0)) return undefined;
    throw new Refusal("the file must be of torch.save or a safetensors file");
  });
  return torch ? readTorch(torch.file, torch.form) : await readStored(host, path);
}
