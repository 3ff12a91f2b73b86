import { calendarNamed } from '../../features/holiday-calendar.ts';
import { learnBaselines } from '../baselines/learn-baselines.ts';
import { detectJob } from '../detect-job.ts';
import { advanceHost } from '../hosts/advance-host.ts';
import { detectHost } from '../hosts/detect-host.ts';
import { groupFindings } from '../incidents/group-findings.ts';
import { type JobOverrides, NO_OVERRIDES } from '../job-overrides.ts';
import { learnUpstreams } from '../learn-upstreams.ts';
import { learnSchedule } from '../schedule/learn-schedule.ts';
import type { DeclaredSchedule } from '../schedule/schedule.ts';
import { settleSlots } from '../schedule/settle-slots.ts';
import { slotsOf } from '../schedule/slots-of.ts';
import { zoneOf } from '../schedule/zone-of.ts';
import { detectSource } from '../sources/detect-source.ts';
import { begunBy, countUntil, type JobFeed } from './feed.ts';
import type { Rules } from './rules.ts';

/** What people decided; everything else is learned. */
export interface ServiceSettings {
  /** Of clocks on the wall. */
  timeZone: string;
  /** Of its holidays, such as FR. @see calendarNamed */
  calendar: string;
  overridesOf?: (job: JobName) => JobOverrides | null;
  declaredOf?: (job: JobName) => DeclaredSchedule | null;
}

export interface JobName {
  namespace: string;
  job: string;
}

/**
 * The rules of the service, by which a replay tells what it would have told.
 *
 * @throws UnknownCalendar
 */
export function serviceRules({ timeZone, calendar: name, overridesOf, declaredOf }: ServiceSettings): Rules {
  const calendar = calendarNamed(name);
  return {
    learn: (job, asOfMs) => {
      const schedule = learnSchedule(job, asOfMs, {
        ...{ timeZone, calendar, tellsStarts: tellsStarts(job, asOfMs) },
        declared: declaredOf?.(job) ?? null,
      });
      const surroundings = { calendar, timeZone: zoneOf(schedule, timeZone) };
      return { schedule, baselines: learnBaselines(job, asOfMs, surroundings) };
    },
    slots: (schedule, fromMs, toMs) => slotsOf(schedule, fromMs, toMs, calendar),
    settle: settleSlots,
    detectJob: (facts, profile, asOfMs, newsSinceMs, open) => {
      const overrides = overridesOf?.(facts) ?? NO_OVERRIDES;
      return detectJob(facts, profile?.baselines ?? null, overrides, asOfMs, newsSinceMs, open);
    },
    detectHost: (facts, asOfMs) => {
      const read = advanceHost(facts, asOfMs);
      return { facts: read, found: detectHost(read, asOfMs) };
    },
    detectSource,
    group: groupFindings,
    upstreams: (jobs, asOfMs) =>
      learnUpstreams(
        jobs.map((job) => begunBy(job, asOfMs)),
        asOfMs,
      ),
  };
}

/** The last runs say whether a job tells that it has begun. */
const LAST_RUNS = 50;
const MOST = 0.5;

function tellsStarts({ startedAt, startKnownAt }: JobFeed, asOfMs: number): boolean {
  const end = countUntil(startedAt, asOfMs);
  const from = Math.max(0, end - LAST_RUNS);
  let told = 0;
  for (let i = from; i < end; i++) if (startKnownAt[i]! <= asOfMs) told++;
  return end > from && told / (end - from) >= MOST;
}
