// Bundles programs for browsers with all four bundlers, run by Node in a folder where they are
// installed: `node bundle_all.js PROGRAM...`. Prints a line of JSON for each bundle.
import { rm, stat } from "node:fs/promises";
import { resolve } from "node:path";

const [esbuild, { rollup }, commonjs, nodeResolve, terser, vite, webpack] = await Promise.all([
  "esbuild",
  "rollup",
  "@rollup/plugin-commonjs",
  "@rollup/plugin-node-resolve",
  "@rollup/plugin-terser",
  "vite",
  "webpack",
].map((name) => import(name)));

/** Without the licenses in comments, which webpack puts elsewhere and esbuild at the end. */
const TERSE = { format: { comments: false } };

/** Each takes a file and a folder, and returns what it warned of. */
const BUNDLERS = {
  async esbuild(entry, outdir) {
    const { warnings } = await esbuild.build({
      entryPoints: [entry],
      outdir,
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
      legalComments: "none",
    });
    return warnings.map(({ text, location }) => `${location?.file}: ${text}`);
  },
  async rollup(entry, dir) {
    const warnings = [];
    const bundle = await rollup({
      input: entry,
      plugins: [nodeResolve.default({ browser: true }), commonjs.default(), terser.default(TERSE)],
      onwarn: ({ message }) => warnings.push(message),
    });
    await bundle.write({ dir, format: "es" });
    await bundle.close();
    return warnings;
  },
  async vite(entry, outDir) {
    const warnings = [];
    const warn = (text) => warnings.push(text);
    await vite.build({
      configFile: false,
      esbuild: { legalComments: "none" },
      customLogger: { ...vite.createLogger("silent"), warn, warnOnce: warn, error: warn },
      build: {
        outDir,
        minify: "esbuild",
        lib: { entry, formats: ["es"], fileName: () => entry.split("/").at(-1) },
        rollupOptions: { onwarn: ({ message }) => warnings.push(message) },
      },
    });
    return warnings;
  },
  async webpack(entry, path) {
    const stats = await new Promise((done, fail) =>
      webpack.default({
        entry,
        mode: "production",
        target: ["web", "es2022"],
        experiments: { outputModule: true },
        output: { path, filename: entry.split("/").at(-1), library: { type: "module" } },
        performance: { hints: false },
      }, (error, stats) => error ? fail(error) : done(stats))
    );
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
    return warnings.map(({ message, moduleName }) => `${moduleName}: ${message}`);
  },
};

for (const program of process.argv.slice(2)) {
  for (const [bundler, bundle] of Object.entries(BUNDLERS)) {
    const folder = resolve("out", bundler);
    await rm(folder, { recursive: true, force: true });
    const warnings = await bundle(resolve(program), folder);
    const file = `${folder}/${program}`;
    const { size } = await stat(file);
    console.log(JSON.stringify({ bundler, warnings, bytes: size, file }));
  }
}
