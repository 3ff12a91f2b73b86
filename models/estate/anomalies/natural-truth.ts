import type { MetricSample } from '../../records/run.ts';
import type { Estate } from '../estate.ts';
import type { RunRow } from '../run-row.ts';
import type { Phase } from '../server.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** A start so much after its slot is one that somebody may call late. */
const MAYBE_LATE_MS = 5 * MINUTE_MS;
/** From here on a server's metric is one that somebody may call trouble, percent. */
const MAYBE_TROUBLE: Readonly<Record<string, number>> = {
  cpu_percent: 88,
  memory_percent: 88,
  disk_used_percent: 93,
  io_wait_percent: 25,
};
/** A server that was in trouble is looked at for so long afterwards. */
const TROUBLE_AFTER_MS = DAY_MS / 2;
/** After a job has gone for ever, its empty slots are told until that is understood. */
const RETIRED_MS = 60 * DAY_MS;
/** A job that is new has no schedule yet. */
const YOUNG_MS = 28 * DAY_MS;

/** Everything of an estate that was played, as far as its truth needs it. Instants are epoch milliseconds. */
export interface Played {
  estate: Pick<Estate, 'jobs' | 'servers'>;
  runs: readonly RunRow[];
  samples: readonly MetricSample[];
  days: readonly { startMs: number; endMs: number; phases: readonly Phase[] }[];
  /** What was done on purpose. */
  injected: readonly AnomalyTruth[];
  untilMs: number;
  /** The instant that a wall time is, epoch milliseconds as if the wall clock were UTC. */
  instantOf: (wallMs: number) => number;
}

const base = { variant: null, dueMs: null, file: null, certain: false, causeKind: 'natural' as const };

/**
 * The whole truth of an estate: what was done on purpose, and what went wrong by itself.
 *
 * A crash is there once for every time a job was failing: from the first failed run that was the newest known one
 * until a success was. That is all failures, whatever their reason, so injected crashes are told by their runs and
 * only lend their cause. What may be found but need not is told as not certain: runs on a server in trouble, starts
 * that waited for another job, real overlaps, metrics near their limits, slots of jobs that have gone for ever.
 */
export function wholeTruth(played: Played): AnomalyTruth[] {
  const truth = played.injected.filter(({ kind }) => kind !== 'crash');
  const causeOf = new Map(
    played.injected
      .filter(({ kind }) => kind === 'crash')
      .flatMap((row) => row.runIds.map((id) => [id, row] as const)),
  );
  const byJob = Map.groupBy(played.runs, ({ job }) => job);
  for (const runs of byJob.values()) {
    truth.push(...crashesOf(runs, causeOf, played.untilMs), ...overlapsOf(runs));
  }
  truth.push(
    ...lateStarts(played),
    ...slowInTrouble(played),
    ...hostsInTrouble(played),
    ...comingAndGoing(played),
  );
  return truth.sort((a, b) => a.fromMs - b.fromMs);
}

/** Every time the newest known finished run of a job was a failed one; cancelled ones say nothing. */
export function crashesOf(
  runs: readonly RunRow[],
  causeOf: ReadonlyMap<string, Pick<AnomalyTruth, 'cause' | 'causeKind'>>,
  untilMs: number,
): AnomalyTruth[] {
  const told = runs
    .filter(({ status }) => status === 'failed' || status === 'succeeded')
    .toSorted((a, b) => a.knownAt - b.knownAt || a.startedAt - b.startedAt);
  const episodes: AnomalyTruth[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let open: (AnomalyTruth & { runIds: string[] }) | null = null;
  for (const run of told) {
    if (run.startedAt < newest) continue;
    newest = run.startedAt;
    if (run.status === 'succeeded') {
      if (open !== null) open.untilMs = run.knownAt;
      open = null;
    } else if (open !== null) open.runIds.push(run.runId);
    else {
      const { cause, causeKind } = causeOf.get(run.runId) ?? {
        cause: `natural-${run.runId}`,
        causeKind: 'natural',
      };
      const subject = { job: run.job };
      const found = { fromMs: run.startedAt, untilMs, knowableMs: run.knownAt, runIds: [run.runId] };
      open = { ...base, ...found, kind: 'crash', subject, cause, causeKind, certain: true };
      episodes.push(open);
    }
  }
  return episodes;
}

function overlapsOf(runs: readonly RunRow[]): AnomalyTruth[] {
  const found: AnomalyTruth[] = [];
  let before: RunRow | null = null;
  for (const run of runs.toSorted((a, b) => a.startedAt - b.startedAt)) {
    if (before?.endedAt != null && run.startedAt < before.endedAt) {
      found.push({
        ...base,
        kind: 'overlap',
        subject: { job: run.job },
        cause: `natural-${run.runId}`,
        fromMs: run.startedAt,
        untilMs: run.knownAt,
        knowableMs: run.startedAt,
        runIds: [before.runId, run.runId],
      });
    }
    if (before === null || (run.endedAt ?? 0) > (before.endedAt ?? 0)) before = run;
  }
  return found;
}

/** The instant for which a run was planned, from its id: `name.20260301T0130.1`. */
function plannedMs({ runId }: RunRow, instantOf: Played['instantOf']): number {
  const [, y, m, d, hours, minutes, repeated] = /\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(b?)\.\d+x?$/.exec(runId)!;
  const wall = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(hours), Number(minutes));
  return instantOf(wall) + (repeated === 'b' ? 60 * MINUTE_MS : 0);
}

function lateStarts({ runs, instantOf }: Played): AnomalyTruth[] {
  return runs.flatMap((run) => {
    const dueMs = plannedMs(run, instantOf);
    if (run.attempt !== 1 || run.startedAt - dueMs < MAYBE_LATE_MS) return [];
    const subject = { job: run.job };
    const about = { ...base, subject, cause: `natural-${run.runId}`, dueMs, runIds: [run.runId] };
    const span = { fromMs: dueMs, untilMs: run.knownAt, knowableMs: dueMs };
    return [
      { ...about, ...span, kind: 'late' as const },
      { ...about, ...span, kind: 'missing' as const },
    ];
  });
}

/** In trouble every run takes half as long again, before it an eighth. */
function slowInTrouble({ estate, runs, days }: Played): AnomalyTruth[] {
  const hostIndex = new Map(estate.servers.map(({ name }, index) => [name, index]));
  let place = 0;
  return runs
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .flatMap((run) => {
      while (place < days.length - 1 && days[place]!.endMs <= run.startedAt) place++;
      if (days[place]!.phases[hostIndex.get(run.host)!] !== 'trouble') return [];
      const about = {
        ...base,
        subject: { job: run.job },
        cause: `natural-${run.host}-${days[place]!.startMs}`,
      };
      const span = { fromMs: run.startedAt, untilMs: run.knownAt, knowableMs: run.startedAt };
      return [{ ...about, ...span, kind: 'slow' as const, runIds: [run.runId] }];
    });
}

function hostsInTrouble({ estate, samples, days }: Played): AnomalyTruth[] {
  const found: AnomalyTruth[] = [];
  const add = (host: string, variant: string | null, fromMs: number, untilMs: number) =>
    found.push({
      ...base,
      kind: 'host',
      variant,
      subject: { host },
      cause: `natural-${host}-${fromMs}`,
      fromMs,
      untilMs: untilMs + TROUBLE_AFTER_MS,
      knowableMs: fromMs,
      runIds: [],
    });
  for (const { startMs, endMs, phases } of days) {
    for (const [index, phase] of phases.entries()) {
      if (phase !== 'healthy') add(estate.servers[index]!.name, null, startMs, endMs);
    }
  }
  const lastOf = new Map<string, AnomalyTruth>();
  for (const { host, metric, ts, value } of samples) {
    if (!(value >= (MAYBE_TROUBLE[metric] ?? Number.POSITIVE_INFINITY))) continue;
    const key = `${host}/${metric}`;
    const last = lastOf.get(key);
    if (last !== undefined && ts <= last.untilMs) last.untilMs = ts + TROUBLE_AFTER_MS;
    else {
      add(host, metric, ts, ts);
      lastOf.set(key, found.at(-1)!);
    }
  }
  return found;
}

/** Jobs that come and go: nobody tells the logs. */
function comingAndGoing({ estate, runs, untilMs }: Played): AnomalyTruth[] {
  const byJob = Map.groupBy(runs, ({ job }) => job);
  return estate.jobs.flatMap(({ name, firstDay, lastDay }) => {
    const own = byJob.get(name) ?? [];
    const about = { ...base, subject: { job: name }, cause: `natural-${name}`, runIds: [] };
    const found: AnomalyTruth[] = [];
    const span = (fromMs: number, forMs: number) => ({
      fromMs,
      untilMs: Math.min(untilMs, fromMs + forMs),
      knowableMs: fromMs,
    });
    if (firstDay > 0 && own.length > 0)
      found.push({ ...about, ...span(own[0]!.startedAt, YOUNG_MS), kind: 'extra' });
    if (lastDay !== null && own.length > 0) {
      const gone = span(own.at(-1)!.startedAt + MINUTE_MS, RETIRED_MS);
      found.push({ ...about, ...gone, kind: 'missing' }, { ...about, ...gone, kind: 'late' });
    }
    return found;
  });
}
