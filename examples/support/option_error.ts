/** What an example throws for a wrong flag, value or file. */

/** Its message is for the user, and all that the user needs to see. */
export class OptionError extends Error {
  override name = "OptionError";
}
