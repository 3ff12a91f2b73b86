import { z } from 'zod';
import { readNotifications } from '../../db/alerts/read-notifications.ts';
import { readFeedback } from '../../db/detect/incident-life.ts';
import { lastArrival } from '../../db/estate-clock.ts';
import { readQualityOfSources } from '../../db/load/quality.ts';
import { readFiles, readFileTotals } from '../../db/load/read-files.ts';
import { readIncidents } from '../../db/pages/read-incidents.ts';
import { readOverview } from '../../db/pages/read-overview.ts';
import { readRerunsWithVictims } from '../../db/pages/read-reruns.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { filesQuerySchema, filesSchema } from '../contract/files.ts';
import { feedbackSchema, incidentsQuerySchema, incidentsSchema } from '../contract/incidents.ts';
import {
  mailboxQuerySchema,
  mailboxSchema,
  notificationsQuerySchema,
  notificationsSchema,
} from '../contract/notifications.ts';
import { qualityQuerySchema, qualitySchema } from '../contract/quality.ts';
import { rerunsQuerySchema, rerunsSchema } from '../contract/reruns.ts';
import { healthSchema, overviewSchema } from '../contract/system.ts';
import { keysOf, microseconds, pageOf } from '../http/cursor.ts';
import { ESTATE_ROUTES } from './estate-routes.ts';
import { FORECAST_ROUTES } from './forecast-routes.ts';
import { JOB_ROUTES } from './job-routes.ts';
import { readMailbox } from './mailbox.ts';
import { PREDICT_ROUTES } from './predict-routes.ts';
import { RECORD_ROUTES } from './record-routes.ts';
import { REGISTRY_ROUTES } from './registry-routes.ts';
import { REPORT_ROUTES } from './report-routes.ts';
import { get, noQuerySchema, type Route } from './route.ts';
import { RUN_ROUTES } from './run-routes.ts';

/** Every route that answers JSON. Registration, the OpenAPI document and the tests walk this table. */
export const ROUTES: readonly Route[] = [
  {
    ...get('/livez', 'Whether the process runs', noQuerySchema, healthSchema, async () => ({
      status: 'alive' as const,
    })),
    open: true,
  },
  {
    ...get('/readyz', 'Whether the database answers', noQuerySchema, healthSchema, async ({ pool }) => {
      await pool.query('select 1');
      return { status: 'ready' as const };
    }),
    open: true,
  },
  get('/v1/overview', 'The state at a glance', noQuerySchema, overviewSchema, async ({ pool, config }) => {
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
  }),
  get(
    '/v1/incidents',
    'What is or was wrong, one item a cause, open ones first',
    incidentsQuerySchema,
    incidentsSchema,
    async ({ pool }, { limit, after, ...asked }) => {
      const place = keysOf(z.tuple([z.int(), z.int(), microseconds, z.int()]), after);
      const rows = await readIncidents(pool, { ...asked, limit: limit + 1, after: place });
      return pageOf(
        rows,
        limit,
        (row) => [...row.place],
        ({ place: _, ...item }) => item,
      );
    },
  ),
  get(
    '/v1/feedback',
    'How useful people found it to be told, by kind of incident',
    noQuerySchema,
    feedbackSchema,
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
    rerunsQuerySchema,
    rerunsSchema,
    async ({ pool }, { incident, limit, after }) => {
      const place = keysOf(z.tuple([z.int(), z.string()]), after);
      const asked = { incidentId: incident ?? null, limit: limit + 1, after: place };
      const rows = await readRerunsWithVictims(pool, asked);
      return pageOf(
        rows,
        limit,
        ({ askedAt, id }) => [askedAt.getTime(), id],
        (row) => row,
      );
    },
  ),
  get(
    '/v1/files',
    'The ledger of files: what became of every row',
    filesQuerySchema,
    filesSchema,
    async ({ pool }, { limit, after, ...asked }) => {
      const place = keysOf(z.tuple([microseconds, z.string()]), after);
      const rows = await readFiles(pool, { ...asked, limit: limit + 1, after: place });
      const page = pageOf(
        rows,
        limit,
        ({ receivedUs, sha256 }) => [receivedUs, sha256],
        ({ receivedUs: _, ...item }) => item,
      );
      return { totals: await readFileTotals(pool), ...page };
    },
  ),
  get(
    '/v1/quality',
    'Quality of what every source told, day by day',
    qualityQuerySchema,
    qualitySchema,
    async ({ pool }, { days }) => ({ items: await readQualityOfSources(pool, days) }),
  ),
  get(
    '/v1/notifications',
    'The outbox: what people were told',
    notificationsQuerySchema,
    notificationsSchema,
    async ({ pool }, { limit, after, ...asked }) => {
      const place = keysOf(z.tuple([z.int(), z.string()]), after);
      const rows = await readNotifications(pool, limit + 1, { ...asked, after: place });
      return pageOf(
        rows,
        limit,
        ({ createdAt, id }) => [createdAt.getTime(), id],
        (row) => row,
      );
    },
  ),
  get(
    '/v1/mailbox',
    'Messages kept by the local mail sink, newest first',
    mailboxQuerySchema,
    mailboxSchema,
    async ({ config }, { limit }) =>
      config.mailboxFolder === null
        ? { available: false, items: [] }
        : { available: true, items: await readMailbox(config.mailboxFolder, limit) },
  ),
  ...RECORD_ROUTES,
  ...REGISTRY_ROUTES,
  ...RUN_ROUTES,
  ...JOB_ROUTES,
  ...ESTATE_ROUTES,
  ...FORECAST_ROUTES,
  ...PREDICT_ROUTES,
  ...REPORT_ROUTES,
];
