/** `smart-etl status`: what of the stack is up. */
import { homeFolder } from '../config.ts';
import { lockHolder } from '../stack/home-lock.ts';
import type { PartStatus } from '../stack/part.ts';
import { isRunning } from '../stack/process-identity.ts';
import { readProcessRecords } from '../stack/process-records.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { failureLines, partLine } from './part-table.ts';

/**
 * Prints a table, or with `json` one document `{home, running, pid, parts: [{name, title, state, pid, url, since,
 * restarts, error}]}`.
 *
 * @returns exit code: 0 when everything is up, 1 when something is not or nothing runs
 */
export function status({ json = false }: { json?: boolean } = {}): ExitCode {
  const home = homeFolder();
  const supervisor = lockHolder(home);
  const records = supervisor === undefined ? undefined : readProcessRecords(home);
  const parts = records?.supervisor.pid === supervisor?.pid ? (records?.parts ?? []).map(asItIsNow) : [];
  if (json) {
    const rows = parts.map(({ process, lastLines: _, ...part }) => ({ ...part, pid: process?.pid ?? null }));
    console.log(
      JSON.stringify({ home, running: supervisor !== undefined, pid: supervisor?.pid ?? null, parts: rows }),
    );
  } else if (supervisor === undefined) {
    console.log(`not running in ${home}; \`smart-etl up\` starts it`);
  } else {
    console.log(`Smart ETL in ${home} (process ${supervisor.pid})`);
    for (const part of parts) {
      console.log(partLine(part, Date.now() - Date.parse(part.since)));
      if (part.error !== null) console.log(failureLines(part).join('\n'));
    }
  }
  const allUp = parts.length > 0 && parts.every(({ state }) => state === 'up' || state === 'done');
  return allUp ? EXIT.ok : EXIT.negative;
}

/** The record may be a moment old: a process that is gone is not up. */
function asItIsNow(part: PartStatus): PartStatus {
  if (part.state !== 'up' || part.process === null || isRunning(part.process)) return part;
  return { ...part, state: 'restarting', process: null, error: 'its process has ended' };
}
