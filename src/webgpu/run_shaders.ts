/**
 * Shaders of ours, each with what it reads, as one dispatch.
 *
 * What a shader reads is declared in its header, from which `deno task gen` writes a type: a
 * binding or a uniform that is missing, misspelled or superfluous does not compile.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type Dispatch, dispatch } from "./dispatch.ts";
import type { ShaderCode } from "./shader_code.ts";
import { unroll } from "./unroll.ts";
import { wgslConstants } from "./wgsl_constants.ts";

/** A field of what a shader reads, which is left out where it reads none. */
type Field<Name extends string, Keys extends string, Value> = [Keys] extends [never]
  ? { readonly [name in Name]?: never }
  : { readonly [name in Name]: { readonly [key in Keys]: Value } };

/** What a shader reads: tensors, and uniforms of either kind. */
type Reads<Inputs extends string, Integers extends string, Floats extends string> =
  & Field<"inputs", Inputs, tf.TensorInfo>
  & Field<"integers", Integers, number>
  & Field<"floats", Floats, number>;

/** A shader with what it reads. */
export interface Shader extends ShaderCode {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly integers: Readonly<Record<string, number>>;
  readonly floats: Readonly<Record<string, number>>;
}

/** A shader with what it reads, checked by its type. */
export function shader<Inputs extends string, Integers extends string, Floats extends string>(
  code: ShaderCode<Inputs, Integers, Floats>,
  reads: Reads<Inputs, Integers, Floats>,
): Shader {
  const { inputs = {}, integers = {}, floats = {} } = reads as Partial<Shader>;
  return { ...code, inputs, integers, floats };
}

/** Shaders that make one program: each has its own part of the code, one of them `main`. */
export interface Program
  extends Pick<Dispatch, "purpose" | "key" | "shape" | "threads" | "workgroup"> {
  readonly shaders: readonly Shader[];
  /** Constants in front of the code. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Those of them that loops marked `unroll` are spelled out to. Default all. */
  readonly unrolled?: Readonly<Record<string, number>>;
}

/** Runs a program on a new tensor of `shape`, or on `output`, of which it may write a part. */
export function runShaders(
  backend: WebGPUBackend,
  { shaders, constants = {}, unrolled = constants, ...work }: Program,
  output?: tf.TensorInfo,
): tf.TensorInfo {
  const all = <Value>(field: "inputs" | "integers" | "floats") =>
    Object.assign({}, ...shaders.map((shader) => shader[field])) as Record<string, Value>;
  return dispatch(backend, {
    ...work,
    code: () =>
      [wgslConstants(constants), ...shaders.map(({ code }) => unroll(code, unrolled))]
        .join("\n"),
    inputs: all("inputs"),
    vectors: shaders.flatMap(({ vectors = [] }) => vectors),
    wholes: shaders.flatMap(({ wholes = [] }) => wholes),
    integers: all("integers"),
    floats: all("floats"),
  }, output);
}
