/** The file for the history of one training: "log.csv" is "log-gai.csv" for GAI. */
export function logOf(log: string, id: string): string {
  return log.replace(/(\.\w+)$/, `-${id}$1`);
}
