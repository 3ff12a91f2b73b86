import type { CleaningRule, RunTimes } from './rule.ts';

export const runningWithEnd: CleaningRule = {
  code: 'running-with-end',
  kind: 'doubt',
  appliesTo: 'runs',
  title: { en: 'Running, yet ended', fr: 'En cours, mais terminé' },
  meaning: 'The status says that the run is under way, and the row tells its end.',
  example: 'status = running, ended_at = 09:00',
  whatIsDone: 'Both are kept as told.',
};

export function isRunningWithEnd({ running, endedAt }: RunTimes): boolean {
  return running && endedAt !== null;
}
