import { z } from 'zod';
import { MOST_POINTS, readDurations } from '../db/read-durations.ts';
import { readForecastJobs, readLatestForecast } from '../db/read-forecast.ts';
import { readBaselines, readJob } from '../db/read-job.ts';
import { readSlotPage } from '../db/read-slots.ts';
import { readRunsOfSpan, readSlotsOfSpan, readTimelineJobs } from '../db/read-timeline.ts';
import type { JobBaselines } from '../models/detect/baselines/job-baselines.ts';
import { normalBands } from '../models/detect/baselines/normal-band.ts';
import { rhythmText } from '../models/detect/schedule/schedule-text.ts';
import { jobDetailSchema, jobParams, slotsQuerySchema, slotsSchema } from './contract/jobs.ts';
import {
  durationsQuerySchema,
  durationsSchema,
  timelineQuerySchema,
  timelineSchema,
} from './contract/runs.ts';
import { badQuery, notFound } from './problem.ts';
import { get, getOf, momentOf, type Route, type RouteContext } from './route.ts';
import { thinSeries } from './thin-series.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DURATION_DAYS = 90;
const NIGHT_HOURS = 12;
const LONGEST_TIMELINE_HOURS = 48;
/** More are no longer to be told apart on a screen. */
const MOST_RUNS = 5_000;
const MOST_SLOTS = 5_000;

/** What ran when, one job with what its runs took, and its slots. */
export const NIGHT_ROUTES: readonly Route[] = [
  get(
    '/v1/timeline',
    'What ran and what was due on every server in a night',
    timelineQuerySchema,
    timelineSchema,
    readTimeline,
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
  getOf(
    '/v1/jobs/:jobId/durations',
    'What the runs of a job took, with what is normal, for a chart',
    { params: jobParams, query: durationsQuerySchema, response: durationsSchema },
    async (context, { params: { jobId }, query }) => {
      const to = query.to ?? new Date((await momentOf(context)).getTime() + 1);
      const from = query.from ?? new Date(to.getTime() - DURATION_DAYS * DAY_MS);
      const runs = await readDurations(context.pool, { jobId, from, to });
      const drawn = thinSeries(
        runs.map(({ durationMs }) => durationMs),
        query.points,
        (index) => runs[index]!.status === 'failed',
      ).map((index) => runs[index]!);
      const baselines = (await readBaselines(context.pool, [jobId])).get(jobId) ?? null;
      const bands = normalBands(
        baselines,
        'duration',
        drawn.map(({ startedAt }) => startedAt.getTime()),
      );
      const points = drawn.map((run, index) => ({
        ...run,
        lowMs: bands[index]?.low ?? null,
        usualMs: bands[index]?.usual ?? null,
        highMs: bands[index]?.high ?? null,
      }));
      const shownFrom = runs.length >= MOST_POINTS ? runs[0]!.startedAt : from;
      return { jobId, from: shownFrom, to, runs: runs.length, points };
    },
  ),
  get(
    '/v1/slots',
    'When runs were and are due, and what became of it',
    slotsQuerySchema.omit({ after: true }),
    slotsSchema,
    async (context, { limit, from, to, ...asked }) => {
      const now = (await momentOf(context)).getTime();
      const rows = await readSlotPage(context.pool, {
        ...asked,
        from: from ?? new Date((to?.getTime() ?? now) - DAY_MS),
        to: to ?? new Date((from?.getTime() ?? now) + DAY_MS),
        limit,
      });
      return { items: rows.map(({ dueUs: _, ...slot }) => slot), next: null };
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

async function readTimeline(context: RouteContext, query: z.infer<typeof timelineQuerySchema>) {
  const { pool } = context;
  const now = await momentOf(context);
  const from = query.from ?? new Date((query.to ?? now).getTime() - NIGHT_HOURS * HOUR_MS);
  const to = query.to ?? new Date((query.from ?? now).getTime() + NIGHT_HOURS * HOUR_MS);
  if (!(from < to) || to.getTime() - from.getTime() > LONGEST_TIMELINE_HOURS * HOUR_MS) {
    throw badQuery('to', `expected an instant after from, at most ${LONGEST_TIMELINE_HOURS} hours later`);
  }
  const span = { from, to, host: query.host };
  const runs = await readRunsOfSpan(pool, span, MOST_RUNS + 1);
  const slots = await readSlotsOfSpan(pool, span, MOST_SLOTS + 1);
  const complete = runs.length <= MOST_RUNS && slots.length <= MOST_SLOTS;
  const shownRuns = runs.slice(-MOST_RUNS);
  const shownSlots = slots.slice(0, MOST_SLOTS);
  const jobIds = [...new Set([...shownRuns, ...shownSlots].map(({ jobId }) => jobId))];
  const underWay = shownRuns.filter(({ status }) => status === 'running');
  const { jobs, follows } = await readTimelineJobs(pool, jobIds);
  const baselines = await readBaselines(pool, [...new Set(underWay.map(({ jobId }) => jobId))]);
  const expectedEnd = ({ jobId, startedAt }: (typeof underWay)[number]): Date | null => {
    const [band] = normalBands(baselines.get(jobId) ?? null, 'duration', [startedAt.getTime()]);
    return band ? new Date(startedAt.getTime() + band.usual) : null;
  };
  const hostOf = new Map(jobs.map(({ jobId, host }) => [jobId, host]));
  const hosts = new Map<string | null, { runs: number; slots: number }>();
  const countOn = (host: string | null, what: 'runs' | 'slots') => {
    const entry = hosts.get(host) ?? { runs: 0, slots: 0 };
    entry[what]++;
    hosts.set(host, entry);
  };
  for (const { host } of shownRuns) countOn(host, 'runs');
  for (const { jobId } of shownSlots) countOn(hostOf.get(jobId) ?? null, 'slots');
  return {
    ...{ now, from, to, complete, jobs, follows, slots: shownSlots },
    hosts: [...hosts]
      .map(([host, counts]) => ({ host, ...counts }))
      .sort((a, b) => Number(a.host === null) - Number(b.host === null) || (a.host! < b.host! ? -1 : 1)),
    runs: shownRuns.map((run) => ({
      ...run,
      expectedEndAt: run.status === 'running' ? expectedEnd(run) : null,
    })),
  };
}
