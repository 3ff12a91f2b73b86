import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import {
  countPredictions,
  type JobPrediction,
  knownJobs,
  madePredictions,
  type PredictionKey,
  readPredictions,
} from '../../db/forecast/predictions.ts';
import { forecastCutoff } from '../../models/forecast/forecast-cutoff.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import {
  predictBatchWordSchema,
  predictedBatchSchema,
  predictedSchema,
  predictWordSchema,
} from '../contract/predictions.ts';
import { notFound, ProblemError, problemOf } from '../http/problem.ts';
import { ask, momentOf, type Route, type RouteContext } from './route.ts';

/** So long somebody waits for predictions that are being made; then he is told to ask again. */
const PATIENCE_MS = 10_000;
const DAY_MS = 86_400_000;

const problems = {
  404: 'There is no such job',
  409: 'No model serves yet: there is not enough data',
  503: 'Temporal, the worker or the database does not answer, or predictions are still being made: ask again',
};

/** What the model that serves says of jobs now. Made once an hour for all jobs, when somebody asks. */
export const PREDICT_ROUTES: readonly Route[] = [
  ask(
    '/v1/predict',
    'How likely a job is to fail in the coming days, and why',
    { body: predictWordSchema, response: predictedSchema, problems },
    async (context, { body: { jobId } }) => {
      const { items, ...made } = await predict(context, [jobId]);
      if (!items[0]!.known) throw notFound('No job has this number.');
      return { ...made, ...items[0]! };
    },
  ),
  ask(
    '/v1/predict/batch',
    'The same of many jobs, in their order',
    { body: predictBatchWordSchema, response: predictedBatchSchema, problems },
    async (context, { body: { jobIds } }) => predict(context, jobIds),
  ),
];

async function predict(context: RouteContext, jobIds: readonly number[]) {
  const { pool } = context;
  const known = await knownJobs(pool, jobIds);
  const modelVersion = await versionOfAlias(pool, FAILURE_MODEL, 'champion');
  if (modelVersion === null) {
    const detail = 'No model serves yet: one does after the first training that had enough runs.';
    throw new ProblemError(problemOf('no-champion', 409, detail));
  }
  const cutoff = new Date(forecastCutoff((await momentOf(context)).getTime()));
  const key = { cutoff, model: FAILURE_MODEL, modelVersion };
  const candidates = (await countPredictions(pool, key)) ?? (await makePredictions(context, key));
  const predictions = await readPredictions(pool, key, jobIds);
  return {
    ...{ ...key, candidates, modelVersion: await madePredictions(pool, key) },
    items: jobIds.map((jobId) => ({
      jobId,
      known: known.has(jobId),
      prediction: answerOf(predictions.get(jobId), cutoff),
    })),
  };
}

function answerOf(prediction: JobPrediction | undefined, cutoff: Date) {
  if (prediction === undefined) return null;
  const { probability, interval, expectedFailedRuns, expectedLostMinutes, basis, rank, reasons } = prediction;
  return {
    ...{ probability, interval, expectedFailedRuns, expectedLostMinutes, basis, rank, reasons },
    days: prediction.days.map((day) => ({
      ...day,
      from: new Date(cutoff.getTime() + (day.horizonDay - 1) * DAY_MS),
      to: new Date(cutoff.getTime() + day.horizonDay * DAY_MS),
    })),
  };
}

/** Has the worker make them, or waits for it where it is at it already. @throws ProblemError 503 when that takes long */
async function makePredictions({ pool, temporal }: RouteContext, key: PredictionKey): Promise<number> {
  const { model, modelVersion: version } = key;
  const cutoff = key.cutoff.toISOString();
  const workflowId = workflowIds.predict(model, version, cutoff);
  await temporal.call(async (client) => {
    const handle = await client.workflow.start('predict', {
      workflowId,
      taskQueue: TASK_QUEUES.control,
      args: [{ model, version, cutoff }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `What version ${version} of ${model} says as of ${cutoff}`,
    });
    const late = new AbortController();
    try {
      await Promise.race([handle.result(), pause(PATIENCE_MS, undefined, { signal: late.signal })]);
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const detail = `They could not be made: the workflow ${workflowId} tells why.`;
      throw new ProblemError(problemOf('still-computing', 503, detail), { 'retry-after': '60' });
    } finally {
      late.abort();
    }
  });
  const candidates = await countPredictions(pool, key);
  if (candidates !== null) return candidates;
  const detail = 'Predictions of this hour are being made. Ask again in a moment.';
  throw new ProblemError(problemOf('still-computing', 503, detail), { 'retry-after': '10' });
}
