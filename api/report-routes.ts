import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Pool } from '../db/pool.ts';
import { findReport, type KeptReport, type ReportPlace, readReports } from '../db/reports.ts';
import { BUCKETS, createObjectStore } from '../services/object-store.ts';
import { problemSchema } from './contract.ts';
import { ProblemError, problemOf } from './problem.ts';

export const REPORT_PDF_PATH = '/v1/reports/:period/:language/pdf';

const placeSchema = z.tuple([z.iso.datetime(), z.string().max(10), z.enum(['en', 'fr'])]);

const cursorOf = ({ toAt, period, language }: KeptReport): string =>
  Buffer.from(JSON.stringify([toAt.toISOString(), period, language])).toString('base64url');

function placeOf(cursor: string): ReportPlace {
  try {
    const [toAt, period, language] = placeSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    return { toAt: new Date(toAt), period, language };
  } catch {
    const detail = 'after: expected the `next` of an earlier answer';
    throw new ProblemError(problemOf('bad-query', 400, detail, [{ parameter: 'after', detail }]));
  }
}

/** A page of reports, those of the latest periods first. */
export async function listReports(
  pool: Pool,
  { limit, after }: { limit: number; after?: string | undefined },
) {
  const found = await readReports(pool, limit + 1, after === undefined ? null : placeOf(after));
  const items = found.slice(0, limit).map((report) => ({
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
  }));
  return { items, next: found.length > limit ? cursorOf(found[limit - 1]!) : null };
}

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

const problem = (description: string) => ({
  description,
  content: {
    'application/problem+json': {
      schema: { $ref: `#/components/schemas/${z.globalRegistry.get(problemSchema)!.id!}` },
    },
  },
});
const inPath = (name: string, pattern: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', pattern },
});

/** For the OpenAPI document. */
export const reportPaths: Record<string, unknown> = {
  '/v1/reports/{period}/{language}/pdf': {
    get: {
      operationId: 'getReportPdf',
      summary: 'A report as PDF',
      parameters: [
        inPath(
          'period',
          '^\\d{4}(-(\\d{2}|Q[1-4]))?$',
          'A month (2026-10), a quarter (2026-Q3) or a year (2026).',
        ),
        inPath('language', '^(en|fr)$', 'en or fr.'),
      ],
      responses: {
        200: { description: 'OK', content: { 'application/pdf': {} } },
        304: { description: 'It is the one that if-none-match names' },
        401: problem('A token is set and did not come with the request'),
        404: problem('There is no such report'),
        503: problem('The database or the object store does not answer'),
      },
    },
  },
};
