import type { CleaningRule } from './rule.ts';

export const unreadableKnownAt: CleaningRule = {
  code: 'unreadable-known-at',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Arrival unreadable', fr: 'Arrivée illisible' },
  meaning: 'The instant at which the run became known is told but is no date from 1990 to 2100.',
  example: 'known_at = yesterday',
  whatIsDone: 'It is dropped: the end of the run is taken, or its start.',
};
