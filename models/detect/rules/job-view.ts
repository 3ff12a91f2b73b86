import { calendarNamed, type HolidayCalendar } from '../../features/holiday-calendar.ts';
import { type Edition, editionFor, type JobBaselines } from '../baselines/job-baselines.ts';
import type { Finding, Subject } from '../finding.ts';
import type { JobFacts, RunFact } from '../job-facts.ts';
import type { JobOverrides } from '../job-overrides.ts';
import type { NewsWindow, Seen } from '../news.ts';
import { ZoneClock } from '../schedule/zone-clock.ts';

/** A rule: everything it sees wrong, news or not. */
export type JobRule = (view: JobView) => Seen<Finding>[];

/** What the rules of a job look at. */
export interface JobView extends NewsWindow {
  subject: Subject & { type: 'job' };
  /** Succeeded and failed runs, by start, then key. */
  finished: readonly RunFact[];
  succeeded: readonly RunFact[];
  running: readonly RunFact[];
  slots: JobFacts['slots'];
  overrides: JobOverrides;
  /** That the baselines were learned with. */
  calendar: HolidayCalendar;
  /** That its days and hours go by. */
  clock: ZoneClock;
  /** What was usual before a run started; null when that is not known. */
  editionOf: (run: RunFact) => Edition | null;
}

const byStart = (a: RunFact, b: RunFact) =>
  a.startedAtMs - b.startedAtMs || (a.runKey < b.runKey ? -1 : a.runKey > b.runKey ? 1 : 0);

/** Lays out what is known. A cancelled run says nothing; one known only after `asOfMs` is not known. */
export function viewJob(
  facts: JobFacts,
  baselines: JobBaselines | null,
  overrides: JobOverrides,
  window: NewsWindow,
): JobView {
  const known = facts.runs.filter(({ knownAtMs }) => knownAtMs <= window.asOfMs).sort(byStart);
  return {
    ...window,
    subject: { type: 'job', jobId: facts.jobId },
    finished: known.filter(({ status }) => status === 'succeeded' || status === 'failed'),
    succeeded: known.filter(({ status }) => status === 'succeeded'),
    running: known.filter(({ status }) => status === 'running'),
    slots: facts.slots,
    overrides,
    calendar: calendarNamed(baselines?.calendar ?? 'none'),
    clock: ZoneClock.of(baselines?.timeZone ?? 'UTC'),
    editionOf: (run) => (baselines === null ? null : editionFor(baselines, run.startedAtMs)),
  };
}

/** How long a finished run took; null where neither that nor its end is told. */
export function durationOf({ durationMs, startedAtMs, endedAtMs }: RunFact): number | null {
  if (durationMs !== null && durationMs >= 0) return durationMs;
  return endedAtMs !== null && endedAtMs >= startedAtMs ? endedAtMs - startedAtMs : null;
}

/** When a finished run ended; its start where that is all that is told. */
export const endOf = (run: RunFact): number => run.startedAtMs + (durationOf(run) ?? 0);
