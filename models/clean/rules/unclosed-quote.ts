import type { CleaningRule, RowRefusal } from './rule.ts';

export const unclosedQuote: CleaningRule = {
  code: 'unclosed-quote',
  kind: 'refuse',
  appliesTo: 'all',
  title: { en: 'Quote never closed', fr: 'Guillemet jamais fermé' },
  meaning:
    'A quoted field is not closed: before the end of the file, within the cap, or only by a quote of another row.',
  example: 'JOB_1;"disk full;OK',
  whatIsDone: 'The line where the quote opens goes to quarantine; reading goes on at the next line.',
};

export function refuseUnclosedQuote(quote: string): RowRefusal {
  return {
    code: unclosedQuote.code,
    detail: `a field opened by ${quote} must be closed by ${quote} before the next delimiter, found none that fits`,
  };
}
