/**
 * Files of `torch.save`: the zip archive that it writes since 1.6, and the stream before.
 *
 * @module
 */
import { unzipSync } from "fflate";
import { shown } from "../../check/shown.ts";
import { Refusal } from "../../files/attempt.ts";
import { ELEMENT_TYPES, type StoredTensor } from "../../files/element_types.ts";
import { PickledTensor, Pickles } from "./torch_pickle.ts";
import { storedTensor } from "./torch_tensor.ts";

/** The first pickle of a stream, behind its protocol: the number 0x1950a86a20f9469cfc6c. */
const MAGIC = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const PROTOCOL_BYTES = 2;
/** Before a storage of a stream stands how many numbers it has. */
const LENGTH_BYTES = 8;

/** Whether a file that begins so may be of `torch.save`, and in which form. */
export function torchForm(first: Uint8Array): "zip" | "stream" | undefined {
  if (["P", "K"].every((letter, i) => first[i] === letter.charCodeAt(0))) return "zip";
  if (MAGIC.every((byte, i) => first[PROTOCOL_BYTES + i] === byte)) return "stream";
  return undefined;
}

/**
 * The tensors of a state dict, by itself or as a part of a checkpoint.
 *
 * @throws {Refusal} If the file is not whole or holds none.
 */
export function readTorch(file: Uint8Array, form: "zip" | "stream"): StoredTensor[] {
  const { root, storages } = form === "zip" ? readZip(file) : readStream(file);
  return [...stateDict(root)].map(([name, tensor]) =>
    storedTensor(name, tensor, storages.get(tensor.storage.key))
  );
}

/** What was saved, and the bytes of the storages in it, by their keys. */
interface Saved {
  readonly root: unknown;
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

function readZip(file: Uint8Array): Saved {
  const members = unzipped(file);
  const name = Object.keys(members).find((member) => /(^|\/)data\.pkl$/.test(member));
  if (name === undefined) {
    throw new Refusal("it must be an archive of torch.save, with data.pkl", "one has none");
  }
  const folder = name.slice(0, -"data.pkl".length);
  const order = members[`${folder}byteorder`];
  if (order && new TextDecoder().decode(order) !== "little") {
    throw new Refusal("its numbers must be little-endian", "ones are not");
  }
  const storages = Object.entries(members)
    .filter(([member]) => member.startsWith(`${folder}data/`))
    .map(([member, bytes]) => [member.slice(`${folder}data/`.length), bytes] as const);
  return { root: new Pickles(members[name]!).next(), storages: new Map(storages) };
}

function unzipped(file: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(file);
  } catch (error) {
    throw new Refusal("its zip archive must be whole", `failure is ${(error as Error).message}`);
  }
}

/**
 * Pickles: the magic number, a version, the system, what was saved, the keys of the storages; then
 * of each storage its length as an int64, and its bytes.
 */
function readStream(file: Uint8Array): Saved {
  const first = PROTOCOL_BYTES + MAGIC.length;
  const pickles = new Pickles(file.subarray(first));
  const [, , root, keys] = [pickles.next(), pickles.next(), pickles.next(), pickles.next()];
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = first + pickles.position;
  for (const key of (Array.isArray(keys) ? keys : []).map(String)) {
    const storage = pickles.storages.get(key);
    const start = at + LENGTH_BYTES;
    const length = start <= file.length ? Number(view.getBigInt64(at, true)) : -1;
    at = start + length * (storage ? ELEMENT_TYPES[storage.dtype].size : 0);
    if (length !== storage?.length || at > file.length) {
      throw new Refusal(`it must have its storage ${key} whole`, `length is ${file.length} bytes`);
    }
    storages.set(key, file.subarray(start, at));
  }
  return { root, storages };
}

/** What holds tensors by name: all that was saved, or a part; of several the one of that name. */
function stateDict(root: unknown): Map<string, PickledTensor> {
  const own = tensorsOf(root);
  if (own.size > 0) return own;
  const parts = root instanceof Map ? [...root] : [];
  const found = new Map(parts.filter(([, part]) => tensorsOf(part).size > 0));
  const name = found.has("state_dict") ? "state_dict" : [...found.keys()][0];
  if (found.size > 0 && (found.size === 1 || name === "state_dict")) {
    return tensorsOf(found.get(name));
  }
  throw new Refusal(
    "it must hold one state dict, by itself or as state_dict",
    `value has ${shown(found.size > 0 ? [...found.keys()] : parts.map(([key]) => key))}`,
  );
}

function tensorsOf(value: unknown): Map<string, PickledTensor> {
  const entries = value instanceof Map ? [...value as Map<unknown, unknown>] : [];
  const tensors = entries.filter(([, one]) => one instanceof PickledTensor);
  return new Map(tensors.map(([name, one]) => [String(name), one as PickledTensor]));
}
