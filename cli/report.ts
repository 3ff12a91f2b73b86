/** `smart-etl report …`: builds reports, lists them, and keeps what people decide about their recommendations. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../config.ts';
import { withTransaction } from '../db/pool.ts';
import { decideRecommendation, readRecommendations, readReports } from '../db/report/reports.ts';
import type { RecommendationState } from '../models/report/recommendation.ts';
import type { Statement } from '../models/report/sections/annexes.ts';
import { BUCKETS, createObjectStore } from '../services/object-store.ts';
import { workflowIds } from '../workflows/names.ts';
import type { ReportOutcome } from '../workflows/report.ts';
import { printable } from './byte-text.ts';
import { withConnections, withDatabase } from './connections.ts';
import { decisionOf } from './data/quarantine.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { instantOf } from './options/instant-option.ts';
import { UsageError } from './options/usage-error.ts';
import { createProgress } from './progress.ts';
import { runWorkflow } from './run-workflow.ts';

const WIDTH = 78;

/** `report build`: runs the workflow and, with `--out`, writes what it made into a folder. */
export async function buildReport(options: {
  period?: string;
  lang?: 'en' | 'fr';
  asOf?: string;
  out?: string;
  tell?: boolean;
  json?: boolean;
}): Promise<ExitCode> {
  if (options.asOf !== undefined) instantOf('--as-of', options.asOf);
  const config = loadConfig();
  const language = options.lang ?? config.language;
  const outcome = await withConnections(config, async ({ temporal }) => {
    const progress = createProgress();
    try {
      progress.step(`building the report of ${options.period ?? 'the last month'}`);
      const input = {
        language,
        tell: options.tell ?? false,
        ...(options.period !== undefined && { period: options.period }),
        ...(options.asOf !== undefined && { asOf: options.asOf }),
      };
      const id = workflowIds.report(options.period ?? 'last-month', language);
      const built = await runWorkflow(
        temporal,
        'report',
        id,
        input,
        `Report of ${options.period ?? 'the last month'}`,
      );
      progress.done(`${built.pages} pages`);
      return built;
    } finally {
      progress.end();
    }
  });
  const files =
    options.out === undefined ? [] : await writeFiles(outcome, options.out, createObjectStore(config));
  if (options.json) {
    console.log(JSON.stringify({ ...outcome, files }));
    return EXIT.ok;
  }
  const { period, asOf, pages, headline } = outcome;
  console.log(
    [
      `${period} (${outcome.language}), as known at ${asOf}: ${pages} pages`,
      `${headline.runs} runs of ${headline.jobs} jobs, ${headline.failed} failed, ${headline.incidents} incidents`,
      ...(files.length === 0
        ? [`PDF: /v1/reports/${period}/${outcome.language}/pdf`]
        : files.map((file) => `wrote ${file}`)),
    ].join('\n'),
  );
  return EXIT.ok;
}

/** PDF, notebook, statements for psql and figures; their names. */
async function writeFiles(
  { period, language, pdfSha256, notebookSha256, figuresSha256 }: ReportOutcome,
  folder: string,
  store: ReturnType<typeof createObjectStore>,
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const figures = await store.get(BUCKETS.reports, figuresSha256);
  const { statements, parameters } = JSON.parse(figures.toString('utf8')) as {
    statements: Statement[];
    parameters: Record<string, string>;
  };
  const contents: [extension: string, bytes: Buffer][] = [
    ['pdf', await store.get(BUCKETS.reports, pdfSha256)],
    ['ipynb', await store.get(BUCKETS.reports, notebookSha256)],
    ['sql', Buffer.from(psqlScript(statements, parameters))],
    ['json', figures],
  ];
  return contents.map(([extension, bytes]) => {
    const file = path.join(folder, `report-${period}-${language}.${extension}`);
    writeFileSync(file, bytes);
    return file;
  });
}

/** All statements as one script of psql that leaves nothing behind. */
export const psqlScript = (
  statements: readonly Statement[],
  parameters: Readonly<Record<string, string>>,
): string =>
  [
    ...Object.entries(parameters).map(([name, value]) => `\\set ${name} '${value.replaceAll("'", "''")}'`),
    'begin isolation level repeatable read;',
    ...statements.map(({ id, title, sql }) => `\n-- ${id}: ${title.en}\n${sql};`),
    '\nrollback;\n',
  ].join('\n');

/** `report list`. */
export async function listReports({ limit, json }: { limit: number; json?: boolean }): Promise<ExitCode> {
  const reports = await withDatabase(loadConfig(), (pool) => readReports(pool, limit));
  if (json) console.log(JSON.stringify({ reports }));
  else if (reports.length === 0) console.log('no report yet: smart-etl report build --period 2026-10');
  else {
    const line = (cells: string[]) =>
      `${cells[0]!.padEnd(9)}${cells[1]!.padEnd(6)}${cells
        .slice(2, 5)
        .map((cell) => cell.padStart(11))
        .join('')}  ${cells[5]}`;
    console.log(line(['period', 'lang', 'pages', 'runs', 'failed', 'built']));
    for (const { period, language, pages, headline, builtAt } of reports) {
      const built = builtAt.toISOString().slice(0, 16).replace('T', ' ');
      console.log(
        line([period, language, String(pages), String(headline.runs), String(headline.failed), built]),
      );
    }
  }
  return EXIT.ok;
}

/** `report recommendations`: exit code 1 when there is none. */
export async function listRecommendations(period: string, { json }: { json?: boolean }): Promise<ExitCode> {
  const items = await withDatabase(loadConfig(), (pool) => readRecommendations(pool, period));
  if (json) console.log(JSON.stringify({ period, recommendations: items }));
  else if (items.length === 0) console.log(`no recommendation of ${period}`);
  else {
    for (const { rank, state, kind, subject, gain, gainUnit } of items) {
      const gained = `${gain >= 10 ? Math.round(gain) : gain.toFixed(1)} ${gainUnit}`;
      const head = `${String(rank).padStart(3)} ${state.padEnd(9)} ${gained.padStart(14)}  ${kind}: `;
      console.log((head + printable(subject)).slice(0, WIDTH));
    }
  }
  return items.length === 0 ? EXIT.negative : EXIT.ok;
}

const STATES: readonly RecommendationState[] = ['accepted', 'rejected', 'done', 'open'];

/** `report decide`: @throws UsageError for a state or a number that is none */
export async function decide(
  period: string,
  rank: number,
  state: string,
  options: { who?: string; why: string; json?: boolean },
): Promise<ExitCode> {
  const decided = STATES.find((one) => one === state);
  if (decided === undefined) throw new UsageError(`expected ${STATES.join(', ')}, found "${state}"`);
  const { who, why } = decisionOf(options, '');
  const before = await withDatabase(loadConfig(), (pool) =>
    withTransaction(pool, (client) =>
      decideRecommendation(client, { period, rank, state: decided, who, why }),
    ),
  );
  if (before === null) throw new UsageError(`report ${period} has no recommendation ${rank}`);
  if (options.json) console.log(JSON.stringify({ period, rank, before, after: decided, who, why }));
  else console.log(`${period} ${rank}: ${before} -> ${decided}`);
  return EXIT.ok;
}
