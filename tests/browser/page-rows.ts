import { createHash } from 'node:crypto';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { insertFindings } from '../../db/detect/findings.ts';
import { saveCalibration } from '../../db/forecast/calibration.ts';
import { settleOutcomes } from '../../db/forecast/forecast-outcomes.ts';
import { saveForecast } from '../../db/forecast/forecasts.ts';
import { saveCheck } from '../../db/forecast/model-checks.ts';
import { saveQuality } from '../../db/forecast/model-quality.ts';
import type { Pool } from '../../db/pool.ts';
import { findingKey } from '../../models/detect/finding.ts';
import { judgeModel } from '../../models/monitoring/judge-model.ts';
import { MONITORING_LIMITS } from '../../models/monitoring/monitoring-limits.ts';
import { watchFeatures } from '../../models/monitoring/watch-features.ts';
import { seededRandom } from '../../models/random.ts';

const HOUR_MS = 3_600_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * What the pages of incidents, models and data quality need besides the example rows: an incident with a story, a
 * re-run under way, rows in quarantine, a file that is held, and a gate's verdict in words.
 */
export async function insertForPages(
  pool: Pool,
  jobIds: readonly number[],
  nowMs: number,
): Promise<{ incidentId: number; heldSha256: string }> {
  const incidentId = await insertStory(pool, jobIds, nowMs);
  await insertRerun(pool, incidentId, jobIds, nowMs);
  await insertGate(pool);
  await insertClosedForecasts(pool, jobIds, nowMs);
  return { incidentId, heldSha256: await insertQuarantine(pool, nowMs) };
}

async function insertStory(pool: Pool, jobIds: readonly number[], nowMs: number): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `update incident set severity = 'major', state = 'acknowledged', acknowledged_by = 'Camille', acknowledged_at = $1,
       causes = '[{"kind": "host", "name": "etl-01", "weight": 0.72}, {"kind": "itself", "name": "orders_import", "weight": 0.28}]'
     where id = (select min(id) from incident) returning id`,
    [new Date(nowMs - HOUR_MS / 2)],
  );
  const { id } = rows[0]!;
  const subject = { type: 'job' as const, jobId: jobIds[4]! };
  const slow = {
    ...{ key: findingKey('slow', subject), kind: 'slow' as const, variant: null, subject, runKey: 'r4' },
    ...{ sinceMs: nowMs - HOUR_MS, dueMs: null, family: null, course: 'new' as const },
    evidence: {
      ...{ observed: 2_520_000, expected: 480_000, limit: 960_000, unit: 'ms' as const, text: null },
    },
  };
  await insertFindings(pool, id, [{ finding: slow, role: 'consequence' }], new Date(nowMs - HOUR_MS));
  await pool.query(
    `insert into job_follows (job_id, upstream_id, learned_at)
     select job_id, $2, now() from unnest($1::bigint[]) as t (job_id)`,
    [[jobIds[7], jobIds[8], jobIds[10]], jobIds[0]],
  );
  await saveAuditEntry(pool, {
    ...{
      who: 'Camille',
      action: 'incident-acknowledge',
      subject: `incident ${id}`,
      why: 'I look at the server',
    },
    ...{ before: null, after: {}, workflowId: `incident/${id}` },
  });
  return id;
}

async function insertRerun(
  pool: Pool,
  incidentId: number,
  jobIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await pool.query(
    `insert into rerun (id, workflow_id, incident_id, who, why, asked_at, cycles)
     values ('example', 'rerun/incident/' || $1::bigint, $1, 'Camille', 'the server is back', $2, '[]')`,
    [incidentId, new Date(nowMs - 600_000)],
  );
  await pool.query(
    `insert into rerun_victim (rerun_id, job_id, position, after, state, outcome, new_run_key, new_run_started_at)
     values ('example', $1, 1, '{}', 'done', 'succeeded', 'r0-again', $3), ('example', $2, 2, '{}', 'started', null, null, null)`,
    [jobIds[0], jobIds[4], new Date(nowMs - 500_000)],
  );
}

async function insertGate(pool: Pool): Promise<void> {
  const check = (
    name: string,
    passed: boolean | null,
    value: number,
    threshold: number,
    en: string,
    fr: string,
  ) => ({
    ...{ name, passed, value, threshold, explanation: { en, fr } },
  });
  const checks = [
    check('enough-failures', true, 61, 25, '61 windows with a failure in the test, at least 25 needed.', '61 fenêtres avec échec dans le test, au moins 25 nécessaires.'),
    check('ranks-better-than-champion', true, 0.021, 0, 'Average precision 0.527 against 0.412; the difference is at least 0.0210 with 99 % confidence.', "Précision moyenne 0.527 contre 0.412 ; écart d'au moins 0.0210 avec 99 % de confiance."),
    check('brier-low-enough-beside-champion', true, 0.0712, 0.0803, 'Brier score 0.0712, at most 0.0803 allowed.', 'Score de Brier 0.0712, au plus 0.0803 admis.'),
    check('calibrated', true, 0.034, 0.1, 'Forecast and outcome differ by 3.4 points on average, at most 10 allowed.', 'Prévision et réalité diffèrent de 3.4 points en moyenne, au plus 10 admis.'),
  ]; // biome-ignore format: one check a line
  const bins = [0.1, 0.2, 0.4, 0.6, 0.8].map((from) => ({
    from,
    rows: Math.round(400 * (1 - from)),
    forecast: from + 0.05,
    failed: from * 0.95,
  }));
  await saveCalibration(pool, { model: 'job-failure', version: 2, head: 'week' }, bins);
  await pool.query(`update gate_verdict set checks = $1 where challenger_version = 2`, [
    JSON.stringify(checks),
  ]);
}

/** Three forecasts whose week is over. */
async function insertClosedForecasts(pool: Pool, jobIds: readonly number[], nowMs: number): Promise<void> {
  for (const weeksAgo of [2, 3, 4]) {
    const cutoff = new Date(nowMs - (7 * (weeksAgo - 1) + 0.2) * 24 * HOUR_MS);
    const weeks = jobIds.map((jobId, i) => ({
      ...{ jobId, probability: 0.9 * Math.exp(-i / 5), interval: null, basis: 'model' as const, rank: i + 1 },
      ...{ reasons: [], expectedFailedRuns: 0.4, expectedLostMinutes: null },
    }));
    const forecast = { cutoff, model: 'job-failure', modelVersion: 1, candidates: weeks.length };
    await saveForecast(
      pool,
      { ...forecast, workflowId: `forecast/${cutoff.toISOString().slice(0, 10)}` },
      [],
      weeks,
    );
  }
  await settleOutcomes(pool, new Date(nowMs));
  await insertLook(pool, new Date(nowMs - HOUR_MS));
}

/** A look at the champion that found two features moved, and how good the forecasts before it were. */
async function insertLook(pool: Pool, cutoff: Date): Promise<void> {
  const random = seededRandom(8);
  const draw = (shift: number) => Float64Array.from({ length: 120 }, () => random.normal() + shift);
  const columns = ['failed_7d', 'duration_mean', 'runs_7d', 'last_run_failed'].map((feature, i) => ({
    feature,
    ...{ weeks: [draw(0), draw(0), draw(0)], current: draw(i < 2 ? 1.5 : 0), isGrowing: false },
  }));
  const features = watchFeatures(columns, MONITORING_LIMITS);
  const [scores] = watchFeatures([{ ...columns[2]!, feature: '_scores' }], MONITORING_LIMITS);
  const none = { job: [], label: new Uint8Array(0), probability: new Float64Array(0) };
  const dated = { ...none, cutoff: [], hostWeek: [], baseRate: new Float64Array(0) };
  const judged = judgeModel(
    {
      ...{ features, scores: scores!, test: none, recent: none },
      ...{ served: dated, shown: dated },
    },
    MONITORING_LIMITS,
  );
  const of = { model: 'job-failure', version: 2, cutoff };
  const referenceCutoff = new Date(cutoff.getTime() - 168 * HOUR_MS);
  const check = {
    ...judged,
    ...of,
    asOf: cutoff,
    referenceCutoff,
    psiLimit: 0.2,
    workflowId: 'monitor/test',
  };
  await saveCheck(pool, check, [...features, scores!]);
  for (const weeksAgo of [1, 2, 3]) {
    const figures = {
      value: 0.5 + weeksAgo / 20,
      low: 0.4,
      high: 0.8,
      baseValue: 0.4,
      rows: 40,
      positives: 9,
    };
    const week = new Date(cutoff.getTime() - weeksAgo * 168 * HOUR_MS);
    await saveQuality(pool, {
      ...{ ...of, cutoff: week, basis: 'realised', slice: 'all' },
      quality: [{ metric: 'average_precision', ...figures }],
    });
  }
}

async function insertQuarantine(pool: Pool, nowMs: number): Promise<string> {
  const sha256 = hash('runs-1');
  const rows = [
    [1_042, 148_203, 'bad-instant', 'started_at: expected a date and time, found "31/13/2026"', 'orders_import,31/13/2026 02:00,812,success\n'],
    [2_077, 301_552, 'bad-status', 'status: expected a known state, found "<b>oops</b>"', 'stock_snapshot,2026-03-01T02:10:00Z,95,<b>oops</b>\n'],
    [9_310, 1_250_004, 'bad-number', 'duration_s: expected a number, found "12,5,1"', 'truck_eta,2026-03-01T03:00:00Z,"12,5,1",success\n'],
  ] as const; // biome-ignore format: one row a line
  for (const [rowNumber, offset, code, detail, original] of rows) {
    const bytes = Buffer.from(original);
    await pool.query(
      `insert into quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [sha256, offset, rowNumber, code, detail, bytes, bytes.length],
    );
  }
  const held = hash('runs-held');
  await pool.query(
    `insert into file (sha256, source, name, size_bytes, received_at, state, refusal_code, refusal_detail, loaded_at)
     values ($1, 'runs', 'runs-held.csv', 81234, $2, 'held', 'schema-changed', 'column "duration_s" is missing; "duration_ms" is new', $2)`,
    [held, new Date(nowMs - 2 * HOUR_MS)],
  );
  return held;
}
