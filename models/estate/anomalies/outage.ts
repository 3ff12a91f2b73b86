import type { Random } from '../../random.ts';
import type { MetricSample } from '../../records/run.ts';
import { between, chance, choice, hash32 } from '../draws.ts';
import type { EstateJob } from '../job.ts';
import { DAY_MS } from '../options.ts';
import type { OutageKind } from './anomaly-plan.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';
import { delayed, failedRun, type PlannedRows, wholeSeconds } from './planned-rows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** One cause that touches many jobs, for minutes or days. */
export interface Outage {
  kind: OutageKind;
  cause: string;
  fromMs: number;
  untilMs: number;
  /** Of the server that is down. */
  host: string | null;
  /** Index of the job that the others wait for. */
  root: number | null;
  /** The message that all jobs of one database fail with. */
  error: string | null;
}

type Truth = Omit<AnomalyTruth, 'cause' | 'causeKind'>;

/** A late start of less than this may be of no consequence. */
const CERTAINLY_LATE_MS = HOUR_MS;
/** A scheduler that was away so long does not make up for what it left out. */
const FORGOTTEN_MS = 8 * HOUR_MS;
/** Share of the jobs that use the database which fails. */
const DATABASE_SHARE = 0.35;

/** An outage that begins on this day, or null when the day has nobody to suffer it. */
export function beginOutage(
  kind: OutageKind,
  cause: string,
  day: { startMs: number; date: string },
  planned: readonly PlannedRows[],
  hosts: readonly string[],
  random: Random,
): Outage | null {
  const base = { kind, cause, host: null, root: null, error: null };
  const span = (first: number, last: number, least: number, most: number) => {
    const fromMs = day.startMs + wholeSeconds(between(random, first, last) * HOUR_MS);
    return { fromMs, untilMs: fromMs + wholeSeconds(between(random, least, most) * HOUR_MS) };
  };
  switch (kind) {
    case 'host-down':
      return { ...base, ...span(0, 18, 1, 6), host: choice(random, hosts) };
    case 'scheduler':
      // Now and then nobody looks until Monday.
      return { ...base, ...(chance(random, 0.25) ? span(0, 20, 24, 87) : span(0, 18, 2, 10)) };
    case 'database': {
      const number = (low: number, high: number) => Math.floor(between(random, low, high));
      const error = choice(random, [
        `ORA-12541: TNS:no listener (host=erp-db-${number(1, 4)}, port=1521)`,
        `FATAL: sorry, too many clients already (server dwh-${number(1, 4)}, ${number(190, 400)} connections)`,
        `ORA-01034: ORACLE not available (instance ERP${number(1, 4)})`,
      ]);
      return { ...base, ...span(0.5, 6, 0.6, 2), error };
    }
    case 'chain': {
      const waiting = waitingJobs(planned);
      const roots = planned.filter(
        (one) => !one.taken && succeededOnce(one) && (waiting.get(one.job.index)?.length ?? 0) >= 2,
      );
      if (roots.length === 0) return null;
      const root = choice(random, roots);
      return { ...base, fromMs: root.startMs, untilMs: root.startMs + DAY_MS / 2, root: root.job.index };
    }
  }
}

/** Does to a day's runs and samples what the outage does to them, and tells what came of it. */
export function sufferOutage(
  outage: Outage,
  planned: readonly PlannedRows[],
  samples: readonly MetricSample[],
  random: Random,
): { truth: Truth[]; samples: MetricSample[] } {
  switch (outage.kind) {
    case 'host-down': {
      const truth = stopped(outage, planned, ({ rows }) => rows[0]?.host === outage.host, random);
      truth.push(...followed(planned));
      const kept = samples.filter(
        ({ host, ts }) => host !== outage.host || ts <= outage.fromMs || ts > outage.untilMs,
      );
      return { truth, samples: kept };
    }
    case 'scheduler': {
      const truth = stopped(outage, planned, () => true, random);
      truth.push(...followed(planned));
      return { truth, samples: [...samples] };
    }
    case 'database':
      return { truth: withoutDatabase(outage, planned, random), samples: [...samples] };
    case 'chain':
      return { truth: broken(outage, planned, random), samples: [...samples] };
  }
}

/** What the outage itself is, besides what it does to jobs. */
export function truthOfOutage({ kind, host, fromMs, untilMs }: Outage, sampleMs: number): Truth[] {
  if (kind !== 'host-down') return [];
  const about = { subject: { host: host! }, runIds: [], dueMs: null, file: null, certain: true };
  return [{ ...about, kind: 'host', variant: 'silent', fromMs, untilMs, knowableMs: fromMs + sampleMs }];
}

const none = { variant: null, dueMs: null, file: null, certain: true };
const succeededOnce = ({ rows }: PlannedRows) => rows.length === 1 && rows[0]!.status === 'succeeded';

/** Nothing starts: what runs often is left out, what runs once a day is made up for when somebody is back in time. */
function stopped(
  { kind, fromMs, untilMs }: Outage,
  planned: readonly PlannedRows[],
  concerns: (one: PlannedRows) => boolean,
  random: Random,
): Truth[] {
  const truth: Truth[] = [];
  for (const one of planned) {
    if (one.taken || one.rows.length === 0 || !concerns(one)) continue;
    const subject = { job: one.job.name };
    const due = { dueMs: one.startMs, fromMs: one.startMs, knowableMs: one.startMs };
    if (one.startMs < fromMs) {
      // What failed before is not tried again.
      if (kind === 'host-down') one.rows = one.rows.filter(({ startedAt }) => startedAt < fromMs);
      const last = one.rows.at(-1)!;
      if (kind !== 'host-down' || last.endedAt === null) continue;
      if (last.endedAt <= fromMs) continue;
      one.taken = true;
      // The log of a server that is down is read when it is up again.
      const killed = failedRun(
        last,
        wholeSeconds(Math.max(1, fromMs - last.startedAt)),
        'Killed: signal 9, host lost',
        one.job.statusWords[1],
      );
      const knownAt = untilMs + wholeSeconds(between(random, 60, 600) * 1000);
      one.rows = [...one.rows.slice(0, -1), { ...killed, knownAt }];
      truth.push({
        ...none,
        kind: 'crash',
        subject,
        fromMs,
        untilMs: knownAt,
        knowableMs: knownAt,
        runIds: [last.runId],
      });
      const waits = {
        ...none,
        subject,
        fromMs,
        untilMs: knownAt,
        knowableMs: fromMs,
        runIds: [last.runId],
        certain: false,
      };
      truth.push(
        ...(['slow', 'late', 'zombie'] as const).map((of) => ({ ...waits, kind: of, dueMs: one.startMs })),
      );
      continue;
    }
    if (one.startMs >= untilMs) continue;
    one.taken = true;
    const skipped = one.job.schedule.kind === 'every' || untilMs - one.startMs > FORGOTTEN_MS;
    if (skipped) {
      one.rows = [];
      truth.push({
        ...none,
        ...due,
        kind: 'missing',
        subject,
        runIds: [],
        untilMs: Math.max(untilMs, one.startMs + HOUR_MS),
      });
      continue;
    }
    const byMs = untilMs - one.startMs + wholeSeconds(between(random, 60, 600) * 1000);
    one.rows = delayed(one.rows, byMs);
    const certain = byMs >= CERTAINLY_LATE_MS;
    truth.push({
      ...none,
      ...due,
      kind: 'late',
      subject,
      runIds: one.rows.map(({ runId }) => runId),
      untilMs: one.rows.at(-1)!.knownAt,
      certain,
    });
  }
  return truth;
}

/** Who waits for a run that came later comes later. */
export function followed(planned: readonly PlannedRows[]): Truth[] {
  const truth: Truth[] = [];
  const latest = new Map<number, PlannedRows>();
  for (const one of planned) {
    latest.set(one.job.index, one);
    const upstream = one.job.upstream === null ? undefined : latest.get(one.job.upstream);
    const end = upstream?.rows.at(-1)?.endedAt ?? null;
    if (
      end === null ||
      one.rows.length === 0 ||
      one.rows[0]!.startedAt > end ||
      one.rows[0]!.endedAt === null
    )
      continue;
    const byMs = end + MINUTE_MS - one.rows[0]!.startedAt;
    one.rows = delayed(one.rows, byMs);
    one.taken = true;
    truth.push({
      ...none,
      kind: 'late',
      subject: { job: one.job.name },
      dueMs: one.startMs,
      fromMs: one.startMs,
      knowableMs: one.startMs,
      untilMs: one.rows.at(-1)!.knownAt,
      runIds: one.rows.map(({ runId }) => runId),
      certain: one.rows[0]!.startedAt - one.startMs >= CERTAINLY_LATE_MS,
    });
  }
  return truth;
}

function failedTruth(one: PlannedRows): Truth {
  const { knownAt, startedAt, runId } = one.rows[0]!;
  return {
    ...none,
    kind: 'crash',
    subject: { job: one.job.name },
    fromMs: startedAt,
    untilMs: knownAt,
    knowableMs: knownAt,
    runIds: [runId],
  };
}

function withoutDatabase(
  { cause, fromMs, untilMs, error }: Outage,
  planned: readonly PlannedRows[],
  random: Random,
): Truth[] {
  const truth: Truth[] = [];
  for (const one of planned) {
    const uses = hash32(`${cause}/${one.job.name}`) / 2 ** 32 < DATABASE_SHARE;
    if (!uses || one.taken || one.startMs < fromMs || one.startMs >= untilMs || one.rows.length === 0)
      continue;
    const run = one.rows[0]!;
    one.taken = true;
    one.rows = [failedRun(run, wholeSeconds(between(random, 1, 30) * 1000), error!, one.job.statusWords[1])];
    truth.push(failedTruth(one));
  }
  return truth;
}

/** Descendants of each job among the planned, by index. */
function waitingJobs(planned: readonly PlannedRows[]): Map<number, EstateJob[]> {
  const jobs = [...new Set(planned.map(({ job }) => job))];
  const byIndex = new Map(jobs.map((job) => [job.index, job]));
  const waiting = new Map<number, EstateJob[]>();
  for (const job of jobs) {
    for (let up = job.upstream; up !== null; up = byIndex.get(up)?.upstream ?? null) {
      waiting.set(up, [...(waiting.get(up) ?? []), job]);
    }
  }
  return waiting;
}

/** The root fails, and with it what waits for it: some for want of input, some are called off. */
function broken({ root, fromMs, untilMs }: Outage, planned: readonly PlannedRows[], random: Random): Truth[] {
  const affected = new Set((waitingJobs(planned).get(root!) ?? []).map(({ index }) => index));
  const truth: Truth[] = [];
  for (const one of planned) {
    const run = one.rows[0];
    if (run === undefined || one.taken || one.startMs < fromMs || one.startMs >= untilMs) continue;
    if (one.job.index === root && one.startMs === fromMs) {
      one.rows = [
        failedRun(
          run,
          wholeSeconds(run.durationMs! * between(random, 0.1, 0.9)),
          'ORA-01653: unable to extend table DWH.STG_ORDERS by 1024 in tablespace DWH_DATA',
          one.job.statusWords[1],
        ),
      ];
    } else if (affected.has(one.job.index)) {
      const compact = new Date(run.startedAt).toISOString().slice(0, 10).replaceAll('-', '');
      const error = `FileNotFoundError: [Errno 2] No such file or directory: '/data/in/${one.job.name}/${compact}_1.csv'`;
      const failed = failedRun(
        run,
        wholeSeconds(between(random, 2, 40) * 1000),
        error,
        one.job.statusWords[1],
      );
      const calledOff = {
        ...failed,
        status: 'cancelled' as const,
        statusWord: one.job.statusWords[2],
        error: '',
      };
      one.rows = [chance(random, 0.6) ? failed : calledOff];
    } else continue;
    one.taken = true;
    const failed = failedTruth(one);
    truth.push(one.rows[0]!.status === 'failed' ? failed : { ...failed, kind: 'missing', certain: false });
  }
  return truth;
}
