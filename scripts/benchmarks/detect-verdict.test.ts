import { describe, expect, it } from 'vitest';
import type { FindingKind, Subject } from '../../models/detect/finding.ts';
import type { FoundOnce, Replayed, ReplayedMessage } from '../../models/detect/replay/index.ts';
import type { AnomalyTruth } from '../../models/estate/anomalies/anomaly-truth.ts';
import { judgeReplay } from './detect-verdict.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const found = (
  kind: FindingKind,
  runKey: string | null,
  given: Partial<FoundOnce> & { dueMs?: number } = {},
): FoundOnce => {
  const subject: Subject = kind === 'host' ? { type: 'host', host: 'srv-01' } : { type: 'job', jobId: 1 };
  const { dueMs = null, ...rest } = given;
  return {
    finding: {
      ...{
        key: `${kind}/${runKey ?? dueMs}`,
        kind,
        variant: null,
        subject,
        sinceMs: 10 * HOUR,
        runKey,
        dueMs,
      },
      evidence: { observed: null, expected: null, limit: null, unit: null, text: null },
      ...{ family: null, course: 'new' },
    },
    ...{ foundMs: 11 * HOUR, endedMs: 12 * HOUR, became: [], ...rest },
  };
};
const truth = (kind: AnomalyTruth['kind'], given: Partial<AnomalyTruth> = {}): AnomalyTruth => ({
  ...{ kind, variant: null, subject: kind === 'host' ? { host: 'srv-01' } : { job: 'load' } },
  ...{
    cause: `${kind}-1`,
    causeKind: 'single',
    fromMs: 10 * HOUR,
    untilMs: 12 * HOUR,
    knowableMs: 10.5 * HOUR,
  },
  ...{ runIds: ['r'], dueMs: null, file: null, certain: true, ...given },
});
const judge = (
  findings: FoundOnce[],
  rows: AnomalyTruth[],
  more: Partial<Replayed> = {},
  messages: ReplayedMessage[] = [],
) =>
  judgeReplay({
    messages,
    truth: rows,
    replayed: { findings, incidents: [], events: [], slots: [], looks: 0, learned: 0, ...more },
    jobName: () => 'load',
    gapMs: () => DAY,
    fromMs: 0,
    untilMs: 30 * DAY,
  });
const counts = (kind: 'slow' | 'crash' | 'late' | 'missing' | 'host', ...given: Parameters<typeof judge>) => {
  const { found: foundCount, truths, right, findings } = judge(...given).kinds[kind];
  return [foundCount, truths, right, findings];
};

describe('a verdict', () => {
  it('says nothing of nothing', () => {
    expect(counts('slow', [], [])).toEqual([0, 0, 0, 0]);
  });

  it('takes a run that is slow for that run only', () => {
    expect(counts('slow', [found('slow', 'r')], [truth('slow')])).toEqual([1, 1, 1, 1]);
    expect(counts('slow', [found('slow', 'other')], [truth('slow')])).toEqual([0, 1, 0, 1]);
    expect(judge([found('slow', 'r')], [truth('slow')]).kinds.slow.delaysMs).toEqual([0.5 * HOUR]);
  });

  it('takes what may be found for right, and not finding it for no mistake', () => {
    const maybe = truth('slow', { certain: false });
    expect(counts('slow', [found('slow', 'r')], [maybe])).toEqual([0, 0, 1, 1]);
    expect(counts('slow', [], [maybe])).toEqual([0, 0, 0, 0]);
  });

  it('takes a crash that was told while the job was failing', () => {
    expect(counts('crash', [found('crash', 'r')], [truth('crash')])).toEqual([1, 1, 1, 1]);
    const before = found('crash', 'r', { foundMs: HOUR, endedMs: 2 * HOUR });
    expect(counts('crash', [before], [truth('crash')])).toEqual([0, 1, 0, 1]);
  });

  it('takes an absence by its slot: what is missing is late first, what is late is not missing', () => {
    const late = found('late', null, { dueMs: 10 * HOUR });
    const missing = found('late', null, { dueMs: 10 * HOUR, became: [{ kind: 'missing', atMs: 20 * HOUR }] });
    const trueLate = truth('late', { dueMs: 9.9 * HOUR });
    const trueMissing = truth('missing', { dueMs: 9.9 * HOUR });
    expect(counts('late', [late], [trueLate])).toEqual([1, 1, 1, 1]);
    expect(counts('missing', [missing], [trueMissing])).toEqual([1, 1, 1, 1]);
    expect(counts('missing', [late], [trueMissing])).toEqual([0, 1, 0, 0]);
    expect(counts('missing', [missing], [trueLate])).toEqual([0, 0, 0, 1]);
    const nextDay = found('late', null, { dueMs: 34 * HOUR });
    expect(judge([nextDay], [trueLate]).falseLate).toEqual([nextDay]);
    expect(judge([late], [trueLate]).kinds.late.delaysMs).toEqual([HOUR]);
  });

  it('takes a server by the time of its trouble', () => {
    expect(counts('host', [found('host', null)], [truth('host')])).toEqual([1, 1, 1, 1]);
    const later = found('host', null, { foundMs: 5 * DAY, endedMs: 6 * DAY });
    expect(counts('host', [later], [truth('host')])).toEqual([0, 1, 0, 1]);
  });

  it('takes a transmission by its file, and other columns for as long as they come', () => {
    const about = (variant: string, text: string | null, given: Partial<FoundOnce> = {}) => {
      const one = found('transmission', null, given);
      const evidence = { ...one.finding.evidence, text };
      const subject: Subject = { type: 'source', source: 'orders' };
      return { ...one, finding: { ...one.finding, variant, subject, evidence } };
    };
    const rowOf = (variant: string) =>
      truth('transmission', { variant, subject: { source: 'orders' }, runIds: [], file: 'o_01.csv' });
    const counted = (one: FoundOnce, variant: string) => {
      const { found: foundCount, right } = judge([one], [rowOf(variant)]).kinds.transmission;
      return [foundCount, right];
    };
    expect(counted(about('truncated', 'o_01.csv'), 'truncated')).toEqual([1, 1]);
    expect(counted(about('repeated', 'o_01_r.csv'), 'repeated')).toEqual([1, 1]);
    expect(counted(about('truncated', 'o_02.csv'), 'truncated')).toEqual([0, 0]);
    const since = { foundMs: HOUR, endedMs: 20 * HOUR };
    expect(counted(about('schema-changed', null, since), 'schema-changed')).toEqual([1, 1]);
    expect(counted(about('schema-changed', null, { ...since, endedMs: 2 * HOUR }), 'schema-changed')).toEqual(
      [0, 0],
    );
  });

  it('counts the incidents and the messages of an outage, without those that were open before', () => {
    const rows = ['a', 'b', 'c'].map((run) =>
      truth('slow', { runIds: [run], cause: 'database-1', causeKind: 'database' }),
    );
    const findings = ['a', 'b', 'c'].map((run) => found('slow', run));
    const incident = (id: number, openedMs: number, of: FoundOnce[]) => ({
      ...{ id, openedMs, resolvedMs: null, severity: 'major' as const, causes: [] },
      findings: of.map(({ finding, foundMs }) => ({ finding, joinedMs: foundMs })),
    });
    const incidents = [incident(1, 11 * HOUR, findings.slice(0, 2)), incident(2, HOUR, findings.slice(2))];
    const messages = [[1], [1, 2], [2]].map((incidentIds) => ({
      ...{ channel: 'mail', event: 'opened' as const, sentMs: 0, incidentIds },
    }));
    expect(judge(findings, rows, { incidents }, messages).outages).toEqual([
      { cause: 'database-1', kind: 'database', truths: 3, found: 3, incidents: 1, notices: 2 },
    ]);
  });
});
