/** `smart-etl audit`: what was changed by or for people, and the proof that nothing of it was changed since. */
import { loadConfig } from '../../config.ts';
import type { ChainReport } from '../../db/access/audit-chain.ts';
import { type AuditLine, readAudit, verifyAuditLog } from '../../db/access/read-audit.ts';
import { foldedLines, printable } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { UsageError } from '../options/usage-error.ts';

const WIDTH = 79;

/** `audit list`: newest first. */
export async function listAudit({
  subject,
  who,
  since,
  limit = 100,
  json,
}: {
  subject?: string;
  who?: string;
  since?: string;
  limit?: number;
  json?: boolean;
}): Promise<ExitCode> {
  if (limit < 1 || limit > 10_000) throw new UsageError(`--limit must be 1 to 10000, found ${limit}`);
  const asked = {
    ...{ subject, who, limit },
    since: since === undefined ? undefined : new Date(instantOf('--since', since)),
  };
  const items = await withDatabase(loadConfig(), (pool) => readAudit(pool, asked));
  if (json) console.log(JSON.stringify({ items }));
  else if (items.length === 0) console.log('nothing of that kind was changed');
  else {
    console.log(items.flatMap(linesOf).join('\n'));
    if (items.length === limit) console.log(`only the newest ${limit}: --limit shows more`);
  }
  return EXIT.ok;
}

function linesOf({ id, at, who, action, subject, why, before, after }: AuditLine): string[] {
  const change = [before, after].map((state) => (state === null ? '-' : JSON.stringify(state)));
  return [
    ...foldedLines(
      printable(`${id}  ${at.toISOString().slice(0, 19).replace('T', ' ')}  ${who}  ${action}  ${subject}`),
      WIDTH,
    ),
    ...foldedLines(printable(why), WIDTH - 4).map((line) => `    ${line}`),
    ...(before === null && after === null
      ? []
      : foldedLines(printable(change.join(' -> ')), WIDTH - 4).map((line) => `    ${line}`)),
  ];
}

/** `audit verify`: exit 1 when the log is not what it was, or the hash that was kept is not in it. */
export async function verifyAudit({ head, json }: { head?: string; json?: boolean }): Promise<ExitCode> {
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    throw new UsageError(`--head must be the 64 hexadecimal digits that were printed, found "${head}"`);
  }
  const report = await withDatabase(loadConfig(), (pool) => verifyAuditLog(pool, head ?? null));
  const isWhole = report.firstBreak === null && report.containsKept !== false;
  if (json) console.log(JSON.stringify({ whole: isWhole, ...report }));
  else console.log(sentencesOf(report).join('\n'));
  return isWhole ? EXIT.ok : EXIT.negative;
}

function sentencesOf({ entries, erased, head, firstBreak, containsKept }: ChainReport): string[] {
  const erasedToo = erased === 0 ? '' : `, ${erased} of them without a name that an erasure took out`;
  const broken =
    firstBreak === null
      ? `${entries} entries, each as it was written${erasedToo}`
      : `broken at entry ${firstBreak.id} (${firstBreak.kind}):`;
  return [
    broken,
    ...(firstBreak === null ? [] : foldedLines(firstBreak.detail, WIDTH - 2).map((line) => `  ${line}`)),
    ...(containsKept === false
      ? ['the hash that was kept is that of no entry: the log was written anew']
      : []),
    ...(firstBreak === null ? [`head ${head.hash}`] : []),
  ];
}
