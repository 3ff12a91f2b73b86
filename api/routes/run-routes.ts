import { z } from 'zod';
import { MOST_POINTS, readDurations } from '../../db/pages/read-durations.ts';
import { readBaselines } from '../../db/pages/read-job.ts';
import { readRun } from '../../db/pages/read-run.ts';
import { readRuns } from '../../db/pages/read-runs.ts';
import { readRunsOfSpan, readSlotsOfSpan, readTimelineJobs } from '../../db/pages/read-timeline.ts';
import { normalBands } from '../../models/detect/baselines/normal-band.ts';
import { jobParams } from '../contract/jobs.ts';
import {
  durationsQuerySchema,
  durationsSchema,
  runDetailSchema,
  runParams,
  runsQuerySchema,
  runsSchema,
  timelineQuerySchema,
  timelineSchema,
} from '../contract/runs.ts';
import { keysOf, microseconds, pageOf } from '../http/cursor.ts';
import { badQuery, notFound } from '../http/problem.ts';
import { get, getOf, momentOf, type Route, type RouteContext } from './route.ts';
import { thinSeries } from './thin-series.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What no index finds is looked for in so many days, unless others are asked for. */
const SEARCHED_DAYS = 7;
const DURATION_DAYS = 90;
const NIGHT_HOURS = 12;
const LONGEST_TIMELINE_HOURS = 48;
/** More are no longer to be told apart on a screen. */
const MOST_RUNS = 3_000;
const MOST_SLOTS = 3_000;

/** Runs, one run, what runs of a job took, and what ran when. */
export const RUN_ROUTES: readonly Route[] = [
  get('/v1/runs', 'Runs that started last, newest first', runsQuerySchema, runsSchema, readRunsPage),
  getOf(
    '/v1/runs/:jobId/:runKey',
    'A run with all that was told of it',
    { params: runParams, query: z.strictObject({}), response: runDetailSchema },
    async ({ pool }, { params: { jobId, runKey } }) => {
      const run = await readRun(pool, jobId, runKey);
      if (run === null) throw notFound('No run of this job has this key.');
      const baselines = (await readBaselines(pool, [jobId])).get(jobId) ?? null;
      const [band] = normalBands(baselines, 'duration', [run.startedAt.getTime()]);
      return {
        ...run,
        incidents: run.incidents as z.infer<typeof runDetailSchema>['incidents'],
        slot: run.slot as z.infer<typeof runDetailSchema>['slot'],
        normal: band ? { lowMs: band.low, usualMs: band.usual, highMs: band.high } : null,
      };
    },
  ),
  getOf(
    '/v1/jobs/:jobId/runs',
    'Runs of a job, newest first',
    { params: jobParams, query: runsQuerySchema.omit({ job: true, jobId: true }), response: runsSchema },
    async (context, { params, query }) => readRunsPage(context, { ...query, ...params }),
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
    '/v1/timeline',
    'What ran and what was due on every server in a night',
    timelineQuerySchema,
    timelineSchema,
    readTimeline,
  ),
];

/** A page of runs, newest first. */
async function readRunsPage(
  context: RouteContext,
  { limit, after, ...asked }: z.infer<typeof runsQuerySchema>,
) {
  const place = keysOf(z.tuple([microseconds, z.int(), z.string()]), after);
  const { host, q, from, to, job, jobId, status } = asked;
  const isSearch =
    from === undefined &&
    (status === 'running' || ((host ?? q) !== undefined && (job ?? jobId) === undefined));
  const end = to ?? (await momentOf(context));
  const searchedFrom = isSearch ? new Date(end.getTime() - SEARCHED_DAYS * DAY_MS) : from;
  const rows = await readRuns(
    context.pool,
    { ...asked, from: searchedFrom, limit: limit + 1, after: place },
    end.getTime(),
  );
  return pageOf(
    rows,
    limit,
    ({ startedUs, jobId, runKey }) => [startedUs, jobId, runKey],
    ({ startedUs: _, ...run }) => run,
  );
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
    const startedMs = Date.parse(startedAt);
    const [band] = normalBands(baselines.get(jobId) ?? null, 'duration', [startedMs]);
    return band ? new Date(startedMs + band.usual) : null;
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
