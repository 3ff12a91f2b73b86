import { expect, it } from 'vitest';
import type { Suspect } from './shared-cause.ts';
import { SuspectSets } from './suspect-sets.ts';

const suspect = (jobId: number, incidentId: number | null = null): Suspect => ({
  finding: {
    ...{ key: `crash/job ${jobId}`, kind: 'crash', variant: null, subject: { type: 'job', jobId } },
    ...{ sinceMs: 0, runKey: null, dueMs: null, family: null, course: 'new' },
    evidence: { observed: null, expected: null, limit: null, unit: null, text: null },
  },
  ...{ onsetMs: 0, isLasting: true, incidentId },
});
const groupsOf = (sets: SuspectSets) =>
  sets.newsByGroup().map(({ incidentId, members }) => [incidentId, members.length]);

it('a set goes into an incident only when most of it has a reason to', () => {
  const [known, first, second, third] = [suspect(1, 7), suspect(2), suspect(3), suspect(4)];
  const all = [known!, first!, second!, third!];
  const few = new SuspectSets(all);
  few.unite([first!, second!, third!]);
  few.unite([known!, first!]);
  expect(groupsOf(few)).toEqual([[null, 3]]);
  few.unite([known!, first!, second!]);
  expect(groupsOf(few)).toEqual([[7, 3]]);
});

it('two incidents stay two, and the first that is named takes the news', () => {
  const [one, other, news] = [suspect(1, 7), suspect(2, 8), suspect(3)];
  const sets = new SuspectSets([one, other, news]);
  sets.unite([other, one, news]);
  expect(groupsOf(sets)).toEqual([[8, 1]]);
});

it('nothing is united by nothing', () => {
  const sets = new SuspectSets([]);
  sets.unite([]);
  expect(groupsOf(sets)).toEqual([]);
});
