/** What of the library's errors is the user's to mend: files and folders. */
import { OptionError } from "../support/option_error.ts";

const ACTIONS = [
  ...["read a picture", "make batches of pictures", "train as (checkpoint|log)", "open a log"],
  ...["log an epoch", "resume training", "save a (checkpoint|model)", "use a checkpoint folder"],
];
const SKIP = "; --skip-unreadable leaves such pictures out";
const MENDABLE = new RegExp(`^Cannot (${ACTIONS.join("|")})`);

/** The error in one line, where the user can mend it; else as it is. */
export function userError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof OptionError) return error;
  if (!MENDABLE.test(error.message)) return error;
  const remedy = error.message.startsWith("Cannot read a picture") ? SKIP : "";
  return new OptionError(`${error.message}${remedy}`);
}
