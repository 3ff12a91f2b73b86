import { lastArrival } from '../db/estate-clock.ts';
import { readFeedback } from '../db/incident-life.ts';
import { readQualityOfSources } from '../db/quality.ts';
import { readFiles, readFileTotals } from '../db/read-files.ts';
import { readForecastJobs, readLatestForecast } from '../db/read-forecast.ts';
import { readIncidents } from '../db/read-incidents.ts';
import { readJobs } from '../db/read-jobs.ts';
import { readModelVersions } from '../db/read-models.ts';
import { readNotifications } from '../db/read-notifications.ts';
import { readOverview } from '../db/read-overview.ts';
import { readRerunsWithVictims } from '../db/read-reruns.ts';
import { readRuns } from '../db/read-runs.ts';
import { FAILURE_MODEL, workflowIds } from '../workflows/names.ts';
import * as contract from './contract.ts';
import { readMailbox } from './mailbox.ts';
import { NIGHT_ROUTES } from './night-routes.ts';
import { get, noQuerySchema, type Route } from './route.ts';

/** Every route that answers JSON. Registration, the OpenAPI document and the tests walk this table. */
export const ROUTES: readonly Route[] = [
  {
    ...get('/livez', 'Whether the process runs', noQuerySchema, contract.healthSchema, async () => ({
      status: 'alive' as const,
    })),
    open: true,
  },
  {
    ...get(
      '/readyz',
      'Whether the database answers',
      noQuerySchema,
      contract.healthSchema,
      async ({ pool }) => {
        await pool.query('select 1');
        return { status: 'ready' as const };
      },
    ),
    open: true,
  },
  get(
    '/v1/overview',
    'The state at a glance',
    noQuerySchema,
    contract.overviewSchema,
    async ({ pool, config }) => {
      const arrival = await lastArrival(pool);
      const asOf = config.time === 'data' && arrival ? arrival : new Date();
      return {
        asOf,
        time: config.time,
        lastArrival: arrival,
        ...(await readOverview(pool, FAILURE_MODEL, asOf)),
        temporal: { uiUrl: config.temporalUiUrl, namespace: config.temporalNamespace },
        dropFolders: config.sources.filter(({ kind }) => kind === 'runs').map(({ folder }) => folder),
      };
    },
  ),
  get(
    '/v1/runs',
    'Runs that started last, newest first',
    contract.runsQuerySchema,
    contract.runsSchema,
    async ({ pool }, query) => ({ items: await readRuns(pool, query) }),
  ),
  get(
    '/v1/jobs',
    'Jobs with how their last runs went',
    noQuerySchema,
    contract.jobsSchema,
    async ({ pool }) => ({ items: await readJobs(pool, 14) }),
  ),
  get(
    '/v1/incidents',
    'What is or was wrong, one item a cause, open ones first',
    contract.incidentsQuerySchema,
    contract.incidentsSchema,
    async ({ pool }, query) => ({ items: await readIncidents(pool, query) }),
  ),
  get(
    '/v1/feedback',
    'How useful people found it to be told, by kind of incident',
    noQuerySchema,
    contract.feedbackSchema,
    async ({ pool }) => ({
      items: (await readFeedback(pool)).map((share) => ({
        ...share,
        usefulShare: share.useful / share.answers,
      })),
    }),
  ),
  get(
    '/v1/reruns',
    'Jobs that somebody asked to run again, with the proof of each',
    contract.rerunsQuerySchema,
    contract.rerunsSchema,
    async ({ pool }, { incident, limit }) => ({
      items: await readRerunsWithVictims(pool, { incidentId: incident ?? null, limit }),
    }),
  ),
  get(
    '/v1/files',
    'The ledger of files: what became of every row',
    contract.listQuerySchema,
    contract.filesSchema,
    async ({ pool }, { limit }) => ({
      totals: await readFileTotals(pool),
      items: await readFiles(pool, limit),
    }),
  ),
  get(
    '/v1/quality',
    'Quality of what every source told, day by day',
    contract.qualityQuerySchema,
    contract.qualitySchema,
    async ({ pool }, { days }) => ({ items: await readQualityOfSources(pool, days) }),
  ),
  get(
    '/v1/forecasts/latest',
    'The newest forecast, most likely failures first',
    noQuerySchema,
    contract.forecastSchema,
    async ({ pool }) => {
      const forecast = await readLatestForecast(pool);
      if (!forecast) return { forecast: null };
      return { forecast: { ...forecast, jobs: await readForecastJobs(pool, forecast.cutoff) } };
    },
  ),
  get(
    '/v1/models',
    'Model versions with aliases, quality and the last verdict of the gate',
    contract.listQuerySchema,
    contract.modelsSchema,
    async ({ pool }, { limit }) => ({
      items: (await readModelVersions(pool, limit)).map((version) => ({
        ...version,
        promotionWorkflowId: workflowIds.promoteModel(version.model, version.version),
      })),
    }),
  ),
  get(
    '/v1/notifications',
    'The outbox: what people were told',
    contract.notificationsQuerySchema,
    contract.notificationsSchema,
    async ({ pool }, { limit, ...asked }) => ({ items: await readNotifications(pool, limit, asked) }),
  ),
  get(
    '/v1/mailbox',
    'Messages kept by the local mail sink, newest first',
    contract.listQuerySchema,
    contract.mailboxSchema,
    async ({ config }, { limit }) =>
      config.mailboxFolder === null
        ? { available: false, items: [] }
        : { available: true, items: await readMailbox(config.mailboxFolder, limit) },
  ),
  ...NIGHT_ROUTES,
];
