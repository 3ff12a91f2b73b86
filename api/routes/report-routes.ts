import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Pool } from '../../db/pool.ts';
import { findReport, readRecommendations, readReports } from '../../db/report/reports.ts';
import { riskPriority } from '../../models/report/recommendation.ts';
import { recommendationText } from '../../models/report/recommendation-words.ts';
import { createWriter } from '../../models/report/writer.ts';
import { BUCKETS, createObjectStore } from '../../services/object-store.ts';
import {
  periodParamsSchema,
  recommendationsSchema,
  reportsQuerySchema,
  reportsSchema,
} from '../contract/reports.ts';
import { keysOf, pageOf } from '../http/cursor.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import { pathParameter, problemResponse } from '../openapi/openapi-parts.ts';
import { get, getOf, noQuerySchema, type Route } from './route.ts';

const REPORT_PDF_PATH = '/v1/reports/:period/:language/pdf';

const IN_ENGLISH = createWriter('en');
const IN_FRENCH = createWriter('fr');

/** End of the period, period and language. */
const placeKeys = z.tuple([z.iso.datetime(), z.string().max(10), z.enum(['en', 'fr'])]);

export const REPORT_ROUTES: readonly Route[] = [
  get(
    '/v1/reports',
    'Reports that were built, those of the latest periods first',
    reportsQuerySchema,
    reportsSchema,
    async ({ pool }, { limit, after }) => {
      const place = keysOf(placeKeys, after);
      const rows = await readReports(
        pool,
        limit + 1,
        place && { toAt: new Date(place[0]), period: place[1], language: place[2] },
      );
      return pageOf(
        rows,
        limit,
        ({ toAt, period, language }) => [toAt.toISOString(), period, language],
        (report) => ({
          period: report.period,
          language: report.language,
          from: report.fromAt,
          to: report.toAt,
          asOf: report.asOf,
          timeZone: report.timeZone,
          pages: report.pages,
          sizeBytes: report.pdfBytes,
          sha256: report.pdfSha256,
          headline: report.headline,
          builtAt: report.builtAt,
          pdf: `/v1/reports/${report.period}/${report.language}/pdf`,
        }),
      );
    },
  ),
  getOf(
    '/v1/reports/:period/recommendations',
    'What the report of a period recommends, most worthwhile first, and what people decided',
    { params: periodParamsSchema, query: noQuerySchema, response: recommendationsSchema },
    async ({ pool }, { params: { period } }) => ({
      period,
      items: (await readRecommendations(pool, period)).map((one) => ({
        ...{ key: one.key, rank: one.rank, kind: one.kind, subject: one.subject },
        en: recommendationText(one, IN_ENGLISH, (job) => job),
        fr: recommendationText(one, IN_FRENCH, (job) => job),
        ...{ priority: riskPriority(one), state: one.state, who: one.who, why: one.why },
      })),
    }),
  ),
];

/** Answers with the PDF of a report. Its hash is its ETag: what a browser has is not sent again. */
export function addReportPdf(app: FastifyInstance, { pool, config }: { pool: Pool; config: Config }): void {
  const store = createObjectStore(config);
  app.get<{ Params: { period: string; language: string } }>(REPORT_PDF_PATH, async (request, reply) => {
    const { period, language } = request.params;
    const report = await findReport(pool, period, language);
    if (report === null) {
      const detail = 'There is no report of this period and language. /v1/reports lists those there are.';
      throw new ProblemError(problemOf('not-found', 404, detail));
    }
    const etag = `"${report.pdfSha256}"`;
    reply.headers({ etag, 'cache-control': 'private, no-cache' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const bytes = await store.get(BUCKETS.reports, report.pdfSha256).catch((error: Error) => {
      const detail = `The object store does not have it ready: ${error.name}.`;
      throw new ProblemError(problemOf('store-unreachable', 503, detail));
    });
    return reply
      .header('content-type', 'application/pdf')
      .header('content-disposition', `inline; filename="smart-etl-${report.period}-${report.language}.pdf"`)
      .send(bytes);
  });
}

/** For the OpenAPI document. */
export const reportPaths: Record<string, unknown> = {
  '/v1/reports/{period}/{language}/pdf': {
    get: {
      operationId: 'getReportPdf',
      summary: 'A report as PDF',
      parameters: [
        pathParameter('period', 'A month (2026-10), a quarter (2026-Q3) or a year (2026).', {
          ...{ type: 'string', pattern: '^\\d{4}(-(\\d{2}|Q[1-4]))?$' },
        }),
        pathParameter('language', 'en or fr.', { type: 'string', pattern: '^(en|fr)$' }),
      ],
      responses: {
        200: { description: 'OK', content: { 'application/pdf': {} } },
        304: { description: 'It is the one that if-none-match names' },
        404: problemResponse('There is no such report'),
        503: problemResponse('The database or the object store does not answer'),
      },
    },
  },
};
