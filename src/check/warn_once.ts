/**
 * Warnings.
 *
 * @module
 */

const warned = new Set<string>();

/** Warns, the first time that there is something to say of a subject. */
export function warnOnce(key: string, text: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  console.warn(text);
}
