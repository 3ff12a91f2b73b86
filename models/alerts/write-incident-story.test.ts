import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentStory, StoryFinding } from './incident-story.ts';
import { writeIncidentStory } from './write-incident-story.ts';

const INCIDENT: Omit<IncidentStory, 'findings'> = {
  ...{ id: 1, state: 'open', severity: 'major', openedMs: 0, resolvedMs: null },
  ...{ causes: [{ kind: 'itself', name: 'a', weight: 1 }], acknowledgedBy: null },
  runBook: null,
};
const finding = (key: string, more: Partial<StoryFinding> = {}) =>
  ({ key, role: 'cause', endedMs: null, criticality: 3, sinceMs: 0, ...more }) as StoryFinding;
const keysOf = (...findings: StoryFinding[]) =>
  writeIncidentStory(INCIDENT, findings).findings.map(({ key }) => key);

describe('writeIncidentStory', () => {
  it('tells causes, symptoms, consequences; what lasts, the critical, the oldest first', () => {
    const inOrder = [
      finding('a server', { criticality: null, sinceMs: 9 }),
      finding('critical', { criticality: 1, sinceMs: 9 }),
      finding('older', { sinceMs: 1 }),
      finding('equal', { sinceMs: 2 }),
      finding('equal too', { sinceMs: 2 }),
      finding('over', { endedMs: 5 }),
      finding('symptom', { role: 'symptom', criticality: 1 }),
      finding('consequence', { role: 'consequence', criticality: 1 }),
    ];
    const keys = inOrder.map(({ key }) => key);
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (shuffled) => {
        expect(keysOf(...shuffled)).toEqual(keys);
      }),
    );
  });

  it('has a story without findings as well', () => {
    expect(writeIncidentStory(INCIDENT, [])).toEqual({ ...INCIDENT, findings: [] });
  });
});
