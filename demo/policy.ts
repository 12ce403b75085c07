/** What browsers allow the demo: its own script, styles and icon, and nothing else. */

/**
 * The content-security policy, as the page itself holds it, for hosts that set no headers. tfjs needs neither
 * `unsafe-eval` nor `unsafe-inline`, nor any connection; WebAssembly is taken away by without_wasm.ts.
 */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'";

/** The same as a header, which may also say that no other page frames this one. */
export const HEADER_POLICY = `${PAGE_POLICY}; frame-ancestors 'none'`;
