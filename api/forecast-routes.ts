import { z } from 'zod';
import {
  type ForecastRow,
  readForecastJobs,
  readForecastOf,
  readForecasts,
  readLatestForecast,
} from '../db/read-forecast.ts';
import { findModelCard, readModelVersions } from '../db/read-models.ts';
import { forecastOutcomes, lastClosedForecast } from '../db/read-score-card.ts';
import { type ForecastOutcome, scoreCard } from '../models/alerts/score-card.ts';
import { FAILURE_MODEL, workflowIds } from '../workflows/names.ts';
import {
  cutoffParams,
  driftSchema,
  forecastsQuerySchema,
  forecastsSchema,
  modelParams,
  oneForecastSchema,
} from './contract/forecasts.ts';
import { forecastSchema, modelsQuerySchema, modelsSchema, modelVersionSchema } from './contract.ts';
import { keysOf, pageOf } from './cursor.ts';
import { notFound } from './problem.ts';
import { get, getOf, momentOf, noQuerySchema, type Route, type RouteContext } from './route.ts';

const withJobs = async ({ pool }: Pick<RouteContext, 'pool'>, forecast: ForecastRow) => ({
  ...forecast,
  jobs: await readForecastJobs(pool, forecast.cutoff),
});

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
    'What the last forecast whose week is over was worth',
    noQuerySchema,
    driftSchema,
    readDrift,
  ),
];

async function readDrift(context: RouteContext) {
  const { pool } = context;
  const asOf = await momentOf(context);
  const closed = await lastClosedForecast(pool, asOf);
  const outcomes = closed ? await forecastOutcomes(pool, closed.cutoff, asOf) : [];
  const champion = await pool.query<{ createdAt: Date }>(
    `select created_at as "createdAt" from model_version join model_alias using (model, version)
     where model = $1 and alias = 'champion'`,
    [FAILURE_MODEL],
  );
  const { misses: _, ...card } = scoreCard(outcomes);
  return {
    asOf,
    scoreCard: closed && { ...closed, ...card, calibration: calibrationOf(outcomes) },
    championCreatedAt: champion.rows[0]?.createdAt ?? null,
    features: null,
  };
}

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
