import { Context } from '@temporalio/activity';
import { estateNow } from '../../db/estate-clock.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { REPORT_QUERIES, REPORT_TABLES, readReportFigures } from '../../db/report/index.ts';
import { findReport, readRecommendations, saveRecommendations, saveReport } from '../../db/report/reports.ts';
import type { Language } from '../../models/alerts/message.ts';
import { buildReport, type ReportHeadline } from '../../models/report/build-report.ts';
import { reportNotebook } from '../../models/report/notebook.ts';
import { InvalidPeriod, lastMonthBefore, parsePeriod, settledAt } from '../../models/report/period.ts';
import { MEASURES, type Recommendation } from '../../models/report/recommendation.ts';
import { reportReadyMessage } from '../../models/report/report-message.ts';
import { reportParameters } from '../../models/report/report-parameters.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { InvalidInput } from '../resolve-as-of.ts';

/** What is reported, settled before anything is read. */
export interface ReportPlan {
  period: string;
  language: Language;
  asOf: string;
}

/** A built report: keys of its bytes in bucket `reports`. */
export interface BuiltReportFiles {
  pdfSha256: string;
  pdfBytes: number;
  pages: number;
  notebookSha256: string;
  figuresSha256: string;
  headline: ReportHeadline;
}

/** The object under `figuresSha256`, as far as it is read again. */
interface FiguresFile {
  recommendations: Recommendation[];
}

/**
 * Settles what a report is of: the last month that is over where none is asked for, and as of an instant that is the
 * same whenever the report is built.
 */
export function createPlanReport({ pool, time, now, timeZone, language }: Dependencies) {
  return async function planReport(input: {
    period?: string;
    language?: Language;
    asOf?: string;
  }): Promise<ReportPlan> {
    const nowMs = (await estateNow(pool, time, now())).getTime();
    const period = parsePeriod(input.period ?? lastMonthBefore(nowMs, timeZone), timeZone);
    const asOfMs = input.asOf === undefined ? settledAt(period, nowMs) : Date.parse(input.asOf);
    if (Number.isNaN(asOfMs)) {
      throw new InvalidInput(`asOf: expected an ISO 8601 instant, found "${input.asOf}"`);
    }
    if (asOfMs <= period.fromMs) {
      throw new InvalidPeriod(
        `period: expected one that has begun by ${new Date(asOfMs).toISOString()}, found ${period.id}`,
      );
    }
    const asked = input.language ?? language;
    if (asked !== 'en' && asked !== 'fr') {
      throw new InvalidInput(`language: expected en or fr, found "${String(asked)}"`);
    }
    return { period: period.id, language: asked, asOf: new Date(asOfMs).toISOString() };
  };
}

/** Reads the figures, writes and typesets the report and stores its bytes. The same data give the same keys. */
export function createBuildReport({ pool, objectStore, timeZone }: Dependencies) {
  return async function buildReportFiles({
    period: id,
    language,
    asOf,
  }: ReportPlan): Promise<BuiltReportFiles> {
    return withHeartbeat(async () => {
      const period = parsePeriod(id, timeZone);
      const parameters = reportParameters(period, Date.parse(asOf), timeZone);
      const figures = await readReportFigures(pool, parameters);
      const statements = [...REPORT_TABLES, ...REPORT_QUERIES];
      const { document, recommendations, earlier, headline } = buildReport({
        figures,
        period,
        asOfMs: Date.parse(asOf),
        timeZone,
        language,
        statements,
        parameters,
      });
      // Fonts and the typesetter take memory that a worker without reports can spare.
      const { typesetReport } = await import('../../services/typeset.ts');
      const { pdf, pages } = typesetReport(document);
      const notebook = reportNotebook(document.title, language, REPORT_TABLES, REPORT_QUERIES, parameters);
      const told = {
        period: id,
        language,
        parameters,
        headline,
        recommendations,
        earlier,
        figures,
        statements,
      };
      const [pdfSha256, notebookSha256, figuresSha256] = await Promise.all([
        objectStore.put(BUCKETS.reports, pdf),
        objectStore.put(BUCKETS.reports, Buffer.from(`${JSON.stringify(notebook, null, 1)}\n`)),
        objectStore.put(BUCKETS.reports, Buffer.from(JSON.stringify(told))),
      ]);
      return { pdfSha256, pdfBytes: pdf.length, pages, notebookSha256, figuresSha256, headline };
    });
  };
}

/** Enters a built report and its recommendations, in one transaction. Twice is once. */
export function createKeepReport({ pool, objectStore, timeZone }: Dependencies) {
  return async function keepReport({
    plan,
    files,
  }: {
    plan: ReportPlan;
    files: BuiltReportFiles;
  }): Promise<void> {
    const period = parsePeriod(plan.period, timeZone);
    const bytes = await objectStore.get(BUCKETS.reports, files.figuresSha256);
    const { recommendations } = JSON.parse(bytes.toString('utf8')) as FiguresFile;
    await withTransaction(pool, async (client) => {
      await saveReport(client, {
        ...files,
        period: plan.period,
        language: plan.language,
        fromAt: new Date(period.fromMs),
        toAt: new Date(period.toMs),
        asOf: new Date(plan.asOf),
        timeZone,
        workflowId: Context.current().info.workflowExecution!.workflowId,
      });
      await saveRecommendations(
        client,
        plan.period,
        recommendations.map((one) => ({ ...one, measure: MEASURES[one.kind] })),
      );
      await announceChange(client, 'notifications');
    });
  };
}

/** Puts the message about a report into the outbox, its summary and where to read it. Each report is told of once. */
export function createTellReport({ pool, alerts, pageUrl, timeZone }: Dependencies) {
  return async function tellReport({ period, language }: ReportPlan): Promise<void> {
    await withTransaction(pool, async (client) => {
      const report = (await findReport(client, period, language))!;
      const recommendations = await readRecommendations(client, period);
      const url = `${pageUrl}/v1/reports/${period}/${language}/pdf`;
      await tellMessage(client, alerts, {
        kind: 'report-ready',
        topic: 'report',
        told: `${period}/${language}`,
        message: (spoken) =>
          reportReadyMessage(parsePeriod(period, timeZone), report.headline, recommendations, spoken, url),
        asOf: report.asOf,
      });
    });
  };
}
