/**
 * Takes WebAssembly away before tfjs loads: its dependency `long` would try it, be refused by the page's policy, and do
 * without. Nothing here needs it, and so no violation is reported.
 *
 * @module
 */
Reflect.deleteProperty(globalThis, "WebAssembly");
