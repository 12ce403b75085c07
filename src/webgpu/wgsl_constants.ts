/**
 * Declares whole numbers that a shader is made for, to stand in front of it.
 *
 * @module
 */

/** `{ DIM: 2 }` becomes `const DIM = 2u;`, one a line. */
export function wgslConstants(values: Record<string, number>): string {
  return Object.entries(values).map(([name, value]) => `const ${name} = ${value}u;`).join("\n");
}
