import { describe, expect, it } from 'vitest';
import { type Finding, type FindingKind, findingKey } from '../finding.ts';
import type { GroupingContext } from './incident-changes.ts';
import { isWorse, severityOf, worseOf } from './severity.ts';

const context = (...criticalities: number[]): GroupingContext => ({
  jobs: new Map(
    criticalities.map((criticality, jobId) => [
      jobId,
      {
        name: `${jobId}`,
        namespace: 'etl',
        owner: null,
        host: null,
        source: null,
        criticality,
        upstream: [],
        usualGapMs: null,
      },
    ]),
  ),
  seen: [],
});
const finding = (kind: FindingKind, jobId: number, course: Finding['course'] = 'new'): Finding => {
  const subject = { type: 'job' as const, jobId };
  const evidence = { observed: null, expected: null, limit: null, unit: null, text: null };
  return {
    ...{ key: findingKey(kind, subject), kind, variant: null, subject, sinceMs: 0, runKey: null },
    ...{ dueMs: null, evidence, family: null, course },
  };
};

describe('severityOf', () => {
  it.each([
    ['crash', ['critical', 'major', 'minor', 'minor']],
    ['late', ['major', 'minor', 'minor', 'warning']],
    ['extra', ['minor', 'warning', 'warning', 'warning']],
    ['risk', ['minor', 'warning', 'warning', 'warning']],
  ] as const)('of %s goes by how critical the job is', (kind, expected) => {
    const jobs = context(1, 2, 3, 4);
    expect([0, 1, 2, 3].map((jobId) => severityOf([finding(kind, jobId)], jobs))).toEqual(expected);
  });

  it('is that of the worst', () => {
    expect(severityOf([finding('extra', 0), finding('crash', 1)], context(3, 2))).toBe('major');
  });

  it('is one step worse for five jobs in trouble, and not for many forecasts', () => {
    const many = (kind: FindingKind, count: number) =>
      severityOf(
        Array.from({ length: count }, (_, jobId) => finding(kind, jobId)),
        context(...Array(count).fill(3)),
      );
    expect([1, 4, 5, 20].map((count) => many('late', count))).toEqual(['minor', 'minor', 'major', 'major']);
    expect(many('risk', 20)).toBe('warning');
  });

  it('is one step less for what has been so for long', () => {
    expect(severityOf([finding('crash', 0, 'chronic')], context(1))).toBe('major');
    expect(severityOf([finding('extra', 0, 'chronic')], context(4))).toBe('warning');
  });

  it('of a server or a source is major, of a job nobody knows that of an ordinary one', () => {
    const host = { ...finding('host', 0), subject: { type: 'host' as const, host: 'srv' } };
    expect(severityOf([host], context())).toBe('major');
    expect(severityOf([{ ...host, evidence: { ...host.evidence, unit: 'days' } }], context())).toBe('minor');
    expect(severityOf([finding('crash', 7)], context())).toBe('minor');
  });
});

describe('isWorse', () => {
  it('knows the order, and that everything is worse than nothing told', () => {
    expect(isWorse('warning', null)).toBe(true);
    expect(isWorse('critical', 'major')).toBe(true);
    expect(isWorse('major', 'major')).toBe(false);
    expect([worseOf('minor', 'major'), worseOf('major', 'minor')]).toEqual(['major', 'major']);
  });
});
