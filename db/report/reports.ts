import type { ReportHeadline } from '../../models/report/build-report.ts';
import type { Recommendation, RecommendationState } from '../../models/report/recommendation.ts';
import { saveAuditEntry } from '../access/audit-log.ts';
import type { Queryable } from '../pool.ts';

export interface Report {
  period: string;
  language: 'en' | 'fr';
  fromAt: Date;
  toAt: Date;
  asOf: Date;
  timeZone: string;
  pdfSha256: string;
  pdfBytes: number;
  pages: number;
  notebookSha256: string;
  figuresSha256: string;
  headline: ReportHeadline;
  workflowId: string;
}

export type KeptReport = Report & { builtAt: Date };

/** A recommendation with what people decided about it. */
export interface KeptRecommendation extends Recommendation {
  rank: number;
  state: RecommendationState;
  who: string | null;
  why: string | null;
}

const COLUMNS = `period, language, from_at as "fromAt", to_at as "toAt", as_of as "asOf", time_zone as "timeZone",
  pdf_sha256 as "pdfSha256", pdf_bytes as "pdfBytes", pages, notebook_sha256 as "notebookSha256",
  figures_sha256 as "figuresSha256", headline, workflow_id as "workflowId", built_at as "builtAt"`;

/** Keeps the report of a period and language; one built later takes its place. */
export async function saveReport(client: Queryable, report: Report): Promise<void> {
  await client.query(
    `insert into report as known (period, language, from_at, to_at, as_of, time_zone, pdf_sha256, pdf_bytes, pages,
       notebook_sha256, figures_sha256, headline, workflow_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (period, language) do update set from_at = excluded.from_at, to_at = excluded.to_at,
       as_of = excluded.as_of, time_zone = excluded.time_zone, pdf_sha256 = excluded.pdf_sha256,
       pdf_bytes = excluded.pdf_bytes, pages = excluded.pages, notebook_sha256 = excluded.notebook_sha256,
       figures_sha256 = excluded.figures_sha256, headline = excluded.headline, workflow_id = excluded.workflow_id,
       built_at = now()
     where (known.pdf_sha256, known.figures_sha256, known.notebook_sha256)
       is distinct from (excluded.pdf_sha256, excluded.figures_sha256, excluded.notebook_sha256)`,
    [
      report.period,
      report.language,
      report.fromAt,
      report.toAt,
      report.asOf,
      report.timeZone,
      report.pdfSha256,
      report.pdfBytes,
      report.pages,
      report.notebookSha256,
      report.figuresSha256,
      JSON.stringify(report.headline),
      report.workflowId,
    ],
  );
}

/** Makes the recommendations of a period those given, most worthwhile first. What people decided stays. */
export async function saveRecommendations(
  client: Queryable,
  period: string,
  recommendations: readonly (Recommendation & { measure: string })[],
): Promise<void> {
  await client.query(
    `delete from recommendation where period = $1 and state = 'open' and key <> all ($2::text[])`,
    [period, recommendations.map(({ key }) => key)],
  );
  await client.query(
    `insert into recommendation as known (period, key, rank, kind, subject, frequency, severity, non_detection, effort,
       measure, measured, gain, gain_unit, evidence)
     select $1, key, rank, kind, subject, frequency, severity, "nonDetection", effort, measure, measured, gain,
       "gainUnit", evidence
     from jsonb_to_recordset($2) as one (key text, rank int, kind text, subject text, frequency smallint,
       severity smallint, "nonDetection" smallint, effort text, measure text, measured float8, gain float8,
       "gainUnit" text, evidence jsonb)
     on conflict (period, key) do update set rank = excluded.rank, kind = excluded.kind, subject = excluded.subject,
       frequency = excluded.frequency, severity = excluded.severity, non_detection = excluded.non_detection,
       effort = excluded.effort, measure = excluded.measure, measured = excluded.measured, gain = excluded.gain,
       gain_unit = excluded.gain_unit, evidence = excluded.evidence`,
    [period, JSON.stringify(recommendations.map((one, at) => ({ ...one, rank: at + 1 })))],
  );
}

/** Where a page of reports begins: after this one. */
export interface ReportPlace {
  toAt: Date;
  period: string;
  language: string;
}

/** Reports of the latest periods first. */
export async function readReports(
  client: Queryable,
  limit: number,
  after: ReportPlace | null = null,
): Promise<KeptReport[]> {
  const { rows } = await client.query<KeptReport>(
    `select ${COLUMNS} from report
     where $2::timestamptz is null or to_at < $2 or to_at = $2 and (period, language) > ($3, $4)
     order by to_at desc, period, language limit $1`,
    [limit, after?.toAt ?? null, after?.period ?? null, after?.language ?? null],
  );
  return rows;
}

/** Null when there is none. */
export async function findReport(
  client: Queryable,
  period: string,
  language: string,
): Promise<KeptReport | null> {
  const { rows } = await client.query<KeptReport>(
    `select ${COLUMNS} from report where period = $1 and language = $2`,
    [period, language],
  );
  return rows[0] ?? null;
}

/** Those of a period, by rank. */
export async function readRecommendations(client: Queryable, period: string): Promise<KeptRecommendation[]> {
  const { rows } = await client.query<KeptRecommendation>(
    `select rank, key, kind, subject, frequency, severity, non_detection as "nonDetection", effort, measured, gain,
       gain_unit as "gainUnit", evidence, state, who, why
     from recommendation where period = $1 order by rank, key`,
    [period],
  );
  return rows;
}

/** A recommendation is named by its place in the report, or by its key, which stays when the report is built again. */
export type Decision = {
  period: string;
  state: RecommendationState;
  who: string;
  why: string;
  workflowId?: string;
} & ({ rank: number } | { key: string });

/**
 * Enters what a person decided about a recommendation, with its line in the audit log. Belongs in a transaction. The
 * same decision of the same person for the same reason is entered once.
 *
 * Returns the state it had before; null when there is no such recommendation.
 */
export async function decideRecommendation(
  client: Queryable,
  decision: Decision,
): Promise<RecommendationState | null> {
  const { period, state, who, why, workflowId = null } = decision;
  const { rows } = await client.query<Pick<KeptRecommendation, 'key' | 'state' | 'who' | 'why'>>(
    `select key, state, who, why from recommendation
     where period = $1 and (rank = $2::int or key = $3::text) order by key limit 1 for update`,
    [period, 'rank' in decision ? decision.rank : null, 'key' in decision ? decision.key : null],
  );
  const known = rows[0];
  if (known === undefined) return null;
  if (known.state === state && known.who === who && known.why === why) return known.state;
  await client.query(
    `update recommendation set state = $3, who = $4, why = $5, decided_at = now() where period = $1 and key = $2`,
    [period, known.key, state, who, why],
  );
  await saveAuditEntry(client, {
    who,
    action: 'decide-recommendation',
    subject: `recommendation ${period}/${known.key}`,
    why,
    before: { state: known.state },
    after: { state },
    workflowId,
  });
  return known.state;
}
