import { CLEANING_RULES } from './rules/index.ts';
import type { CleaningRule } from './rules/rule.ts';

const KINDS: ReadonlyArray<[kind: CleaningRule['kind'], heading: string, explanation: string]> = [
  ['refuse', 'Refused', 'The row goes to quarantine with this code, its offset and its original bytes.'],
  ['repair', 'Repaired', 'The row is loaded; a value was changed or dropped, and the run carries the code.'],
  ['doubt', 'Doubted', 'The row is loaded as told; the run carries the code.'],
];

/** What `kindOfOutsideLine` and the headers of a file leave out of its rows. */
const NO_ROWS = [
  'Asked only of a line that is no record; counted with the file, by these names:',
  '',
  '| count | what |',
  '|---|---|',
  '| `preambleLines` | lines before the header |',
  '| `blankLines` | lines without any text, delimiters aside |',
  '| `repeatedHeaders`, `furtherTables` | the header again, and headers of other tables; each is read by its own |',
  '| `commentLines` | lines that begin with `#`, `//` or `--` and have fewer fields than a row; lines drawn of dashes |',
  '| `footerLines` | totals with nothing but numbers beside them, counts of rows, closing words of reports |',
  '| `trailerRows` | no count of lines: the only whole number of the last footer, which may say how many rows there are |',
];

const SCOPE = { runs: 'run logs', metrics: 'metrics', events: 'events', all: 'both' } as const;

/** The catalogue of anomalies as Markdown: every cleaning rule, what it looks for and what it does. */
export function renderAnomalyCatalogue(rules: readonly CleaningRule[] = CLEANING_RULES): string {
  const lines = [
    '# Anomalies',
    '',
    'What can be wrong with a row, and what is done about it. Generated from the rules in `models/clean/rules/`;',
    'change them there. Every row read ends as a record or in quarantine: rows in = records + refused.',
  ];
  for (const [kind, heading, explanation] of KINDS) {
    lines.push('', `## ${heading}`, '', explanation, '');
    lines.push('| code | in | what | example | what is done |', '|---|---|---|---|---|');
    for (const rule of rules.filter((candidate) => candidate.kind === kind)) {
      const what = `**${rule.title.en}** (${rule.title.fr}). ${rule.meaning}`;
      const cells = [`\`${rule.code}\``, SCOPE[rule.appliesTo], what, `\`${rule.example}\``, rule.whatIsDone];
      lines.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
    }
  }
  lines.push('', '## Lines that are no rows', '', ...NO_ROWS);
  return `${lines.join('\n')}\n`;
}
