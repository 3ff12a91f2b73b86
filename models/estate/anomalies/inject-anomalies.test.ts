import { beforeAll, describe, expect, it } from 'vitest';
import { advanceDay, createEstate } from '../estate.ts';
import type { RunRow } from '../run-row.ts';
import { type AnomalyPlan, OUTAGE_KINDS, SINGLE_KINDS } from './anomaly-plan.ts';
import { type AnomalyTruth, anomalyLines } from './anomaly-truth.ts';
import { type PlayedEstate, playEstate } from './play-estate.ts';

const DAYS = 90;
const options = { jobs: 120, hosts: 8, days: DAYS, seed: 11 };
const outages = { 'host-down': 0.2, chain: 0.2, scheduler: 0.1, database: 0.2 };
const often = Object.fromEntries(SINGLE_KINDS.map((kind) => [kind, 0.7])) as AnomalyPlan['perDay'];
const plan = { fromDay: 20, outages, perDay: often };

let plain: PlayedEstate;
let struck: PlayedEstate;
let runOf: Map<string, RunRow>;
let injected: AnomalyTruth[];
beforeAll(() => {
  plain = playEstate(createEstate(options), DAYS);
  struck = playEstate(createEstate({ ...options, anomalies: plan }), DAYS);
  runOf = new Map(struck.runs.map((run) => [run.runId, run]));
  injected = struck.truth.filter(({ causeKind }) => causeKind !== 'natural');
});
const certain = (kind: AnomalyTruth['kind']) =>
  injected.filter((row) => row.kind === kind && row.certain && row.causeKind === 'single');
const runsOf = (row: AnomalyTruth) => row.runIds.map((id) => runOf.get(id)!);

describe('what goes wrong on purpose', () => {
  it('is nothing where it is not asked for, and leaves no trace in the options', () => {
    const estate = createEstate({ ...options, anomalies: null });
    expect(Object.keys(estate.options)).toEqual(['jobs', 'hosts', 'days', 'seed', 'startDate']);
    expect(advanceDay(estate)).toMatchObject({ anomalies: [], files: [] });
    expect(plain.truth.every(({ causeKind }) => causeKind === 'natural')).toBe(true);
  });

  it('is the same whenever the same is asked for, and another for another seed', () => {
    const again = playEstate(createEstate({ ...options, anomalies: plan }), DAYS);
    expect(JSON.stringify(again) === JSON.stringify(struck)).toBe(true);
    const other = playEstate(createEstate({ ...options, seed: 12, anomalies: plan }), DAYS);
    expect(anomalyLines(other.truth)).not.toBe(anomalyLines(struck.truth));
  });

  it('leaves every run that no truth tells of as it was, byte for byte', () => {
    const told = new Set(struck.truth.flatMap(({ runIds }) => runIds));
    const before = new Map(plain.runs.map((run) => [run.runId, run]));
    // A failure that is logged when a newer success is known already was never the last thing known of its job.
    const isOutdated = (run: RunRow) => run.status === 'failed' && before.get(run.runId)?.status !== 'failed';
    const untold = struck.runs.filter((run) => !told.has(run.runId) && !isOutdated(run));
    expect(struck.runs.filter((run) => !told.has(run.runId) && isOutdated(run)).length).toBeLessThan(10);
    expect(untold.length).toBeGreaterThan(30_000);
    expect(untold).toEqual(untold.map(({ runId }) => before.get(runId)));
    const lost = plain.runs.filter(({ runId }) => !runOf.has(runId));
    const missing = injected.filter(({ kind }) => kind === 'missing');
    for (const { job, startedAt, attempt } of lost) {
      if (attempt !== 1) continue;
      expect(missing).toContainEqual(expect.objectContaining({ subject: { job }, dueMs: startedAt }));
    }
    const firstDay = plain.fromMs + plan.fromDay * 86_400_000;
    expect(injected.every(({ fromMs }) => fromMs >= firstDay)).toBe(true);
  });

  it('has every kind, every variant and every outage', () => {
    for (const kind of SINGLE_KINDS) expect(certain(kind).length, kind).toBeGreaterThan(10);
    for (const kind of OUTAGE_KINDS) {
      expect(injected.filter(({ causeKind }) => causeKind === kind).length, kind).toBeGreaterThan(3);
    }
    const variants = (kind: string) => new Set(injected.filter((r) => r.kind === kind).map((r) => r.variant));
    expect([...variants('host')].sort()).toEqual(['cpu', 'disk', 'io', 'memory', 'silent']);
    expect([...variants('transmission')].sort()).toEqual([
      'repeated',
      'schema-changed',
      'sequence-gap',
      'truncated',
    ]);
  });

  it('shows in the runs as it is told', () => {
    const usual = new Map(plain.runs.map((run) => [run.runId, run]));
    for (const row of certain('slow')) {
      const [run] = runsOf(row);
      const ratio = run!.durationMs! / usual.get(run!.runId)!.durationMs!;
      expect(ratio).toBeGreaterThan(1.9);
      expect(ratio).toBeLessThan(5.2);
    }
    for (const row of certain('fast')) {
      const [run] = runsOf(row);
      expect(run!.durationMs! / usual.get(run!.runId)!.durationMs!).toBeLessThan(0.3);
    }
    for (const row of certain('incomplete')) {
      const [run] = runsOf(row);
      const share = run!.rowsWritten! / usual.get(run!.runId)!.rowsWritten!;
      expect(share).toBeGreaterThan(0.29);
      expect(share).toBeLessThan(0.81);
    }
    for (const row of certain('late')) {
      expect(runsOf(row)[0]!.startedAt).toBeGreaterThan(row.dueMs! + 7 * 60_000);
    }
    for (const row of certain('zombie')) {
      expect(runsOf(row)[0]).toMatchObject({ status: 'running', endedAt: null, durationMs: null });
    }
    for (const row of certain('overlap')) {
      const [first, second] = runsOf(row);
      expect(second!.startedAt).toBeGreaterThan(first!.startedAt);
      expect(second!.startedAt).toBeLessThan(first!.endedAt!);
    }
    for (const row of certain('extra')) {
      const [extra] = runsOf(row);
      const first = runOf.get(extra!.runId.slice(0, -1))!;
      expect(extra!.startedAt).toBeGreaterThan(first.endedAt!);
    }
    for (const row of struck.truth.filter(({ kind }) => kind === 'crash')) {
      for (const run of runsOf(row)) expect(run.status).toBe('failed');
    }
  });

  it('fails the jobs of one database with one message, and those that wait for a failed one for want of input', () => {
    const crashes = injected.filter(({ kind }) => kind === 'crash');
    const byCause = Map.groupBy(
      crashes.filter(({ causeKind }) => causeKind === 'database'),
      ({ cause }) => cause,
    );
    expect(byCause.size).toBeGreaterThan(3);
    for (const rows of byCause.values()) {
      expect(new Set(rows.map((row) => runsOf(row)[0]!.error)).size).toBe(1);
    }
    const chains = Map.groupBy(
      crashes.filter(({ causeKind }) => causeKind === 'chain'),
      ({ cause }) => cause,
    );
    for (const [, [root, ...others]] of chains) {
      for (const row of others) expect(row.fromMs).toBeGreaterThan(root!.fromMs);
    }
  });

  it('starts nothing while the scheduler stands still, and samples nothing of a server that is down', () => {
    for (const row of injected.filter(({ variant }) => variant === 'silent')) {
      const { host } = row.subject as { host: string };
      const within = (at: number) => at > row.fromMs && at < row.untilMs;
      expect(struck.samples.some((sample) => sample.host === host && within(sample.ts))).toBe(false);
      expect(struck.runs.some((run) => run.host === host && within(run.startedAt))).toBe(false);
    }
    const standstills = Map.groupBy(
      injected.filter(({ causeKind }) => causeKind === 'scheduler'),
      ({ cause }) => cause,
    );
    for (const rows of standstills.values()) {
      const from = Math.min(...rows.map(({ fromMs }) => fromMs));
      const back = Math.max(...rows.filter(({ kind }) => kind === 'missing').map(({ dueMs }) => dueMs!));
      expect(struck.runs.filter(({ startedAt }) => startedAt >= from && startedAt <= back)).toEqual([]);
    }
  });
});

describe('what is wrong with a plan', () => {
  it('is said with what was found', () => {
    const make = (anomalies: object) => () => createEstate({ ...options, anomalies });
    expect(make({ fromDay: -1 })).toThrow('fromDay must be a whole number from 0 to 100000, got -1');
    expect(make({ perDay: { slow: 101 } })).toThrow('slow must be 0 to 100 a day, got 101');
    expect(make({ outages: { chain: 0.9, database: 0.5 } })).toThrow('sum to at most 1');
    expect(() => createEstate({ clock: 'Europe/Nowhere' })).toThrow('got "Europe/Nowhere"');
  });
});
