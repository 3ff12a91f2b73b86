import { z } from 'zod';
import { readForecastOverrides } from '../../db/forecast/forecast-overrides.ts';
import { readWatchList } from '../../db/forecast/forecast-watch.ts';
import { readDriftRecord } from '../../db/forecast/read-drift.ts';
import {
  type ForecastRow,
  readForecastJobs,
  readForecastOf,
  readForecasts,
  readLatestForecast,
} from '../../db/forecast/read-forecast.ts';
import { findModelCard, readModelVersions } from '../../db/forecast/read-models.ts';
import { forecastOutcomes, lastClosedForecast } from '../../db/forecast/read-score-card.ts';
import type { Pool } from '../../db/pool.ts';
import { type ForecastOutcome, scoreCard } from '../../models/alerts/score-card.ts';
import { actSentence } from '../../models/forecast/watch-acts.ts';
import { describeDrift } from '../../models/monitoring/describe-drift.ts';
import { FAILURE_MODEL, workflowIds } from '../../workflows/names.ts';
import {
  cutoffParams,
  driftSchema,
  forecastSchema,
  forecastsQuerySchema,
  forecastsSchema,
  modelParams,
  oneForecastSchema,
} from '../contract/forecasts.ts';
import { modelsQuerySchema, modelsSchema, modelVersionSchema } from '../contract/models.ts';
import { keysOf, pageOf } from '../http/cursor.ts';
import { notFound } from '../http/problem.ts';
import { get, getOf, momentOf, noQuerySchema, type Route, type RouteContext } from './route.ts';

const WEEK_MS = 7 * 86_400_000;

async function withJobs(context: RouteContext, forecast: ForecastRow) {
  const { pool } = context;
  const { cutoff } = forecast;
  const now = await momentOf(context);
  const asOf = new Date(Math.min(now.getTime(), cutoff.getTime() + WEEK_MS));
  const overrides = await readForecastOverrides(pool, asOf);
  const jobs = await readForecastJobs(pool, cutoff);
  return {
    ...forecast,
    jobs,
    watch: await watchOf(pool, cutoff, jobs),
    overrides: [...overrides].map(([jobId, override]) => ({ jobId, ...override })),
  };
}

async function watchOf(pool: Pool, cutoff: Date, jobs: readonly { days: number[] }[]) {
  const rows = await readWatchList(pool, cutoff);
  if (rows.length === 0) return null;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    expected: sum(jobs.flatMap(({ days }) => days)),
    share: Math.min(1, sum(rows.map(({ share }) => share))),
    items: rows.map(({ horizonDay, act, ...row }) => ({
      ...row,
      day: horizonDay,
      act: { name: act, ...actSentence(act) },
    })),
  };
}

const withPromotion = <Version extends { model: string; version: number }>(version: Version) => ({
  ...version,
  promotionWorkflowId: workflowIds.promoteModel(version.model, version.version),
});

/** Forecasts, models, and what forecasts were worth. */
export const FORECAST_ROUTES: readonly Route[] = [
  get(
    '/v1/forecasts',
    'Forecasts that were made, the newest first',
    forecastsQuerySchema,
    forecastsSchema,
    async ({ pool }, { limit, after }) => {
      const place = keysOf(z.tuple([z.int().min(-8.64e15).max(8.64e15)]), after);
      const rows = await readForecasts(pool, limit + 1, place && new Date(place[0]));
      return pageOf(
        rows,
        limit,
        ({ cutoff }) => [cutoff.getTime()],
        (row) => row,
      );
    },
  ),
  get(
    '/v1/forecasts/latest',
    'The newest forecast, most likely failures first',
    noQuerySchema,
    forecastSchema,
    async (context) => {
      const forecast = await readLatestForecast(context.pool);
      return { forecast: forecast && (await withJobs(context, forecast)) };
    },
  ),
  getOf(
    '/v1/forecasts/:cutoff',
    'The forecast of a cutoff, most likely failures first',
    { params: cutoffParams, query: noQuerySchema, response: oneForecastSchema },
    async (context, { params: { cutoff } }) => {
      const forecast = await readForecastOf(context.pool, cutoff);
      if (forecast === null) throw notFound('No forecast was made for this cutoff.');
      return withJobs(context, forecast);
    },
  ),
  get(
    '/v1/models',
    'Model versions with aliases, quality and the last verdict of the gate',
    modelsQuerySchema,
    modelsSchema,
    async ({ pool }, { limit, after }) => {
      const place = keysOf(z.tuple([z.int(), z.string(), z.int32()]), after);
      const rows = await readModelVersions(pool, limit + 1, place);
      return pageOf(
        rows,
        limit,
        ({ createdAt, model, version }) => [createdAt.getTime(), model, version],
        withPromotion,
      );
    },
  ),
  getOf(
    '/v1/models/:model/:version',
    'A version of a model',
    { params: modelParams, query: noQuerySchema, response: modelVersionSchema },
    async ({ pool }, { params: { model, version } }) => {
      const card = await findModelCard(pool, model, version);
      if (card === null) throw notFound('There is no such version.');
      return withPromotion(card);
    },
  ),
  get(
    '/v1/drift',
    'Whether the model is still what it was, and what its last forecast whose week is over was worth',
    noQuerySchema,
    driftSchema,
    readDrift,
  ),
];

async function readDrift(context: RouteContext) {
  const { pool } = context;
  const asOf = await momentOf(context);
  const closed = await lastClosedForecast(pool, asOf);
  const outcomes = closed ? await forecastOutcomes(pool, closed.cutoff) : [];
  const champion = await pool.query<{ createdAt: Date }>(
    `select created_at as "createdAt" from model_version join model_alias using (model, version)
     where model = $1 and alias = 'champion'`,
    [FAILURE_MODEL],
  );
  const { misses: _, ...card } = scoreCard(outcomes);
  return {
    asOf,
    scoreCard: closed && {
      cutoff: closed.cutoff,
      modelVersion: closed.modelVersion,
      ...card,
      calibration: calibrationOf(outcomes),
    },
    championCreatedAt: champion.rows[0]?.createdAt ?? null,
    ...(await driftRecordOf(context)),
  };
}

/** The newest look at the champion, in words. */
async function driftRecordOf({ pool }: RouteContext) {
  const { features, scores, ...record } = await readDriftRecord(pool, FAILURE_MODEL);
  return {
    ...record,
    features: record.check === null ? null : features.map(describeDrift),
    scores: scores && withoutName(scores),
  };
}

const withoutName = <Drift extends { feature: string }>({ feature: _, ...drift }: Drift) => drift;

const GROUPS = 10;

/** What was said beside what happened, by tenths of probability. */
function calibrationOf(outcomes: readonly ForecastOutcome[]) {
  const covered = outcomes.filter(({ probability }) => probability !== null);
  const groups = Map.groupBy(covered, ({ probability }) =>
    Math.min(GROUPS - 1, Math.floor(probability! * GROUPS)),
  );
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, jobs]) => ({
      jobs: jobs.length,
      meanProbability: jobs.reduce((sum, { probability }) => sum + probability!, 0) / jobs.length,
      failedShare: jobs.filter(({ failed }) => failed).length / jobs.length,
    }));
}
