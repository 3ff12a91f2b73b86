import { z } from 'zod';
import { readCalibration } from '../../db/forecast/calibration.ts';
import { championBefore, readAliasChanges, versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { readOpenApprovals } from '../../db/forecast/model-approvals.ts';
import { readTrials } from '../../db/forecast/model-trials.ts';
import { readForecastPairs } from '../../db/forecast/read-calibration.ts';
import { readSourceStates } from '../../db/load/read-source-state.ts';
import { readIncidentRecord } from '../../db/pages/read-incident-record.ts';
import { withIntervals } from '../../models/evaluation/calibration-bins.ts';
import { scoreForecasts } from '../../models/forecast/score-forecasts.ts';
import { FAILURE_MODEL, workflowIds } from '../../workflows/names.ts';
import { idParam, limit, plainText } from '../contract/fields.ts';
import { modelParams } from '../contract/forecasts.ts';
import { incidentRecordSchema } from '../contract/incident-record.ts';
import {
  forecastScoresQuerySchema,
  forecastScoresSchema,
  modelCalibrationSchema,
  modelChangesSchema,
} from '../contract/model-record.ts';
import { sourceStatesSchema } from '../contract/source-state.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import { get, getOf, momentOf, noQuerySchema, type Route } from './route.ts';

/** The last of them. */
const TRIALS = 20;

/** What was done and said about incidents, models, forecasts and sources. */
export const RECORD_ROUTES: readonly Route[] = [
  getOf(
    '/v1/incidents/:incidentId/record',
    'Who was told of an incident, what was done about it, and who may suffer next',
    {
      params: z.strictObject({ incidentId: idParam('Number of the incident.') }),
      query: noQuerySchema,
      response: incidentRecordSchema,
    },
    async ({ pool }, { params: { incidentId } }) => {
      const record = await readIncidentRecord(pool, incidentId);
      if (record !== null) return { ...record, workflowId: workflowIds.incident(incidentId) };
      throw new ProblemError(problemOf('not-found', 404, `There is no incident ${incidentId}.`));
    },
  ),
  getOf(
    '/v1/models/:model/changes',
    'Who moved which alias of a model, the newest change first, which version is on trial, and which waits for people',
    {
      params: z.strictObject({ model: plainText(200) }),
      query: z.strictObject({ limit: limit(50) }),
      response: modelChangesSchema,
    },
    async ({ pool }, { params: { model }, query }) => {
      const items = await readAliasChanges(pool, model, query.limit);
      const champion = await versionOfAlias(pool, model, 'champion');
      const rollbackTo = champion === null ? null : await championBefore(pool, model, champion);
      const trials = (await readTrials(pool, model, TRIALS)).map(({ model: _, ...trial }) => trial);
      const waiting = await readOpenApprovals(pool, model);
      const approvals = waiting.map(({ workflowId, version, against, twoPeople, ...wait }) => ({
        ...{ workflowId, version, against, twoPeople, approvals: [...wait.approvals] },
        ...{ askedAt: wait.askedAt, decideBy: wait.decideBy },
      }));
      return { items, rollbackTo, trials, approvals };
    },
  ),
  getOf(
    '/v1/models/:model/:version/calibration',
    'How often came true what a version said in its test',
    { params: modelParams, query: noQuerySchema, response: modelCalibrationSchema },
    async ({ pool }, { params: { model, version } }) => {
      const { week, day } = await readCalibration(pool, model, version);
      return { week: withIntervals(week), day: withIntervals(day) };
    },
  ),
  get(
    '/v1/forecast-scores',
    'How the last forecasts did whose week is over',
    forecastScoresQuerySchema,
    forecastScoresSchema,
    async (context, { forecasts }) => {
      const asOf = await momentOf(context);
      const pairs = await readForecastPairs(context.pool, { model: FAILURE_MODEL, asOf, forecasts });
      return { asOf, ...scoreForecasts(pairs) };
    },
  ),
  get(
    '/v1/sources',
    'Sources with their contracts, and what of them waits for a decision',
    noQuerySchema,
    sourceStatesSchema,
    async ({ pool }) => ({ items: await readSourceStates(pool) }),
  ),
];
