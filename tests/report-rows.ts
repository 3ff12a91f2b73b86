import type { Pool } from '../db/pool.ts';
import { saveRecommendations, saveReport } from '../db/report/reports.ts';

/** A report in both languages with two recommendations that nobody has decided about. */
export async function insertReport(pool: Pool, period: string): Promise<void> {
  const sha256 = '0'.repeat(64);
  const fromAt = new Date(`${period}-01T00:00:00Z`);
  const toAt = new Date(Date.UTC(fromAt.getUTCFullYear(), fromAt.getUTCMonth() + 1, 1));
  for (const language of ['en', 'fr'] as const) {
    await saveReport(pool, {
      ...{ period, language, fromAt, toAt, asOf: toAt, timeZone: 'UTC', pages: 12, pdfBytes: 1 },
      ...{ pdfSha256: sha256, notebookSha256: sha256, figuresSha256: sha256 },
      headline: { jobs: 3, runs: 40, failed: 4, hours: 1.5, lostHours: 0.25, incidents: 2 },
      workflowId: `report/${period}/${language}`,
    });
  }
  await pool.query(`delete from recommendation where period = $1`, [period]);
  await saveRecommendations(pool, period, [
    {
      ...{ key: 'steady-job default/loads', kind: 'steady-job', subject: 'default/loads' },
      ...{
        frequency: 6,
        severity: 5,
        nonDetection: 5,
        effort: 'medium',
        measured: 9,
        gain: 9,
        gainUnit: 'hours',
      },
      evidence: { job: 'default/loads', runs: 30, medianMs: 60_000, p95Ms: 240_000, spread: 0.8 },
      measure: 'hours_beyond_median_30d',
    },
    {
      ...{ key: 'relieve-server db1 disk', kind: 'relieve-server', subject: 'db1 disk_percent' },
      ...{
        frequency: 2,
        severity: 9,
        nonDetection: 3,
        effort: 'small',
        measured: 4,
        gain: 4,
        gainUnit: 'hours',
      },
      evidence: { host: 'db1', metric: 'disk_percent', share: 0.1, most: 97 },
      measure: 'hours_at_limit_30d',
    },
  ]);
}
