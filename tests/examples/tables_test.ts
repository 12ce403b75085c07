/** The examples' reader of tables: the files that users brought, and their kind. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { OptionError } from "../../examples/support/option_error.ts";
import { MIN_ROWS, readTable } from "../../examples/support/tables/read_table.ts";
import { readTextFile } from "../../examples/support/tables/read_text_file.ts";

const FOLDER = new URL("../fixtures/tables/", import.meta.url).pathname;

/** A fixture as a table whose target is the price. */
async function fixture(name: string, { skipEmpty = false } = {}) {
  const { text } = await readTextFile(`${FOLDER}${name}.csv`);
  return readTable(text, { name, target: "price", skipEmpty });
}

Deno.test("tables: every file that users brought is read as its rooms, ages and prices", async () => {
  const plain = { x: [1, 3.7, 2, 7.4], y: [37.6, 12.5] };
  const whole = { ...plain, rows: 120, notes: [] as string[] };
  const cases: Record<string, typeof whole> = {
    semicolons: { ...whole, notes: ["Separated by semicolons."] },
    decimal_commas: { ...whole, notes: ["Numbers have decimal commas."] },
    thousands: { ...whole, y: [37600, 12500], notes: ["Thousands are apart: 10,000 is 10000."] },
    trailing_commas: { ...whole, notes: ["Left out, as they have no name: columns 4, 5."] },
    unnamed_index: { ...whole, notes: ["Left out, as it has no name: column 1."] },
    missing_marks: {
      ...whole,
      rows: 96,
      notes: ['Left out, as a cell is empty: 24 rows; empty of 120 rows are "age" in 24.'],
    },
  };
  for (const [name, { rows, x, y, notes }] of Object.entries(cases)) {
    const table = await fixture(name, { skipEmpty: true });
    const first = 120 - rows > 0 ? 0 : 1; // the first row has an empty cell there
    assertEquals(table.features, ["rooms", "age"], name);
    assertEquals([table.y.length, table.skipped], [rows, 120 - rows], name);
    assertEquals([...table.x.subarray(2 * first, 2 * first + 4)], x, name);
    assertEquals([...table.y.subarray(first, first + 2)], y, name);
    assertEquals(table.notes, notes, name);
  }
});

Deno.test("tables: columns that are mostly empty are named, with the remedy", async () => {
  for (const skipEmpty of [false, true]) {
    const error = await fixture("sparse_columns", { skipEmpty }).catch((error) => error);
    assert(error instanceof OptionError);
    assertStringIncludes(
      error.message,
      'empty of 120 rows are "alley" in 117, "pool" in 116; --ignore \'alley,pool\' leaves out',
    );
  }
});

/** Sixty rows of two cells, and a header. */
function tableOf(
  row: (i: number) => readonly string[],
  { separator = ",", header = ["size", "price"], end = "\n", begin = "" } = {},
): string {
  const rows = [header, ...Array.from({ length: 60 }, (_, i) => row(i))];
  return begin + rows.map((cells) => cells.join(separator)).join(end);
}
const read = (text: string, options = {}) =>
  readTable(text, { name: "a.csv", target: "price", ...options });
const first = ({ x, y }: ReturnType<typeof read>) => [x[1], y[1]];

Deno.test("tables: the separator is found, or told by the first line", () => {
  for (const separator of [",", ";", "\t", "|"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = tableOf((i) => [`${i}`, `${i}.5`], { separator, end });
      assertEquals(first(read(text)), [1, 1.5], JSON.stringify([separator, end]));
    }
  }
  // By their commas these rows would be as regular.
  const commas = tableOf((i) => [`${i}`, `${i},5`], {
    separator: ";",
    header: ["size, m", "price"],
  });
  assertEquals(first(read(commas)), [1, 1.5]);
  const told = tableOf((i) => [`${i}`, `${i}.5`], { separator: "!", begin: "sep=!\n" });
  assertEquals(first(read(told)), [1, 1.5]);
  const spaces = tableOf((i) => [`${i}`, `${i}.5`], { separator: " " });
  assertThrows(
    () => read(spaces),
    OptionError,
    "separated by commas, semicolons, tabs, vertical bars",
  );
});

Deno.test("tables: one decimal mark for all numbers, told by any, or by the user", () => {
  const of = (size: string, price: string, separator = ";") =>
    tableOf(() => [size, price], { separator });
  const cases: [string, unknown[]][] = [
    [of("1", "1.234,5"), [1, 1234.5]],
    [of("1", "1,234.5"), [1, 1234.5]],
    [of("1,5", "1.234"), [1.5, 1234]],
    [of("1.5", "1,234"), [1.5, 1234]],
    [of("1", "1,234,567"), [1, 1234567]],
    [of("0,324", "1"), [0.324, 1]],
    [of(",5", "1"), [0.5, 1]],
    [of("1 234", "1\u202f234,5"), [1234, 1234.5]],
    [of("1'234.5", "\u22122"), [1234.5, -2]],
    [of("1e3", "-.5E-1"), [1000, -0.05]],
    [of("1", "1.234", ","), [1, 1.234]],
  ];
  for (const [text, numbers] of cases) assertEquals(first(read(text)), numbers, text.slice(0, 30));
  const open = ["1,234", "1.234"].map((price) => of("1", price));
  for (const text of open) {
    assertThrows(() => read(text), OptionError, "from a separator of thousands (--decimal ");
  }
  assertEquals(first(read(open[0]!, { decimal: "," })), [1, 1.234]);
  assertEquals(first(read(open[0]!, { decimal: "." })), [1, 1234]);
  const both = of("1.5", "1,25");
  assertThrows(() => read(both), OptionError, "all numbers must have the same decimal mark");
  assertThrows(() => read(both, { decimal: "." }), OptionError, 'row 1, column "price"');
  // No groups of three: no thousands.
  for (const price of ["1,23,456", "12.34.56", "0,123,456"]) {
    assertThrows(() => read(of("1", price)), OptionError, "cells must be numbers");
  }
});

Deno.test("tables: marks of an empty cell, and the user's own, as text and as number", () => {
  const marks = [
    "?",
    "None",
    "#N/A",
    "-",
    "N.A.",
    "n/a",
    "NULL",
    "nan",
    "<NA>",
    ".",
    "#DIV/0!",
    "",
  ];
  const text = tableOf((i) => [marks[i] ?? `${i}`, `${i}`]);
  assertEquals(read(text + "\n1,1".repeat(20), { skipEmpty: true }).skipped, marks.length);
  const own = tableOf((i) => [["-200", "-200,0", "gone"][i] ?? `${i},5`, `${i}`], {
    separator: ";",
  });
  const table = read(own, { skipEmpty: true, missing: ["-200", "gone"] });
  assertEquals([table.skipped, table.x[0]], [3, 3.5]);
});

Deno.test("tables: words become inputs where they are few, else are refused by name", () => {
  const words = tableOf((i) => [["north", "south"][i % 2]!, `${i}`]);
  const table = read(words);
  assertEquals(table.features, ["size=north", "size=south"]);
  assertEquals([...table.x.subarray(0, 4)], [1, 0, 0, 1]);
  assertEquals(table.notes, ["Columns of text, each of their values an input: size (2)."]);
  assertEquals(read(tableOf((i) => [`w${i % 20}`, `${i}`])).features.length, 20);
  const many = tableOf((i) => [`w${i % 21}`, `"d, ${i}"`, `${i}`], {
    header: ["place", '"size, m"', "price"],
  });
  assertThrows(
    () => read(many),
    OptionError,
    `at most 20 different values (--ignore 'place,"size, m"' leaves out what has more): current ` +
      'value is "w0" and others in column "place", "d, 0" and others in column "size, m"',
  );
  assertEquals(read(tableOf((i) => [`${i + 5}`, `${i}`])).notes, []);
  const index = read(tableOf((i) => [`${i}`, `${i}`])).notes;
  assertEquals(index, ["Counts the rows, and tells nothing: --ignore 'size' leaves it out."]);
});

Deno.test("tables: what is wrong is named by column and row", () => {
  const lines = Array.from({ length: 60 }, (_, i) => `${i / 2},"no, ${i}",${i % 7}`);
  const csv = (rows = lines, header = "size, place ,price") => [header, ...rows].join("\r\n");
  const withLine = (i: number, line: string) => csv(lines.with(i, line));
  const table = read(`\ufeff\n${withLine(2, "-.5e1,x,+2.")}\n\n,,\n`, { ignore: ["place"] });
  assertEquals([table.features, table.x[2], table.y.length], [["size"], -5, 60]);
  const cases: [string, Record<string, unknown>, string][] = [
    [csv(), { target: "cost" }, 'one of its columns, size, place, price: current value is "cost"'],
    [csv(), { ignore: ["plaice"] }, "the ignored must be of its columns, size, place, price: curr"],
    [
      csv(lines, 'size,"place, old",price'),
      { ignore: ["place"] },
      `(quoted where they have a comma: '"place, old"'): current value is "place"`,
    ],
    [csv(), { ignore: ["price"] }, 'the target must not be ignored: current value is "price"'],
    [csv(), { ignore: ["size", "place"] }, "there must be a column beside the target"],
    [withLine(6, "1,x,much"), {}, 'cells must be numbers in row 7, column "price": current value'],
    [
      withLine(6, "0x10,x,1"),
      {},
      `numbers (--ignore 'size' leaves the column out) in row 7, column "size": current value is "0x`,
    ],
    [withLine(6, "1e999,x,1"), {}, 'in row 7, column "size": current value is "1e999"'],
    [
      withLine(59, ",x,1"),
      {},
      'no cell may be empty (--skip-empty leaves such rows out) in row 60, column "size": current ' +
      'value is ""; empty of 60 rows are "size" in 1',
    ],
    [withLine(4, "1,x"), {}, "row 5 must have 3 cells, as the header has: current value is 2"],
    [
      withLine(4, "1,5,x,1"),
      {},
      "(a cell with a comma in it, such as a decimal one, must be quoted)",
    ],
    [withLine(4, '1,"x,2'), {}, "it must be comma-separated values"],
    [csv(lines.slice(1, MIN_ROWS)), {}, `at least ${MIN_ROWS} rows: current value is 49`],
    [csv(lines, "size,price,price"), {}, 'a name of its own: current value is "price" twice'],
    ["", {}, "its first line must name the columns"],
  ];
  for (const [text, change, words] of cases) {
    assertThrows(() => read(text, { ignore: ["place"], ...change }), OptionError, words);
  }
});

Deno.test("tables: the encoding is told by its signs; what is no text is named", async () => {
  const text = tableOf((i) => ["Köln", `${i}`]);
  const utf16 = (mark: string, swap: boolean) => {
    const units = Uint16Array.from(mark + text, (unit) => unit.charCodeAt(0));
    const bytes = new Uint8Array(units.buffer);
    return swap ? bytes.map((_, i) => bytes[i ^ 1]!) : bytes;
  };
  const files: [string, Uint8Array][] = [
    ["UTF-8", new TextEncoder().encode(text)],
    ["UTF-8", new TextEncoder().encode(`\ufeff${text}`)],
    ["UTF-16", utf16("\ufeff", false)],
    ["UTF-16", utf16("\ufeff", true)],
    ["UTF-16", utf16("", false)],
    ["UTF-16", utf16("", true)],
    ["Windows-1252 (Latin-1)", Uint8Array.from(text, (unit) => unit.charCodeAt(0))],
  ];
  const path = await Deno.makeTempFile();
  try {
    for (const [encoding, bytes] of files) {
      await Deno.writeFile(path, bytes);
      const decoded = await readTextFile(path);
      assertEquals([decoded.encoding, decoded.text], [encoding, text]);
    }
    const others: [number[], string][] = [
      [[0x50, 0x4b, 3, 4, 9], "a ZIP or Excel file"],
      [[0x1f, 0x8b, 8], "a gzip file"],
      [[0xff, 0xfe, 0, 0, 65, 0, 0, 0], "UTF-32"],
      [[65, 66, 67, 68, 69, 70, 71, 72, 0, 255], "bytes of another kind"],
    ];
    for (const [bytes, words] of others) {
      await Deno.writeFile(path, Uint8Array.from(bytes));
      const error = await readTextFile(path).catch((error) => error);
      assert(error instanceof OptionError);
      assertStringIncludes(error.message, words);
    }
  } finally {
    await Deno.remove(path);
  }
});
