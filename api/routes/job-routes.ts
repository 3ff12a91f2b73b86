import { z } from 'zod';
import { readForecastJobs, readLatestForecast } from '../../db/forecast/read-forecast.ts';
import { readJob } from '../../db/pages/read-job.ts';
import { readJobs } from '../../db/pages/read-jobs.ts';
import { readSlotPage } from '../../db/pages/read-slots.ts';
import type { JobBaselines } from '../../models/detect/baselines/job-baselines.ts';
import { normalBands } from '../../models/detect/baselines/normal-band.ts';
import { rhythmText } from '../../models/detect/schedule/schedule-text.ts';
import {
  jobDetailSchema,
  jobParams,
  jobsQuerySchema,
  jobsSchema,
  slotsQuerySchema,
  slotsSchema,
} from '../contract/jobs.ts';
import { keysOf, microseconds, pageOf } from '../http/cursor.ts';
import { notFound } from '../http/problem.ts';
import { get, getOf, momentOf, type Route } from './route.ts';

const DAY_MS = 86_400_000;
/** So many last runs of a job are shown in the list. */
const RECENT_RUNS = 14;

/** Jobs, one job, and the slots in which runs are due. */
export const JOB_ROUTES: readonly Route[] = [
  get(
    '/v1/jobs',
    'Jobs with how their last runs went',
    jobsQuerySchema,
    jobsSchema,
    async (context, { limit, after, ...asked }) => {
      const place = keysOf(z.tuple([z.string(), z.string()]), after);
      const end = (await momentOf(context)).getTime();
      const filter = { ...asked, limit: limit + 1, after: place };
      const rows = await readJobs(context.pool, RECENT_RUNS, filter, end);
      return pageOf(
        rows,
        limit,
        ({ namespace, job }) => [namespace, job],
        (row) => row,
      );
    },
  ),
  getOf(
    '/v1/jobs/:jobId',
    'A job: its facts, schedule, what is normal, whom it follows, its forecast',
    { params: jobParams, query: z.strictObject({}), response: jobDetailSchema },
    async (context, { params: { jobId } }) => {
      const { pool } = context;
      const asOf = await momentOf(context);
      const job = await readJob(pool, jobId, asOf);
      if (job === null) throw notFound('No job has this number.');
      const { schedule, declared, baselines, override, ...facts } = job;
      const forecast = await readLatestForecast(pool);
      const [inForecast] = forecast ? await readForecastJobs(pool, forecast.cutoff, jobId) : [];
      return {
        ...facts,
        asOf,
        openIncidents: facts.openIncidents as z.infer<typeof jobDetailSchema>['openIncidents'],
        schedule: schedule && {
          en: rhythmText(schedule.rhythm, 'en'),
          fr: rhythmText(schedule.rhythm, 'fr'),
          declared: declared !== null,
          ...{ runs: schedule.runs, explained: schedule.explained, filled: schedule.filled },
        },
        normal: baselines && normalOf(baselines, asOf.getTime()),
        override: override && { ...override, rules: { ...override.rules } },
        forecast:
          forecast && inForecast
            ? {
                cutoff: forecast.cutoff,
                modelVersion: forecast.modelVersion,
                candidates: forecast.candidates,
                job: inForecast,
              }
            : null,
      };
    },
  ),
  get(
    '/v1/slots',
    'When runs were and are due, and what became of it',
    slotsQuerySchema,
    slotsSchema,
    async (context, { limit, after, from, to, ...asked }) => {
      const now = (await momentOf(context)).getTime();
      const place = keysOf(z.tuple([microseconds, z.int()]), after);
      const rows = await readSlotPage(context.pool, {
        ...asked,
        from: from ?? new Date((to?.getTime() ?? now) - DAY_MS),
        to: to ?? new Date((from?.getTime() ?? now) + DAY_MS),
        limit: limit + 1,
        after: place,
      });
      return pageOf(
        rows,
        limit,
        ({ dueUs, id }) => [dueUs, id],
        ({ dueUs: _, ...slot }) => slot,
      );
    },
  ),
];

function normalOf(baselines: JobBaselines, nowMs: number) {
  const newest = baselines.editions[0];
  if (newest === undefined) return null;
  const { failed } = newest;
  return {
    asOf: new Date(baselines.asOfMs),
    timeZone: baselines.timeZone,
    runs: newest.runs,
    durationMs: normalBands(baselines, 'duration', [nowMs])[0]!,
    rows: normalBands(baselines, 'rows', [nowMs])[0]!,
    failedShare: failed.runs === 0 ? null : failed.times / failed.runs,
    longestMs: newest.longestMs,
  };
}
