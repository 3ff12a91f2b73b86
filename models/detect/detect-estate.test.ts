import { expect, it } from 'vitest';
import { advanceDay, createEstate } from '../estate/estate.ts';
import type { RunRow } from '../estate/run-row.ts';
import { type Random, seededRandom } from '../random.ts';
import { RUN_STATUSES } from '../records/run.ts';
import { type BaselineHistory, learnBaselines } from './baselines/learn-baselines.ts';
import { detectJob } from './detect-job.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { RunFact } from './job-facts.ts';
import { NO_OVERRIDES } from './job-overrides.ts';

const DAY_MS = 86_400_000;
const DAYS = 110;
const WATCHED_DAYS = 25;
const KINDS = ['slow', 'fast', 'incomplete', 'zombie', 'overlap'] as const;
/** Of each kind, in the past that is learned from too. */
const SHARE = 0.004;

interface Fact {
  run: RunFact;
  /** What was done to it; null where it is as the estate made it. */
  fault: FindingKind | null;
}

const factOf = (row: RunRow): RunFact => ({
  runKey: row.runId,
  status: row.status,
  startedAtMs: row.startedAt,
  endedAtMs: row.endedAt,
  durationMs: row.durationMs,
  knownAtMs: row.knownAt,
  host: row.host,
  rowsRead: row.rowsRead,
  rowsWritten: row.rowsWritten,
  expectedRows: row.expectedRows,
  error: row.error || null,
  anomalies: [],
});

/** A run that took so much longer, with its end and its line in the log. */
function lasting(run: RunFact, durationMs: number): RunFact {
  const whole = Math.max(1000, Math.round(durationMs / 1000) * 1000);
  const later = whole - run.durationMs!;
  return { ...run, durationMs: whole, endedAtMs: run.endedAtMs! + later, knownAtMs: run.knownAtMs + later };
}

const shifted = (run: RunFact, byMs: number): RunFact => ({
  ...run,
  runKey: `${run.runKey} again`,
  startedAtMs: run.startedAtMs + byMs,
  endedAtMs: run.endedAtMs! + byMs,
  knownAtMs: run.knownAtMs + byMs,
});

const begun = (run: RunFact): RunFact => ({
  ...run,
  status: 'running',
  endedAtMs: null,
  durationMs: null,
  rowsRead: null,
  rowsWritten: null,
  error: null,
  knownAtMs: run.startedAtMs,
});

function spoil(random: Random, row: RunRow): Fact[] {
  const run = factOf(row);
  const fault = random.uniform() < SHARE * KINDS.length ? KINDS[random.below(KINDS.length)]! : null;
  if (run.status === 'failed') return [{ run, fault: 'crash' }];
  if (fault === null || run.status !== 'succeeded') return [{ run, fault: null }];
  const durationMs = run.durationMs!;
  switch (fault) {
    case 'slow':
      return [{ fault, run: lasting(run, durationMs * (2.5 + 2.5 * random.uniform())) }];
    case 'fast':
      return [{ fault, run: lasting(run, durationMs / 5) }];
    case 'zombie':
      return [{ fault, run: begun(run) }];
    case 'overlap':
      return [
        { fault: null, run },
        { fault, run: shifted(run, Math.round(durationMs * (0.2 + 0.5 * random.uniform()))) },
      ];
    case 'incomplete': {
      const left = 0.3 + 0.4 * random.uniform();
      // Half of them lose rows on the way, of the others the source sent less.
      const rowsRead = random.uniform() < 0.5 ? run.rowsRead : Math.round(run.rowsRead! * left);
      return [{ fault, run: { ...run, rowsRead, rowsWritten: Math.round(run.rowsWritten! * left) } }];
    }
  }
}

function historyOf(facts: readonly Fact[]): BaselineHistory {
  const ended = facts.map(({ run }) => run).filter(({ status }) => status !== 'running');
  const column = (value: (run: RunFact) => number | null) =>
    Float64Array.from(ended, (run) => value(run) ?? Number.NaN);
  return {
    startedAt: column((run) => run.startedAtMs),
    knownAt: column((run) => run.knownAtMs),
    durationMs: column((run) => run.durationMs),
    status: Uint8Array.from(ended, ({ status }) => RUN_STATUSES.indexOf(status)),
    rowsWritten: column((run) => run.rowsWritten),
    expectedRows: column((run) => run.expectedRows),
  };
}

/** Everything that is found of a job, looking at every start and end, just before each end, and at midnight. */
function watch(facts: readonly Fact[], fromMs: number): Finding[] {
  const history = historyOf(facts);
  const looks: { atMs: number; run: RunFact | null }[] = facts.flatMap(({ run }) => [
    { atMs: run.startedAtMs, run: begun(run) },
    ...(run.status === 'running'
      ? [1, 4, 16].map((hours) => ({ atMs: run.startedAtMs + hours * 3_600_000, run: null }))
      : [
          { atMs: run.knownAtMs - 1, run: null },
          { atMs: run.knownAtMs, run },
        ]),
  ]);
  looks.sort((a, b) => a.atMs - b.atMs);
  const found = new Map<string, Finding>();
  let known: RunFact[] = [];
  let newsSinceMs = fromMs;
  let today = Number.NaN;
  let baselines = null as ReturnType<typeof learnBaselines>;
  for (const { atMs, run } of looks) {
    if (run !== null) known = [...known.filter(({ runKey }) => runKey !== run.runKey), run];
    const ended = known.filter(({ status }) => status !== 'running');
    if (ended.length > 20) known = known.filter((other) => other !== ended[0]);
    if (atMs < fromMs) continue;
    if (today !== Math.floor(atMs / DAY_MS)) {
      today = Math.floor(atMs / DAY_MS);
      baselines = learnBaselines(history, today * DAY_MS);
    }
    const job = { jobId: 1, namespace: '', job: '', owner: null, host: null, criticality: 1 };
    const open = new Set<string>();
    for (const finding of detectJob(
      { ...job, runs: known, slots: [] },
      baselines,
      NO_OVERRIDES,
      atMs,
      newsSinceMs,
      open,
    )) {
      found.set(`${finding.kind}/${finding.runKey}`, finding);
    }
    newsSinceMs = atMs;
  }
  return [...found.values()];
}

it('finds what is done to the runs of an estate, and little else', () => {
  const estate = createEstate({ seed: 606, jobs: 60, days: DAYS });
  const fromMs = estate.nextDayMs + (DAYS - WATCHED_DAYS) * DAY_MS;
  const random = seededRandom(606);
  const facts = new Map<string, Fact[]>(estate.jobs.map(({ name }) => [name, []]));
  /** Of servers in trouble, where all runs take half as long again: whoever finds that is not wrong. */
  const inTrouble = new Set<string>();
  for (let day = 0; day < DAYS; day++) {
    const { runs, phases } = advanceDay(estate, { sampled: false });
    for (const row of runs) {
      facts.get(row.job)!.push(...spoil(random, row));
      const host = estate.servers.findIndex(({ name }) => name === row.host);
      if (phases[host] === 'trouble') inTrouble.add(row.runId);
    }
  }
  const counts = Object.fromEntries(
    [...KINDS, 'crash'].map((kind) => [kind, { truth: 0, hits: 0, false: 0 }]),
  );
  for (const ofJob of facts.values()) {
    // A job with fewer runs is not judged: there is not enough data.
    if (ofJob.filter(({ run }) => run.startedAtMs < fromMs).length < 20) continue;
    ofJob.sort((a, b) => a.run.startedAtMs - b.run.startedAtMs);
    const faultOf = new Map(ofJob.map(({ run, fault }) => [run.runKey, fault]));
    for (const { run, fault } of ofJob) if (fault && run.startedAtMs >= fromMs) counts[fault]!.truth++;
    for (const { kind, runKey, sinceMs } of watch(ofJob, fromMs)) {
      const fault = faultOf.get(runKey!);
      if (sinceMs < fromMs) continue;
      if (fault === kind) counts[kind]!.hits++;
      // A zombie was slow before it could be told, and a crash may have left anything.
      else if (!fault && !(kind === 'slow' && inTrouble.has(runKey!))) counts[kind]!.false++;
    }
  }
  for (const [kind, { truth, hits, false: falsely }] of Object.entries(counts)) {
    const hard = kind === 'crash' || kind === 'zombie' || kind === 'overlap';
    expect(truth, kind).toBeGreaterThan(15);
    expect(hits / truth, `recall of ${kind}, ${hits} of ${truth}`).toBeGreaterThanOrEqual(hard ? 0.99 : 0.9);
    expect(hits / (hits + falsely), `precision of ${kind}, ${falsely} falsely`).toBeGreaterThanOrEqual(
      hard ? 0.95 : 0.9,
    );
  }
}, 60_000);
