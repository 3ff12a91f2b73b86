import type { Language } from '../alerts/message.ts';
import type { Statement } from './sections/annexes.ts';
import { createWriter } from './writer.ts';

interface Cell {
  cell_type: 'markdown' | 'code';
  id: string;
  metadata: Record<string, never>;
  source: string[];
  execution_count?: null;
  outputs?: [];
}

export interface Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: Record<string, unknown>;
  cells: Cell[];
}

/** Lines as notebooks keep them: each with its end, the last without. */
const linesOf = (text: string): string[] =>
  text.split('\n').map((line, at, all) => (at === all.length - 1 ? line : `${line}\n`));

const markdown = (id: string, text: string): Cell => ({
  cell_type: 'markdown',
  id,
  metadata: {},
  source: linesOf(text),
});
const code = (id: string, text: string): Cell => ({
  cell_type: 'code',
  id,
  metadata: {},
  source: linesOf(text),
  execution_count: null,
  outputs: [],
});

const RUN = `import os
import re

import psycopg

connection = psycopg.connect(os.environ["SMART_ETL_DATABASE_URL"])
connection.execute("set transaction isolation level repeatable read")


def run(sql, rows_shown=20):
    """Runs a statement of the report with its parameters, shows its first rows and returns all."""
    def quoted(found):
        return "'" + parameters[found[1]].replace("'", "''") + "'"

    cursor = connection.execute(re.sub(r":'(\\w+)'", quoted, sql))
    if cursor.description is None:
        return []
    names = [column.name for column in cursor.description]
    rows = [dict(zip(names, row)) for row in cursor.fetchall()]
    print(*names, sep=" | ")
    for row in rows[:rows_shown]:
        print(*row.values(), sep=" | ")
    print(f"{len(rows)} rows")
    return rows`;

/**
 * The statements of the report as a notebook of format 4.5 (https://nbformat.readthedocs.io), in Python with psycopg.
 *
 * @param title of the report
 * @param tables made first
 * @param statements one a figure
 */
export function reportNotebook(
  title: string,
  language: Language,
  tables: readonly Statement[],
  statements: readonly Statement[],
  parameters: Readonly<Record<string, string>>,
): Notebook {
  const { say } = createWriter(language);
  const given = Object.entries(parameters).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
      title,
    },
    cells: [
      markdown(
        'title',
        `# ${title}\n\n${say(
          'Runs every statement of the report again. Needs psycopg 3, and the database in SMART_ETL_DATABASE_URL; changes nothing.',
          'Exécute à nouveau chaque requête du rapport. Nécessite psycopg 3 et la base dans SMART_ETL_DATABASE_URL ; ne modifie rien.',
        )}`,
      ),
      code('run', RUN),
      code('parameters', `parameters = {\n${given.join('\n')}\n}`),
      ...[...tables, ...statements].flatMap(({ id, title: what, sql }) => [
        markdown(`about-${id}`, `## ${id}\n\n${what[language]}`),
        code(`sql-${id}`, `${nameOf(id)} = run(r"""\n${sql}\n""")`),
      ]),
      code('end', 'connection.rollback()'),
    ],
  };
}

const nameOf = (id: string): string => id.replaceAll('-', '_');
