/** How long it takes from what happens until a mail about it is there: the whole running pipeline, by the clock. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { seededRandom } from '../../models/random.ts';
import { type MailReceiver, startMailReceiver } from './mail-receiver.ts';
import { ask, drop, until } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import { SOURCE } from './stored-file.ts';

/** Of one failure or absence. */
export interface Delivered {
  job: string;
  /** Until the mail was received; null: never. */
  seconds: number | null;
  /** How much of it had passed when it was found, and when the message was in the outbox. */
  foundAfterSeconds: number | null;
  writtenAfterSeconds: number | null;
}

export interface Deliveries {
  crashes: Delivered[];
  absences: Delivered[];
}

const MEAN_INTERVAL_MS = 1_500;
const PATIENCE_MS = 180_000;
const LOOK_EVERY_MS = 50;
/** An absence is declared, waited for and over in a minute. */
const ABSENCE_EVERY = 5;
/** At seconds of the minute that have nothing to do with those of the schedule either. */
const WITHIN_S = { least: 5, span: 50 };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Time to declare it before it is due. */
const AHEAD_MS = 15_000;
const HEADER = 'job_id,owner,run_id,started_at,duration_s,status,error\n';
/** Failures that have nothing in common: each is an incident of its own. */
const ERRORS = [
  'ORA-01017: invalid username/password; logon denied',
  'java.lang.OutOfMemoryError: Java heap space',
  'No space left on device',
  'ValueError: could not convert string to float',
  'HTTP 503 from the carrier portal',
  'relation "stg_pallet" does not exist',
];

/** @param count files with a failed run, each waited for; a fifth as many runs that do not come. */
export async function measureDelivery(count: number, seed: number): Promise<Deliveries> {
  const receiver = await startMailReceiver();
  const mail = { name: 'mail', kind: 'mail', settings: { smtpUrl: receiver.smtpUrl } };
  try {
    return await withServers(
      'detect',
      WHOLE_PIPELINE,
      { time: 'wall', alerts: { channels: [mail] } },
      (servers) => measure({ servers, receiver }, count, seed),
    );
  } finally {
    await receiver.close();
  }
}

interface Place {
  servers: Servers;
  receiver: MailReceiver;
}

async function measure(place: Place, count: number, seed: number): Promise<Deliveries> {
  const random = seededRandom(seed);
  const absent = Array.from({ length: Math.ceil(count / ABSENCE_EVERY) }, (_, n) => `absent_${n}`);
  await begin(place, absent);
  const crashes: Delivered[] = [];
  for (let n = 0; n < count; n++) {
    // At moments that have nothing to do with any clock of the detection.
    await pause(-Math.log(1 - random.uniform()) * MEAN_INTERVAL_MS);
    crashes.push(await crash(place, `crash_${n}`, ERRORS[n % ERRORS.length]!));
    sayOf(crashes.at(-1)!, n, count);
  }
  const absences: Delivered[] = [];
  for (const [n, job] of absent.entries()) {
    const withinS = WITHIN_S.least + random.below(WITHIN_S.span);
    absences.push(await absence(place, job, `${withinS}s`));
    sayOf(absences.at(-1)!, n, absent.length);
  }
  return { crashes, absences };
}

const sayOf = ({ job, seconds }: Delivered, n: number, count: number): void =>
  say(`${job} (${n + 1} of ${count}): ${seconds === null ? 'never told' : `${seconds.toFixed(1)} s`}`);

/** The jobs that will be absent must have run once. */
async function begin(place: Place, jobs: readonly string[]): Promise<void> {
  const startedAt = Date.now() - 3 * DAY_MS;
  await dropRuns(
    place,
    'before',
    jobs.map((job) => ({ job, startedAt, error: null })),
  );
  const known = await until(
    async () => {
      const [row] = await ask<{ known: number }>(
        place.servers.stack.connections.databaseUrl!,
        'select count(*)::int as known from job where name = any($1)',
        [jobs],
      );
      return row!.known === jobs.length;
    },
    { limitMs: PATIENCE_MS, everyMs: LOOK_EVERY_MS },
  );
  if (!known) throw new Error('what was before is not loaded');
}

async function crash(place: Place, job: string, error: string): Promise<Delivered> {
  const sinceMs = await dropRuns(place, job, [{ job, startedAt: Date.now() - MINUTE_MS, error }]);
  const delivered = await waitForMail(place, job, sinceMs);
  await dropRuns(place, `${job}_again`, [{ job, startedAt: Date.now() - 2_000, error: null }]);
  return delivered;
}

async function absence(place: Place, job: string, within: string): Promise<Delivered> {
  const due = new Date(Math.ceil((Date.now() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS);
  const cron = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
  const main = path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
  const how = ['--cron', cron, '--zone', 'UTC', '--start-within', within, '--end-within', within];
  await promisify(execFile)(
    process.execPath,
    [main, 'expect', 'declare', job, ...how, '--who', 'bench', '--why', 'measured'],
    { env: { ...process.env, SMART_ETL_HOME: place.servers.home } },
  );
  const delivered = await waitForMail(place, job, null);
  await dropRuns(place, `${job}_late`, [{ job, startedAt: Date.now() - 2_000, error: null }]);
  return delivered;
}

/** @returns when they were there */
async function dropRuns(
  { servers }: Place,
  file: string,
  runs: readonly { job: string; startedAt: number; error: string | null }[],
): Promise<number> {
  const rows = runs.map(({ job, startedAt, error }) => {
    const began = new Date(startedAt).toISOString();
    const text = error === null ? '' : `"${error.replaceAll('"', '""')}"`;
    return `${job},owner of ${job},${began},${began},1,${error === null ? 'success' : 'failed'},${text}\n`;
  });
  await drop(path.join(servers.home, SOURCE.folder), `${file}.csv`, HEADER + rows.join(''));
  return Date.now();
}

/** @param sinceMs null: from the deadline that was found to have passed */
async function waitForMail(
  { servers, receiver }: Place,
  job: string,
  sinceMs: number | null,
): Promise<Delivered> {
  const url = servers.stack.connections.databaseUrl!;
  let told: { id: string; since: Date; found: Date; written: Date } | undefined;
  await until(
    async () => {
      const rows = await ask<NonNullable<typeof told>>(
        url,
        `select notification.id, finding.since, finding.found_at as found, notification.created_at as written
         from finding join job on job.id = finding.job_id
         join notification_incident told on told.incident_id = finding.incident_id
         join notification on notification.id = told.notification_id
         where job.name = $1 and told.event <> 'resolved' order by notification.created_at limit 1`,
        [job],
      );
      told = rows.find(({ id }) => receiver.receivedMs.has(id));
      return told !== undefined;
    },
    { limitMs: PATIENCE_MS, everyMs: LOOK_EVERY_MS },
  );
  if (told === undefined) return { job, seconds: null, foundAfterSeconds: null, writtenAfterSeconds: null };
  const fromMs = sinceMs ?? told.since.getTime();
  const after = (instant: number) => (instant - fromMs) / 1000;
  return {
    job,
    seconds: after(receiver.receivedMs.get(told.id)!),
    foundAfterSeconds: after(told.found.getTime()),
    writtenAfterSeconds: after(told.written.getTime()),
  };
}
