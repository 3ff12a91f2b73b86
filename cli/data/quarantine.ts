/** `smart-etl quarantine …`: what was refused, why, and what to do about it. */
import { userInfo } from 'node:os';
import { loadConfig } from '../../config.ts';
import {
  countQuarantined,
  findFilesCalled,
  findStoppedFiles,
  type QuarantineCount,
  type QuarantinedRow,
  readQuarantinedRows,
  type StoppedFile,
} from '../../db/load/read-quarantine.ts';
import { findSource } from '../../db/load/sources.ts';
import type { Queryable } from '../../db/pool.ts';
import { workflowIds } from '../../workflows/names.ts';
import { foldedLines, hexLines, printable, textOfBytes } from '../byte-text.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { runWorkflow } from '../run-workflow.ts';

/** Lists are cut here and say so. */
const MOST_LINES = 1_000;
const WIDTH = 76;

interface Asked {
  source?: string;
  code?: string;
  json?: boolean;
}

/** `quarantine list`: refused rows counted per source, rule and file, and files of which nothing was loaded. */
export async function listQuarantine({ source, code, json = false }: Asked): Promise<ExitCode> {
  const { rows, files } = await withConnections(loadConfig(), async ({ pool }) => {
    if (source !== undefined) await requireSource(pool, source);
    const asked = { source, code, limit: MOST_LINES };
    return { rows: await countQuarantined(pool, asked), files: await findStoppedFiles(pool, asked) };
  });
  if (json) console.log(JSON.stringify({ rows, files }));
  else console.log(listLines(rows, files).join('\n'));
  return EXIT.ok;
}

function listLines(rows: QuarantineCount[], files: StoppedFile[]): string[] {
  if (rows.length + files.length === 0) return ['nothing in quarantine'];
  const lines = rows.map(
    ({ source, code, file, rows: count }) =>
      `${cut(source, 16)} ${cut(code, 22)} ${String(count).padStart(9)}  ${printable(file).slice(0, 28)}`,
  );
  if (lines.length > 0) lines.unshift(`${cut('source', 16)} ${cut('code', 22)} ${'rows'.padStart(9)}  file`);
  for (const { source, file, state, code, detail } of files) {
    lines.push(`${cut(source, 16)} ${cut(code, 22)} ${state.padStart(9)}  ${printable(file).slice(0, 28)}`);
    lines.push(...foldedLines(printable(detail ?? ''), WIDTH - 4).map((line) => `    ${line}`));
  }
  if (rows.length === MOST_LINES || files.length === MOST_LINES) {
    lines.push(`only the first ${MOST_LINES}: ask with --source or --code`);
  }
  return lines;
}

const cut = (text: string, width: number): string => text.slice(0, width).padEnd(width);

/** `quarantine show FILE[:ROW]`: reason, place and original bytes of the refused rows of a file. */
export async function showQuarantine(
  asked: string,
  { limit = 20, json = false }: { limit?: number; json?: boolean },
): Promise<ExitCode> {
  const { file, rows } = await withConnections(loadConfig(), async ({ pool }) => {
    const { sha256, name, rowNumber } = await findAsked(pool, asked);
    return { file: { sha256, name }, rows: await readQuarantinedRows(pool, sha256, { rowNumber, limit }) };
  });
  if (json) {
    const shown = rows.map(({ original, ...row }) => ({
      ...row,
      text: textOf(original),
      base64: original.toString('base64'),
    }));
    console.log(JSON.stringify({ file, rows: shown }));
  } else {
    const lines = rows.flatMap((row) => ['', ...linesOfRow(row)]);
    if (rows.length === limit) lines.push('', `only the first ${limit} rows: --limit shows more`);
    console.log([`${printable(file.name)} (SHA-256 ${file.sha256.slice(0, 16)}…)`, ...lines].join('\n'));
  }
  if (rows.length === 0) console.error('smart-etl: no such row in quarantine');
  return rows.length === 0 ? EXIT.negative : EXIT.ok;
}

const textOf = (bytes: Buffer): string | null => textOfBytes(bytes, ['utf-8', 'windows-1252']);

function linesOfRow(row: QuarantinedRow): string[] {
  const { rowNumber, byteOffset, byteLength, code, detail, original } = row;
  const text = textOf(original);
  const shown = text === null ? hexLines(original, byteOffset) : foldedLines(text, WIDTH - 2);
  const left = byteLength - original.length;
  return [
    `row ${rowNumber}, byte ${byteOffset}, ${byteLength} bytes: ${code}`,
    ...foldedLines(printable(detail), WIDTH - 2).map((line) => `  ${line}`),
    ...shown.map((line) => (text === null ? line : `| ${line}`)),
    ...(left > 0 ? [`  … and ${left} bytes more in the original`] : []),
  ];
}

async function findAsked(
  client: Queryable,
  asked: string,
): Promise<{ sha256: string; name: string; rowNumber: number | undefined }> {
  const whole = await findFilesCalled(client, asked);
  if (whole.length > 0) return { ...onlyOne(asked, whole), rowNumber: undefined };
  const [, name, row] = /^(.+):(\d{1,15})$/.exec(asked) ?? [];
  const found = name === undefined ? [] : await findFilesCalled(client, name);
  if (found.length === 0) throw new UsageError(`no file named "${asked}", and none whose hash begins so`);
  return { ...onlyOne(asked, found), rowNumber: Number(row) };
}

function onlyOne<File extends { sha256: string; name: string; source: string }>(
  asked: string,
  files: File[],
): File {
  if (files.length === 1) return files[0]!;
  const hashes = files.map(({ sha256, source }) => `${sha256.slice(0, 16)} (${source})`);
  throw new UsageError(`"${asked}" are ${files.length} files; say which by its hash: ${hashes.join(', ')}`);
}

/** `quarantine replay`: reads files with refused rows again, after a rule or a contract changed. */
export async function replayQuarantine(options: {
  source?: string;
  file?: string;
  who?: string;
  why?: string;
  json?: boolean;
}): Promise<ExitCode> {
  const { source, file, json = false } = options;
  if (source !== undefined && file !== undefined) throw new UsageError('either --source or --file, not both');
  const { who, why } = decisionOf(options, 'a rule or a contract changed');
  const outcome = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    if (source !== undefined) await requireSource(pool, source);
    const sha256 = file === undefined ? undefined : onlyOne(file, await requireFiles(pool, file)).sha256;
    const id = workflowIds.replayQuarantine(source ?? sha256?.slice(0, 16) ?? 'all');
    const input = { ...(source && { source }), ...(sha256 && { sha256 }), who, why };
    return runWorkflow(temporal, 'replayQuarantine', id, input, `Read refused rows again: ${why}`);
  });
  if (json) console.log(JSON.stringify(outcome));
  else {
    const { files, rowsLoaded, rowsDuplicate, rowsExpired, rowsRefused, reopened, unreadable } = outcome;
    console.log(`${files} files read again`);
    console.log(
      `rows: ${rowsLoaded} loaded, ${rowsDuplicate} duplicate, ${rowsExpired} expired, ${rowsRefused} still refused`,
    );
    console.log(`refused files: ${reopened} loaded now; ${unreadable} files cannot be read any more`);
  }
  return outcome.rowsRefused + outcome.unreadable === 0 ? EXIT.ok : EXIT.partial;
}

/** `quarantine release SOURCE`: lets held files through and starts the intake of the source again. */
export async function releaseQuarantine(
  source: string,
  options: { who?: string; why: string; json?: boolean },
): Promise<ExitCode> {
  const { who, why } = decisionOf(options, '');
  const outcome = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    await requireSource(pool, source);
    const id = workflowIds.releaseSource(source);
    return runWorkflow(temporal, 'releaseSource', id, { source, who, why }, `Release ${source}: ${why}`);
  });
  if (options.json) console.log(JSON.stringify(outcome));
  else if (!outcome.resumed && outcome.released === 0) console.log(`${source} was not stopped`);
  else {
    console.log(`${source} goes on; ${outcome.released} held files let through`);
    if (outcome.ingest !== null) {
      const { rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined } = outcome.ingest;
      const parts = `${rowsLoaded} loaded + ${rowsDuplicate} duplicate + ${rowsQuarantined} quarantined`;
      console.log(`${rowsIn} rows = ${parts}`);
    }
  }
  return EXIT.ok;
}

/** Who asks and why, for the audit log. */
export function decisionOf(
  { who, why }: { who?: string; why?: string },
  whyByDefault: string,
): { who: string; why: string } {
  const decision = { who: (who ?? userInfo().username).trim(), why: (why ?? whyByDefault).trim() };
  if (decision.who === '' || decision.why === '') throw new UsageError('--who and --why must say something');
  return decision;
}

async function requireSource(client: Queryable, name: string): Promise<void> {
  if ((await findSource(client, name)) === null) throw new UsageError(`no source named "${name}"`);
}

async function requireFiles(client: Queryable, asked: string) {
  const files = await findFilesCalled(client, asked);
  if (files.length === 0) throw new UsageError(`no file named "${asked}", and none whose hash begins so`);
  return files;
}
