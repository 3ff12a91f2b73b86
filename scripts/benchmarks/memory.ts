/** How much memory a process takes, in megabytes (2^20 bytes), as the kernel of Linux tells; null elsewhere. */
import { readFileSync } from 'node:fs';
import type pg from 'pg';

function statusLine(pid: number | 'self', line: string): number | null {
  try {
    const found = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]) / 1024;
  } catch {
    return null;
  }
}

/** The most it ever had in memory at one time. */
export const peakMb = (pid: number | 'self'): number | null => statusLine(pid, 'VmHWM');
/** What it has in memory now. */
export const residentMb = (pid: number): number | null => statusLine(pid, 'VmRSS');

const LOOK_EVERY_MS = 200;

/**
 * Watches the sessions of a database while `work` runs. Only memory of their own is counted: the shared buffers
 * belong to the server, and whoever touches them first would seem to own them.
 *
 * @returns what `work` returned, and the largest session's peak
 */
export async function watchingSessions<T>(
  admin: pg.Client,
  database: string,
  work: () => Promise<T>,
): Promise<{ result: T; peakMb: number | null }> {
  let peak: number | null = null;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    const { rows } = await admin.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = $1',
      [database],
    );
    for (const { pid } of rows) {
      const own = statusLine(pid, 'RssAnon');
      if (own !== null) peak = Math.max(peak ?? 0, own);
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS);
  try {
    return { result: await work(), peakMb: peak };
  } finally {
    clearInterval(timer);
    await looking;
  }
}
