/** A text as a literal of SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A text as the name of a column: what a reader sees above it, or in the legend. */
export const column = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** An expression that says a word of the database in the language of the dashboard. */
export const worded = (expression: string, words: Readonly<Record<string, string>>): string =>
  `case ${expression}::text ${Object.entries(words)
    .map(([from, to]) => `when ${literal(from)} then ${literal(to)}`)
    .join(' ')} else ${expression}::text end`;
