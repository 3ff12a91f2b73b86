import { expect, test } from 'vitest';
import type { Incident } from '../api/contract/incidents.ts';
import { causeText, findingText, severityText } from './incident-words.ts';

const finding = (kind: string, course = 'new') => ({ kind, course }) as Incident['findings'][number];
const caused = (kind: string, name: string) =>
  ({ causes: [{ kind, name, weight: 1 }] }) as unknown as Incident;

test('what is wrong is said in both languages, with its course where that is no news', () => {
  expect(findingText(finding('late'), 'en')).toBe('late');
  expect(findingText(finding('crash', 'flapping'), 'fr')).toBe('en échec, intermittent');
  expect(severityText('critical', 'fr')).toBe('critique');
});

test('a cause is named where it is another than the job itself', () => {
  expect(causeText(caused('itself', 'orders'), 'en')).toBeNull();
  expect(causeText(caused('host', 'srv-1'), 'fr')).toBe('serveur srv-1');
  expect(causeText(caused('schedule', '*'), 'en')).toBe('nobody starts the jobs');
});
