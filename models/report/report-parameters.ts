import type { Period } from './period.ts';

/** What every statement of a report may ask for. All text, as psql has it; a type, so that it is a record of texts. */
export type ReportParameters = {
  /** First instant of the period, and first after it; ISO 8601. */
  from: string;
  to: string;
  /** First instant of the period before it, which is as long on the calendar. */
  before: string;
  /** What became known later is not counted. */
  as_of: string;
  /** IANA zone of days and hours. */
  zone: string;
  /** `day`, `week` or `month`: into what the period is cut. */
  unit: string;
};

/** The parameters of a period. `asOfMs`: epoch milliseconds. */
export const reportParameters = (
  { fromMs, toMs, beforeMs, unit }: Period,
  asOfMs: number,
  zone: string,
): ReportParameters => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  before: new Date(beforeMs).toISOString(),
  as_of: new Date(asOfMs).toISOString(),
  zone,
  unit,
});
