import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUN_STATUSES, type RunStatus } from '../../records/run.ts';
import type { Feed, JobFeed } from './feed.ts';
import { replayDetection, USUAL_SETTINGS } from './replay-detection.ts';
import type { FoundOnce } from './rules.ts';
import { serviceRules } from './service-rules.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);

interface MadeRun {
  startMs: number;
  durationMs?: number;
  status?: RunStatus;
  lagMs?: number;
  error?: string;
}

function jobFeed(jobId: number, runs: readonly MadeRun[], tellsStarts = true): JobFeed {
  const column = (of: (run: MadeRun) => number) => Float64Array.from(runs, of);
  const isRunning = ({ status }: MadeRun) => status === 'running';
  const end = ({ startMs, durationMs = 5 * MINUTE }: MadeRun) => startMs + durationMs;
  return {
    ...{ jobId, namespace: 'default', job: `job-${jobId}`, owner: null, host: null, criticality: 2 },
    runKey: runs.map((_, i) => `run-${i}`),
    startedAt: column(({ startMs }) => startMs),
    startKnownAt: column(({ startMs }) => (tellsStarts ? startMs + 1000 : Number.NaN)),
    knownAt: column((run) => (isRunning(run) ? Number.NaN : end(run) + (run.lagMs ?? 2000))),
    endedAt: column((run) => (isRunning(run) ? Number.NaN : end(run))),
    durationMs: column((run) => (isRunning(run) ? Number.NaN : (run.durationMs ?? 5 * MINUTE))),
    status: Uint8Array.from(runs, ({ status = 'succeeded' }) => RUN_STATUSES.indexOf(status)),
    ...{
      rowsRead: column(() => 100),
      rowsWritten: column(() => 100),
      expectedRows: column(() => Number.NaN),
    },
    error: runs.map(({ error = '' }) => error),
  };
}

/** At six every morning, with a minute's difference. */
const daily = (days: number, change: (day: number) => Partial<MadeRun> | null = () => ({})): MadeRun[] =>
  Array.from({ length: days }, (_, day) => day).flatMap((day) => {
    const changed = change(day);
    const startMs = START + day * DAY + 6 * HOUR + (day % 7) * 8000;
    const durationMs = 5 * MINUTE + ((day * 7919) % 20) * 1000;
    return changed === null ? [] : [{ startMs, durationMs, ...changed }];
  });

const rules = serviceRules({ timeZone: 'UTC', calendar: 'none' });
const settings = { ...USUAL_SETTINGS, lookEveryMs: 1000, untilMs: START + 40 * DAY };
const replay = (jobs: JobFeed[], given: Partial<typeof settings> & { fromMs?: number } = {}) =>
  replayDetection({ jobs, hosts: [], sources: [] } satisfies Feed, rules, { ...settings, ...given });
const told = ({ finding, foundMs, endedMs }: FoundOnce) => [
  finding.kind,
  foundMs - START,
  endedMs && endedMs - START,
];
const at = (day: number, ms = 0) => day * DAY + 6 * HOUR + (day % 7) * 8000 + ms;

describe('a replay', () => {
  it('finds nothing of nothing, and nothing of a job that runs as ever', () => {
    expect(replay([])).toMatchObject({ findings: [], incidents: [], events: [], looks: 0 });
    expect(replay([jobFeed(1, [])]).findings).toEqual([]);
    const quiet = replay([jobFeed(1, daily(40))]);
    expect(quiet.findings).toEqual([]);
    expect(quiet.slots[0]).toMatchObject({ hasSchedule: true, counts: { late: 0, missing: 0, extra: 0 } });
    expect(quiet.slots[0]!.counts.met).toBeGreaterThan(30);
  });

  it('finds a crash when the end is known, and its end with the next success', () => {
    const runs = daily(40, (day) =>
      day === 30 ? { status: 'failed', error: 'ORA-1', durationMs: MINUTE } : {},
    );
    const { findings, incidents, events } = replay([jobFeed(1, runs)]);
    const end = at(31, runs[31]!.durationMs! + 2000);
    expect(findings.map(told)).toEqual([['crash', at(30, MINUTE + 2000), end]]);
    expect(incidents).toMatchObject([{ openedMs: START + at(30, MINUTE + 2000), resolvedMs: START + end }]);
    expect(events.map(({ event }) => event)).toEqual(['opened', 'resolved']);
  });

  it('finds a run that is missing right after its deadline, and that it stays away, under one key', () => {
    const { findings, slots } = replay([
      jobFeed(
        1,
        daily(40, (day) => (day === 30 ? null : {})),
      ),
    ]);
    expect(findings).toHaveLength(1);
    const [{ finding, foundMs, became }] = findings as [FoundOnce];
    expect(finding.kind).toBe('late');
    expect(foundMs - finding.sinceMs).toBeLessThanOrEqual(2000);
    expect(foundMs - START).toBeGreaterThan(at(30));
    expect(foundMs - START).toBeLessThan(at(30, 3 * HOUR));
    expect(became.map(({ kind }) => kind)).toEqual(['missing']);
    expect(slots[0]!.counts).toMatchObject({ missing: 1, extra: 0 });
  });

  it('finds a slow run while it is under way where starts are told, else when it has ended', () => {
    const runs = daily(40, (day) => (day === 30 ? { durationMs: 2 * HOUR } : {}));
    const [early] = replay([jobFeed(1, runs)]).findings.filter(({ finding }) => finding.kind === 'slow');
    const [late] = replay([jobFeed(1, runs, false)]).findings.filter(
      ({ finding }) => finding.kind === 'slow',
    );
    expect(early!.foundMs - START).toBeLessThan(at(30, HOUR));
    expect(late!.foundMs - START).toBe(at(30, 2 * HOUR + 2000));
  });

  it('finds a run that never ends', () => {
    const runs = daily(40, (day) => (day === 30 ? { status: 'running' } : {}));
    const kinds = replay([jobFeed(1, runs)]).findings.map(({ finding }) => finding.kind);
    expect(kinds).toContain('zombie');
  });

  it('tells nothing of what was over before it began to look', () => {
    const runs = daily(40, (day) => (day === 30 ? { status: 'failed' } : {}));
    expect(replay([jobFeed(1, runs)], { fromMs: START + 32 * DAY }).findings).toEqual([]);
    const during = replay([jobFeed(1, runs)], { fromMs: START + 30.5 * DAY }).findings;
    expect(during.map(told)).toEqual([['crash', 30.5 * DAY, at(31, runs[31]!.durationMs! + 2000)]]);
  });

  it('knows at every instant only what was known then: cut short, it has found the same', () => {
    const odd = (seed: number) => (day: number) => {
      const draw = (day * 31 + seed * 17) % 23;
      if (draw === 3) return null;
      if (draw === 5) return { status: 'failed' as const, error: 'x' };
      if (draw === 7) return { durationMs: 90 * MINUTE };
      return draw === 9 ? { lagMs: 50 * MINUTE } : {};
    };
    const jobs = [
      jobFeed(1, daily(40, odd(1))),
      jobFeed(2, daily(40, odd(5))),
      jobFeed(3, daily(40, odd(9)), false),
    ];
    const whole = replay(jobs);
    expect(whole.findings.length).toBeGreaterThan(8);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 24 * 60 }), (minutes) => {
        const untilMs = START + minutes * MINUTE;
        const cut = replay(jobs, { untilMs });
        const known = whole.findings.filter(({ foundMs }) => foundMs <= untilMs);
        expect(cut.findings.map(({ finding, foundMs }) => [finding.key, finding.sinceMs, foundMs])).toEqual(
          known.map(({ finding, foundMs }) => [finding.key, finding.sinceMs, foundMs]),
        );
        const incidents = whole.incidents.filter(({ openedMs }) => openedMs <= untilMs);
        expect(cut.incidents.map(({ openedMs }) => openedMs)).toEqual(
          incidents.map(({ openedMs }) => openedMs),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('makes one incident of a morning on which the scheduler stood still', () => {
    const jobs = [1, 2, 3, 4, 5, 6].map((jobId) =>
      jobFeed(
        jobId,
        daily(40, (day) => (day === 30 ? null : {})),
      ),
    );
    const { findings, incidents } = replay(jobs);
    expect(findings).toHaveLength(6);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]!.findings).toHaveLength(6);
  });

  it('does what a person decided instead of what was learned', () => {
    const decided = serviceRules({
      ...{ timeZone: 'UTC', calendar: 'none' },
      overridesOf: ({ job }) => (job === 'job-1' ? { ignore: ['crash'], why: 'known', who: 'claire' } : null),
    });
    const runs = daily(40, (day) => (day === 30 ? { status: 'failed' } : {}));
    const feed: Feed = { jobs: [jobFeed(1, runs), jobFeed(2, runs)], hosts: [], sources: [] };
    const { findings } = replayDetection(feed, decided, settings);
    expect(findings.map(({ finding }) => finding.key)).toEqual(['crash/job 2']);
  });
});
