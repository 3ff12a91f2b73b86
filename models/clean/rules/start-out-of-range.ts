import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const startOutOfRange: CleaningRule = {
  code: 'start-out-of-range',
  kind: 'refuse',
  appliesTo: 'runs',
  title: { en: 'Start before 1990 or after 2100', fr: 'Début avant 1990 ou après 2100' },
  meaning:
    'The start is a date, but none on which a run can have started: a clock that was never set, a wrong unit.',
  example: '1970-01-01T00:00:00Z',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseStartOutOfRange(column: string, text: string): RowRefusal {
  return {
    code: startOutOfRange.code,
    detail: `${column}: expected a year from 1990 to 2100, found ${found(text)}`,
  };
}
