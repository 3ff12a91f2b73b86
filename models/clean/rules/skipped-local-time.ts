import type { CleaningRule } from './rule.ts';

export const skippedLocalTime: CleaningRule = {
  code: 'skipped-local-time',
  kind: 'doubt',
  appliesTo: 'all',
  title: { en: 'Hour that never was', fr: "Heure qui n'a pas existé" },
  meaning: 'A time without a zone lies in the hour that the local clock skipped when it was put forward.',
  example: '30/03/2025 02:30 in Europe/Paris',
  whatIsDone: 'It is read as by a clock that was not put forward: 02:30 is 03:30 of the new time.',
};
