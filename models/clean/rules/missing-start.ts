import type { CleaningRule } from './rule.ts';

export const missingStart: CleaningRule = {
  code: 'missing-start',
  kind: 'doubt',
  appliesTo: 'events',
  title: { en: 'Start not told', fr: 'Début non annoncé' },
  meaning: 'A run is told to go on or to have ended, but not when it started.',
  example: 'a lone COMPLETE event, or a success ping without /start',
  whatIsDone:
    'The earliest instant at which it is known to have run stands for the start, and its duration is not known.',
};
