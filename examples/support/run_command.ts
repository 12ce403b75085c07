/** Runs an example as a command; what the user did wrong ends with one line and status 2. */
import { OptionError } from "./option_error.ts";

/** Parses the flags, then prints the help or does the work. */
export async function runCommand<Options extends { readonly help: boolean }>(
  help: string,
  parseOptions: (args: readonly string[]) => Options,
  work: (options: Options) => Promise<void>,
): Promise<void> {
  try {
    const options = parseOptions(Deno.args);
    if (options.help) console.log(help);
    else await work(options);
  } catch (error) {
    const denied = error instanceof Deno.errors.NotCapable;
    if (!denied && !(error instanceof OptionError)) throw error;
    console.error(
      denied
        ? `Cannot go on as Deno must be allowed it: current error is ${error.message}`
        : error.message,
    );
    Deno.exit(2);
  }
}
