/** Columns of text: each word is an input of its own, where they are few. */
import { flagOf } from "./columns.ts";
import type { Refuse } from "./read_table.ts";
import { MOST_WORDS, type Survey } from "./survey.ts";

/** Refuses words in the target or among numbers, and columns of too many words. */
export function checkWords({ columns }: Survey, target: string, refuse: Refuse): void {
  for (const { name, word, numbers } of columns) {
    if (word === undefined || (name !== target && numbers === 0)) continue;
    const remedy = name === target ? "" : ` (--ignore ${flagOf([name])} leaves the column out)`;
    refuse(`cells must be numbers${remedy} in row ${word.row}, column "${name}"`, `"${word.text}"`);
  }
  const wordy = columns.filter(({ words }) => words.size > MOST_WORDS);
  if (wordy.length === 0) return;
  const names = wordy.map(({ name }) => name);
  refuse(
    `a column of text must have at most ${MOST_WORDS} different values (--ignore ${
      flagOf(names)
    } ` +
      "leaves out what has more)",
    wordy.map(({ name, word }) => `"${word!.text}" and others in column "${name}"`).join(", "),
  );
}
