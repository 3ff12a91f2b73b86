import { errorTemplate } from '../features/error-family.ts';
import { type Finding, findingKey } from './finding.ts';
import type { JobFacts, RunFact } from './job-facts.ts';

/**
 * A failure older than this is history, not news: a job that has been broken and silent for a week is retired or
 * known. The same week makes a job a candidate of the forecast.
 */
export const NEWS_DAYS = 7;

const DAY_MS = 86_400_000;

/**
 * A job is failing when its last finished run failed, no longer ago than NEWS_DAYS before `asOfMs` unless it is known
 * to be failing. It fails since the first failed run after its last success.
 *
 * @param open keys of findings that are open
 */
export function findFailing(facts: JobFacts, asOfMs: number, open: ReadonlySet<string>): Finding[] {
  const isFinished = ({ status }: RunFact) => status === 'succeeded' || status === 'failed';
  const finished = facts.runs.filter(isFinished);
  const last = finished.at(-1);
  const subject = { type: 'job' as const, jobId: facts.jobId };
  const key = findingKey('crash', subject);
  if (last?.status !== 'failed') return [];
  if (asOfMs - last.startedAtMs > NEWS_DAYS * DAY_MS && !open.has(key)) return [];
  const first = finished[finished.findLastIndex(({ status }) => status === 'succeeded') + 1]!;
  const evidence = { observed: null, expected: null, limit: null, unit: null, text: last.error };
  return [
    {
      ...{ key, kind: 'crash', variant: null, subject, sinceMs: first.startedAtMs, runKey: last.runKey },
      ...{ dueMs: null, evidence, family: last.error && errorTemplate(last.error), course: 'new' },
    },
  ];
}
