/**
 * A shader as `deno task gen` writes it.
 *
 * @module
 */

/** A shader's code, with the names of what it reads of the host: bindings and uniforms. */
export interface ShaderCode<
  Inputs extends string = string,
  Integers extends string = string,
  Floats extends string = string,
> {
  /** That of its file. */
  readonly name: string;
  /** Without comments. */
  readonly code: string;
  /** Bindings that it reads as `vec4`. */
  readonly vectors?: readonly string[];
  /** Bindings that it reads as `i32`. */
  readonly wholes?: readonly string[];
  /** What it reads, for the type alone: no shader has this. */
  readonly reads?: { inputs: Inputs; integers: Integers; floats: Floats };
}
