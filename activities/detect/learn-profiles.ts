import {
  type JobProfile,
  jobsThatTellStarts,
  lockExpectations,
  readProfiles,
  saveLearned,
} from '../../db/detect/job-profiles.ts';
import { loadHistories } from '../../db/forecast/history.ts';
import { withTransaction } from '../../db/pool.ts';
import { schedulesChangedMessage } from '../../models/alerts/schedules-message.ts';
import { learnBaselines } from '../../models/detect/baselines/learn-baselines.ts';
import { learnShippingLags } from '../../models/detect/baselines/learn-shipping-lag.ts';
import { compareSchedules } from '../../models/detect/schedule/compare-schedules.ts';
import { type LearningJob, learnSchedules } from '../../models/detect/schedule/learn-schedules.ts';
import { zoneOf } from '../../models/detect/schedule/zone-of.ts';
import type { JobHistory } from '../../models/records/job-history.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';

/** A job that runs at other times now. */
export interface AnnouncedChange {
  jobId: number;
  kind: 'changed' | 'ended';
  text: { fr: string; en: string };
}

export interface LearnedProfiles {
  jobs: number;
  withSchedule: number;
  /** The first of them; a first schedule is no news. */
  changes: AnnouncedChange[];
  /** How many there are. */
  changed: number;
}

/** A workflow holds no lists without an end. */
const MOST_CHANGES = 100;

/**
 * Learns what is usual of jobs, all or those given, from what was known at an instant: their schedules and what their
 * runs take and write. People are told which schedules changed since they were last learned.
 */
export function createLearnProfiles({ pool, timeZone, calendar, alerts, pageUrl }: Dependencies) {
  return async function learnProfiles(input: { asOf: string; jobIds?: number[] }): Promise<LearnedProfiles> {
    const asOf = new Date(input.asOf);
    const asOfMs = asOf.getTime();
    const jobIds = input.jobIds ?? null;
    return withHeartbeat(() =>
      withTransaction(pool, async (client) => {
        await lockExpectations(client);
        const known = new Map(
          (await readProfiles(client, jobIds)).map((profile) => [profile.jobId, profile]),
        );
        const tellers = await jobsThatTellStarts(client, asOf);
        const histories = withDeclared(
          await loadHistories(client, asOf, { jobIds, withStarts: true }),
          known,
        );
        const jobs = histories.map(
          (history): LearningJob => ({
            history,
            tellsStarts: tellers.has(history.jobId),
            declared: known.get(history.jobId)?.declared ?? null,
          }),
        );
        const schedules = learnSchedules(jobs, asOfMs, { timeZone, calendar });
        const shippingLags = learnShippingLags(histories, asOfMs);
        const learned = histories.map((history, i) => ({
          jobId: history.jobId,
          schedule: schedules[i]!,
          tellsStarts: tellers.has(history.jobId),
          baselines: learnBaselines(history, asOfMs, {
            calendar,
            timeZone: zoneOf(schedules[i]!, timeZone),
            shippingLagMs: shippingLags.get(history.namespace),
          }),
        }));
        await saveLearned(client, learned, asOf);
        const changes = learned.flatMap(({ jobId, schedule }): AnnouncedChange[] => {
          const before = known.get(jobId);
          // What was learned later stays, and so does what it said.
          if (before === undefined || (before.learnedAtMs ?? 0) > asOfMs) return [];
          const change = compareSchedules(before.schedule, schedule, { asOfMs, calendar });
          return change === null || change.kind === 'found'
            ? []
            : [{ jobId, kind: change.kind, text: change.text }];
        });
        if (changes.length > 0) {
          const names = new Map(histories.map(({ jobId, job }) => [jobId, job]));
          const told = changes.map(({ jobId, text }) => ({ job: names.get(jobId)!, text }));
          await tellMessage(client, alerts, {
            kind: 'schedules-changed',
            topic: 'schedule',
            told: `${input.asOf} ${changes.map(({ jobId }) => jobId).join(',')}`,
            message: (language) => schedulesChangedMessage(told, language, `${pageUrl}/jobs`),
            asOf,
          });
        }
        return {
          jobs: learned.length,
          withSchedule: schedules.filter((schedule) => schedule !== null).length,
          changes: changes.slice(0, MOST_CHANGES),
          changed: changes.length,
        };
      }),
    );
  };
}

/** Jobs that never ran yet, and of which somebody declared when they will, belong to it. */
function withDeclared(
  histories: readonly JobHistory[],
  known: ReadonlyMap<number, JobProfile>,
): JobHistory[] {
  const ran = new Set(histories.map(({ jobId }) => jobId));
  const expected = [...known.values()].filter(({ jobId, declared }) => declared !== null && !ran.has(jobId));
  return [...histories, ...expected.map(({ jobId }) => emptyHistory(jobId))];
}

const emptyHistory = (jobId: number): JobHistory => ({
  jobId,
  namespace: '',
  job: '',
  owner: null,
  host: null,
  criticality: 3,
  startedAt: new Float64Array(0),
  knownAt: new Float64Array(0),
  durationMs: new Float64Array(0),
  status: new Uint8Array(0),
  rowsWritten: new Float64Array(0),
  expectedRows: new Float64Array(0),
  error: [],
});
