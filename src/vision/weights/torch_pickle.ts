/**
 * The pickles of PyTorch: what they say of tensors. Nothing that a pickle names is run.
 *
 * @module
 */
import { BufferReader, Parser } from "pickleparser";
import { shown } from "../../check/shown.ts";
import { Refusal } from "../../files/attempt.ts";
import type { ElementCode } from "../../files/element_types.ts";

/** Where numbers are that tensors share. */
export interface Storage {
  readonly dtype: ElementCode;
  /** Its name in the file. */
  readonly key: string;
  /** How many numbers it has. */
  readonly length: number;
}

/** A tensor as a pickle tells of it. */
export class PickledTensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: number[],
    /** How far neighbors along an axis are apart, in numbers. */
    readonly strides: number[],
  ) {}
}

/** The names that PyTorch has for types. */
const STORAGES: Readonly<Record<string, ElementCode>> = {
  ...{ FloatStorage: "F32", DoubleStorage: "F64", HalfStorage: "F16", BFloat16Storage: "BF16" },
  ...{ LongStorage: "I64", IntStorage: "I32", ShortStorage: "I16", CharStorage: "I8" },
  ...{ ByteStorage: "U8", BoolStorage: "BOOL" },
};

/** Stands for an object of any other class, whatever is done to it. */
class Unknown extends Map {
  push(): void {}
  __setstate__(): void {}
}

type Callable = (...args: never[]) => unknown;

const KNOWN: Readonly<Record<string, Callable>> = {
  "collections.OrderedDict": (items: [unknown, unknown][] = []) => new Map(items),
  "torch._utils._rebuild_tensor_v2": (
    storage: Storage,
    offset: number,
    shape: number[],
    strides: number[],
  ) => new PickledTensor(storage, offset, shape, strides),
  "torch._utils._rebuild_parameter": (tensor: unknown) => tensor,
};

function resolve(module: string, name: string): Callable {
  const dtype = module === "torch" && Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
  if (dtype !== undefined) return Object.assign(() => new Unknown(), { dtype });
  const full = `${module}.${name}`;
  if (Object.hasOwn(KNOWN, full)) return KNOWN[full]!;
  // To be called or constructed.
  return function () {
    return new Unknown();
  };
}

/** `("storage", type, key, device, length)`; before PyTorch 1.6 a view of it comes last. */
function storageOf(id: unknown): Storage {
  const [, type, key, , length, view] = (Array.isArray(id) ? id : []) as unknown[];
  const { dtype } = (type ?? {}) as Partial<Storage>;
  if (dtype === undefined || typeof length !== "number" || (view ?? null) !== null) {
    throw new Refusal(
      `its tensors must be of types [${Object.values(STORAGES)}], in whole storages`,
      `one is ${shown(id)}`,
    );
  }
  return { dtype, key: String(key), length };
}

/** Reads pickles, one after the other. */
export class Pickles {
  /** What they have named so far. */
  readonly storages = new Map<string, Storage>();
  readonly #reader: BufferReader;
  readonly #parser = new Parser({
    nameResolver: { resolve },
    persistentResolver: { resolve: (id) => this.#named(storageOf(id)) },
    unpicklingTypeOfDictionary: "Map",
  });

  constructor(bytes: Uint8Array) {
    this.#reader = new BufferReader(bytes);
  }

  #named(storage: Storage): Storage {
    this.storages.set(storage.key, storage);
    return storage;
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#reader.position;
  }

  /**
   * The next one.
   *
   * @throws {Refusal} If it is not whole, or has what no state dict has.
   */
  next(): unknown {
    try {
      return this.#parser.read(this.#reader);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal("its pickle must be whole", `failure is ${(error as Error).message}`);
    }
  }
}
