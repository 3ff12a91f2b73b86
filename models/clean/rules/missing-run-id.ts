import type { CleaningRule } from './rule.ts';

export const missingRunId: CleaningRule = {
  code: 'missing-run-id',
  kind: 'doubt',
  appliesTo: 'runs',
  title: { en: 'Run without id', fr: 'Exécution sans identifiant' },
  meaning: 'The file has a column for the run id, but this row has none.',
  example: 'JOB_1;;2025-01-31 08:00;OK',
  whatIsDone: 'The run is known by its job and start, as in files without that column.',
};
