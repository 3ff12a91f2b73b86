import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { BuiltReportFiles, ReportPlan } from '../activities/report/report.ts';
import { control, deliverPending, train } from './calls.ts';
import { outcomeKey } from './search-attributes.ts';

export interface ReportInput {
  /** A month (2026-10), a quarter (2026-Q3) or a year (2026); left out: the last month that is over. */
  period?: string;
  /** Left out: that of the settings. */
  language?: 'en' | 'fr';
  /** What became known later is not in it; ISO 8601. Left out: two days after the period. */
  asOf?: string;
  /** Whether people are told of it. */
  tell?: boolean;
}

export type ReportOutcome = ReportPlan & BuiltReportFiles;

/** Builds the report of a period, stores and enters it, and tells people where it is. */
export async function report({ tell = false, ...asked }: ReportInput = {}): Promise<ReportOutcome> {
  const plan = await control.planReport(asked);
  setCurrentDetails(`Building the report of ${plan.period} (${plan.language}) as of ${plan.asOf}`);
  const files = await train.buildReport(plan);
  await control.keepReport({ plan, files });
  if (tell) {
    await control.tellReport(plan);
    await deliverPending();
  }
  upsertSearchAttributes([{ key: outcomeKey, value: 'built' }]);
  setCurrentDetails(
    `Report of ${plan.period} (${plan.language}): ${files.pages} pages, ${files.headline.runs} runs, ${files.headline.failed} failed`,
  );
  return { ...plan, ...files };
}
