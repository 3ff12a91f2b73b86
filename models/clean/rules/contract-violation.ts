import type { CleaningRule } from './rule.ts';

export const contractViolation: CleaningRule = {
  code: 'contract-violation',
  kind: 'refuse',
  appliesTo: 'all',
  title: { en: 'Against the contract', fr: 'Contraire au contrat' },
  meaning:
    'A value is not in the enumeration or range that the contract of the source gives its column, or a column of the key is empty.',
  example: 'environment = "test" (contract: prod, preprod)',
  whatIsDone: 'The row goes to quarantine. Without a contract nothing is asked.',
};
