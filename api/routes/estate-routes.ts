import { z } from 'zod';
import { readFile } from '../../db/load/read-files.ts';
import { countQuarantined, readQuarantinePage } from '../../db/load/read-quarantine.ts';
import { readHostMetrics, readHosts } from '../../db/pages/read-hosts.ts';
import { readIncidents } from '../../db/pages/read-incidents.ts';
import { search } from '../../db/pages/read-search.ts';
import {
  fileParams,
  hostMetricsQuerySchema,
  hostMetricsSchema,
  hostParams,
  hostsSchema,
  quarantineCountsQuerySchema,
  quarantineCountsSchema,
  quarantineQuerySchema,
  quarantineSchema,
  searchQuerySchema,
  searchSchema,
} from '../contract/estate.ts';
import { idParam, limit } from '../contract/fields.ts';
import { fileSchema } from '../contract/files.ts';
import { incidentSchema } from '../contract/incidents.ts';
import { keysOf, pageOf } from '../http/cursor.ts';
import { badQuery, notFound } from '../http/problem.ts';
import { get, getOf, momentOf, noQuerySchema, type Route } from './route.ts';

const DAY_MS = 86_400_000;
const LONGEST_SPAN_DAYS = 400;

/** Servers, incidents by number, files by hash, refused rows, and finding things by a word. */
export const ESTATE_ROUTES: readonly Route[] = [
  get('/v1/hosts', 'Servers with their last samples', noQuerySchema, hostsSchema, async (context) => ({
    items: await readHosts(context.pool, await momentOf(context)),
    next: null,
  })),
  getOf(
    '/v1/hosts/:host/metrics',
    'What the metrics of a server were, for a chart',
    { params: hostParams, query: hostMetricsQuerySchema, response: hostMetricsSchema },
    async (context, { params: { host }, query: { metric, points, ...asked } }) => {
      const to = asked.to ?? new Date((await momentOf(context)).getTime() + 1);
      const from = asked.from ?? new Date(to.getTime() - DAY_MS);
      if (!(from < to) || to.getTime() - from.getTime() > LONGEST_SPAN_DAYS * DAY_MS) {
        throw badQuery('to', `expected an instant after from, at most ${LONGEST_SPAN_DAYS} days later`);
      }
      const stepMs = Math.max(1_000, Math.ceil((to.getTime() - from.getTime()) / points));
      const stretches = await readHostMetrics(context.pool, { host, from, to, stepMs, metric });
      const metrics = [...Map.groupBy(stretches, (stretch) => stretch.metric)].map(([name, found]) => ({
        metric: name,
        points: found.map(({ at, min, max, mean }) => ({ at, min, max, mean })),
      }));
      return { host, from, to, stepMs, metrics };
    },
  ),
  getOf(
    '/v1/incidents/:id',
    'An incident with its findings',
    {
      params: z.strictObject({ id: idParam('Number of the incident.') }),
      query: z.strictObject({ findings: limit(200).describe('How many findings at most.') }),
      response: incidentSchema,
    },
    async ({ pool }, { params: { id }, query: { findings } }) => {
      const [incident] = await readIncidents(pool, { limit: 1, id, findings });
      if (incident === undefined) throw notFound(`There is no incident ${id}.`);
      const { place: _, ...item } = incident;
      return item;
    },
  ),
  getOf(
    '/v1/files/:sha256',
    'What became of a file',
    { params: fileParams, query: noQuerySchema, response: fileSchema },
    async ({ pool }, { params: { sha256 } }) => {
      const file = await readFile(pool, sha256);
      if (file === null) throw notFound('No file of that SHA-256 was collected, or not yet.');
      return file;
    },
  ),
  get(
    '/v1/quarantine',
    'Refused rows, those of the newest file first',
    quarantineQuerySchema,
    quarantineSchema,
    async ({ pool }, { limit, after, ...asked }) => {
      const place = keysOf(z.tuple([z.int(), z.int()]), after);
      const rows = await readQuarantinePage(pool, { ...asked, limit: limit + 1, after: place });
      return pageOf(
        rows,
        limit,
        ({ fileId, byteOffset }) => [fileId, byteOffset],
        ({ fileId: _, original, ...row }) => ({ ...row, original: original.toString('utf8') }),
      );
    },
  ),
  get(
    '/v1/quarantine/counts',
    'How many rows were refused, by source, reason and file',
    quarantineCountsQuerySchema,
    quarantineCountsSchema,
    async ({ pool }, query) => ({ items: await countQuarantined(pool, query) }),
  ),
  get(
    '/v1/search',
    'Jobs, runs by key, errors, incidents and files by a word',
    searchQuerySchema,
    searchSchema,
    async (context, { q, limit }) =>
      (await search(context.pool, q.trim(), limit, await momentOf(context))) as z.infer<typeof searchSchema> &
        Awaited<ReturnType<typeof search>>,
  ),
];
