import { errorTemplate } from '../../features/error-family.ts';
import { type Course, type Finding, findingKey } from '../finding.ts';
import type { Seen } from '../news.ts';
import { courseOf } from './course-of.ts';
import { endOf, type JobView } from './job-view.ts';

/** A job that has failed at every run for so long, and so often, is known to be broken. */
const CHRONIC_MS = 3 * 86_400_000;
const CHRONIC_RUNS = 3;

/**
 * The last finished run of a job failed, by start. There is one crash of a job: it lasts until a run succeeds, a retry
 * too, and began with the first failure after the last success.
 *
 * `chronic` when it has failed at every run for three days (three or more runs), or at four of the last five to ten;
 * `flapping` when success and failure changed at least four times within the last ten runs.
 */
export function findCrash(view: JobView): Seen<Finding>[] {
  const { finished, subject } = view;
  const last = finished.at(-1);
  if (last?.status !== 'failed') return [];
  const first = finished[finished.findLastIndex(({ status }) => status === 'succeeded') + 1]!;
  const error = last.error?.trim() || null;
  const what: Finding = {
    key: findingKey('crash', subject),
    kind: 'crash',
    variant: null,
    subject,
    sinceMs: endOf(first),
    runKey: last.runKey,
    dueMs: null,
    evidence: { observed: null, expected: null, limit: null, unit: null, text: error },
    family: error === null ? null : errorTemplate(error) || null,
    course: courseOfCrash(view),
  };
  return [{ what, happenedMs: endOf(last), knownMs: last.knownAtMs, lasts: true }];
}

function courseOfCrash({ finished }: JobView): Course {
  const streak = finished.slice(finished.findLastIndex(({ status }) => status === 'succeeded') + 1);
  const lastedMs = endOf(streak.at(-1)!) - endOf(streak[0]!);
  if (streak.length >= CHRONIC_RUNS && lastedMs >= CHRONIC_MS) return 'chronic';
  return courseOf(finished.map(({ status }) => status === 'failed'));
}
