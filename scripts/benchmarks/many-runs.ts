/** A large estate made by the database itself, in the tables as they are: what a page is asked of after two years. */
import type pg from 'pg';
import { settleOutcomes } from '../../db/forecast/forecast-outcomes.ts';
import { say } from './progress.ts';

export interface EstateSize {
  runs: number;
  jobs: number;
}

/** Every job starts so often; the others a little later each. */
const STEP_MINUTES = 100;
const HOSTS = 20;
/** Slots and samples of servers are kept so long. */
const RECENT_DAYS = 60;
const METRICS = ['cpu_percent', 'memory_percent', 'disk_used_percent', 'load_1m'];

/** The month that ends last is over then: so that every fill is the same. */
export const ESTATE_END = new Date('2026-11-01T00:00:00Z');

/** Fills an empty, migrated database as its owner. */
export async function fillEstate(client: pg.Client, { runs, jobs }: EstateSize): Promise<void> {
  const steps = Math.ceil(runs / jobs);
  const from = new Date(ESTATE_END.getTime() - steps * STEP_MINUTES * 60_000);
  await client.query('set synchronous_commit = off');
  await client.query(`set timezone = 'UTC'`);
  await client.query(
    `insert into source (name, kind, folder, namespace) values ('runs', 'runs', 'drop/runs', 'estate'),
       ('metrics', 'metrics', 'drop/metrics', 'estate')`,
  );
  await client.query(
    `insert into job (id, namespace, name, owner, host, criticality, owner_told_at, host_told_at)
     select job_id_of('estate', name), 'estate', name, 'team-' || n % 12, 'etl-' || lpad((n % ${HOSTS})::text, 2, '0'),
       1 + n % 4, $2, $2
     from (select n, 'job_' || lpad(n::text, 4, '0') as name from generate_series(1, $1::int) as n) as named`,
    [jobs, ESTATE_END],
  );
  await fillFiles(client, from);
  await client.query(
    `create temporary table numbered as select id, host, row_number() over (order by name)::int as n from job`,
  );
  await client.query('create unique index on numbered (n)');
  await client.query('analyze numbered');
  await client.query('select begin_months()');
  for (let month = monthOf(from); month < ESTATE_END; month = nextMonth(month)) {
    await fillMonth(client, month, from);
    say(`runs of ${month.toISOString().slice(0, 7)} are in`);
  }
  await fillSamples(client);
  await fillRest(client);
  // As the server does by itself some minutes after a load.
  await client.query('vacuum analyze');
}

const monthOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
const nextMonth = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
const dayText = (at: Date): string => at.toISOString().slice(0, 10);

/** One file an hour. */
async function fillFiles(client: pg.Client, from: Date): Promise<void> {
  await client.query(
    `insert into file (sha256, source, name, size_bytes, received_at, state, rows_in, rows_loaded, rows_duplicate,
       rows_quarantined, last_known_at, loaded_at)
     select encode(sha256(n::text::bytea), 'hex'), 'runs', 'runs-' || to_char(at, 'YYYYMMDD-HH24') || '.csv', 90000, at,
       'loaded', 604, 600, 2, 2, at, at
     from (select n, $1::timestamptz + n * interval '1 hour' as at
           from generate_series(1, (extract(epoch from $2::timestamptz - $1) / 3600)::int) as n) as hourly`,
    [from, ESTATE_END],
  );
}

async function fillMonth(client: pg.Client, month: Date, from: Date): Promise<void> {
  const first = dayText(month);
  const begin = new Date(Math.max(month.getTime(), from.getTime()));
  const end = new Date(Math.min(nextMonth(month).getTime(), ESTATE_END.getTime()));
  await client.query(`select begin_month('run', $1)`, [first]);
  const table = `run_${first.slice(0, 7).replace('-', '_')}`;
  // As loads leave them: by the hour, each hour's runs as they began. One in twenty was told when it began as well.
  await client.query(
    `insert into ${table} (job_id, digest, started_at, ended_at, known_at, duration_ms, rows_read, rows_written,
       expected_rows, file_id, row_number, status, run_key, host, error, anomalies)
     select id, (chance * 1e15)::bigint + told, started_at, case when told = 2 then ended_at end,
       case when told = 2 then ended_at else started_at end, case when told = 2 then duration_ms end,
       case when told = 2 then 1000 + n * 10 end, case when told = 2 then (1000 + n * 10 * chance)::bigint end, 1000 + n * 10,
       1 + (extract(epoch from started_at - $3::timestamptz) / 3600)::int, n,
       case when told = 1 then 'running' when chance < 0.04 then 'failed' when chance < 0.045 then 'cancelled'
         else 'succeeded' end::run_status,
       to_char(started_at, 'YYYYMMDD"T"HH24MISS-') || n, host,
       case when told = 2 and chance < 0.04
         then 'psycopg2.OperationalError: connection to server at "db-' || n % 7 || '" failed: timed out' end,
       case when chance > 0.99 then '{duration-mismatch}'::text[] end
     from (
       select *, started_at + duration_ms * interval '1 millisecond' as ended_at
       from (
         select numbered.*, step + n * interval '5 seconds' as started_at, random() as chance,
           (20000 + n * 600 * (0.5 + random()))::bigint as duration_ms
         from generate_series($1::timestamptz, $2::timestamptz - interval '1 second', interval '${STEP_MINUTES} minutes') as step
           cross join numbered) as begun) as run
       cross join generate_series(1, 2) as told
     where started_at < $2 and (told = 2 or n % 20 = 0)`,
    [begin, end, from],
  );
  await client.query(`select index_month('run', $1)`, [first]);
  await client.query(`select finish_month('run', $1)`, [first]);
}

async function fillSamples(client: pg.Client): Promise<void> {
  const from = new Date(ESTATE_END.getTime() - RECENT_DAYS * 86_400_000);
  for (let month = monthOf(from); month < ESTATE_END; month = nextMonth(month)) {
    const first = dayText(month);
    await client.query(`select begin_month('metric_sample', $1)`, [first]);
    await client.query(
      `insert into metric_sample_${first.slice(0, 7).replace('-', '_')} (ts, value, file_id, host, metric)
       select ts, 50 + 40 * sin(extract(epoch from ts) / 7000) + 5 * random(), 1, 'etl-' || lpad(h::text, 2, '0'), metric
       from generate_series($1::timestamptz, $2::timestamptz - interval '1 second', interval '1 minute') as ts,
         generate_series(0, ${HOSTS} - 1) as h, unnest($3::text[]) as metric`,
      [new Date(Math.max(from.getTime(), month.getTime())), nextMonth(month), METRICS],
    );
    await client.query(`select index_month('metric_sample', $1)`, [first]);
    await client.query(`select finish_month('metric_sample', $1)`, [first]);
  }
}

/** Slots, incidents, forecasts, messages and refused rows. */
async function fillRest(client: pg.Client): Promise<void> {
  const end = ESTATE_END;
  const usual = `jsonb_build_object('runs', 500, 'level', ln(20000 + n * 600), 'hours', null, 'weekdays', null,
    'monthEnd', 0, 'holiday', null, 'follow', 0, 'above', 0.5, 'below', 0.7)`;
  await client.query(
    `insert into job_profile (job_id, learned_at, schedule, baselines)
     select id, $1, jsonb_build_object('rhythm', jsonb_build_object('kind', 'elapsed', 'everyMs', ${STEP_MINUTES * 60_000},
         'anchorMs', 0), 'runs', 500, 'explained', 1, 'filled', 1, 'sinceMs', 0, 'isZoneProven', false, 'tolerance', '{}'::jsonb),
       jsonb_build_object('asOfMs', extract(epoch from $1::timestamptz) * 1000, 'calendar', 'FR', 'timeZone', 'Europe/Paris',
         'editions', jsonb_build_array(jsonb_build_object('cutMs', 0, 'runs', 500, 'duration', ${usual}, 'rows', ${usual},
           'failed', '{"runs": 500, "times": 20}'::jsonb, 'longestMs', 900000)))
     from numbered`,
    [end],
  );
  await client.query(
    `insert into job_follows select one.id, two.id, $1 from numbered one join numbered two on two.n = one.n - 1
     where one.n % 3 <> 0`,
    [end],
  );
  await client.query(
    `insert into expectation (job_id, due, earliest, start_deadline, deadline, closes, outcome, ended_at)
     select id, due, due - interval '10 minutes', null, due + interval '20 minutes', due + interval '90 minutes',
       case when due < $1 then case when n % 50 = 0 then 'late' else 'met' end end, case when due < $1 then due end
     from numbered cross join generate_series($1::timestamptz - interval '${RECENT_DAYS} days', $1::timestamptz + interval '7 days',
       interval '${STEP_MINUTES} minutes') as due`,
    [end],
  );
  await client.query(
    `insert into incident (opened_at, resolved_at, state, severity, causes)
     select at, case when n > 100 then at + interval '3 hours' end, case when n > 100 then 'resolved' else 'open' end,
       (array['critical', 'major', 'minor', 'warning'])[1 + n % 4], '[{"kind": "itself", "name": "job", "weight": 1}]'
     from (select n, $1::timestamptz - n * interval '2 hours' as at from generate_series(1, 5000) as n) as opened`,
    [end],
  );
  await client.query(
    `insert into finding (incident_id, key, kind, role, course, job_id, run_key, since, found_at, ended_at, evidence)
     select incident.id, incident.id || '/' || part, 'crash', case when part = 1 then 'cause' else 'consequence' end, 'new',
       numbered.id, 'r', opened_at, opened_at, resolved_at, '{"observed": null, "expected": null, "limit": null,
         "unit": null, "text": "connection to server failed: timed out"}'
     from incident cross join generate_series(1, 3) as part
       join numbered on n = 1 + (incident.id * 7 + part) % (select count(*) from numbered)`,
  );
  await client.query(
    `insert into notification (id, kind, channel, subject, body, state, created_at, channel_kind, event)
     select 'n' || id, 'incidents-opened', 'mail', 'Failed', 'x', 'sent', opened_at, 'mail', 'opened' from incident`,
  );
  await client.query(
    `insert into notification_incident (notification_id, incident_id, event) select 'n' || id, id, 'opened' from incident`,
  );
  await client.query(
    `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff, seed,
       code_version, parameters, fit_ms, peak_memory_bytes, created_at)
     select 'job-failure', n, 'boosting', encode(sha256(('a' || n)::bytea), 'hex'), encode(sha256(('m' || n)::bytea), 'hex'),
       encode(sha256(('s' || n)::bytea), 'hex'), $1::timestamptz - (13 - n) * interval '7 days', 1, '0.1.0', '{}', 1, 1,
       $1::timestamptz - (13 - n) * interval '7 days'
     from generate_series(1, 12) as n`,
    [end],
  );
  await client.query(
    `insert into model_alias (model, alias, version) values ('job-failure', 'champion', 12)`,
  );
  const reason = `'[{"feature": "failed_share_28", "contribution": 1.2, "en": "failed in 4 of the last 28 days", "fr": "a échoué 4 des 28 derniers jours"},
    {"feature": "host_cpu", "contribution": 0.4, "en": "its server was busy", "fr": "son serveur était chargé"}]'::jsonb`;
  await client.query(
    `insert into forecast_cutoff (cutoff, model, model_version, candidates, workflow_id, made_at)
     select cutoff, model, version, (select count(*) from job), 'forecast/' || version, cutoff from model_version`,
  );
  await client.query(
    `insert into forecast_week (cutoff, job_id, probability, basis, rank, reasons, expected_failed_runs)
     select cutoff, id, 1.0 - n / (1.0 + count(*) over (partition by cutoff)), 'model', n, ${reason}, 1
     from forecast_cutoff cross join numbered`,
  );
  await client.query(
    `insert into forecast (cutoff, job_id, horizon_day, probability, basis, reasons)
     select cutoff, id, day, 0.3 - n / 5000.0, 'model', ${reason}
     from forecast_cutoff cross join numbered cross join generate_series(1, 7) as day`,
  );
  await settleOutcomes(client, end);
  await client.query(
    `insert into quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)
     select sha256, part * 100, part, 'ragged-row', 'expected 14 columns, found 15', 'a,b,c', 5
     from file cross join generate_series(1, 2) as part`,
  );
  await client.query(
    `insert into quality_daily (source, day, files, volume_rows, completeness, uniqueness, validity, freshness_s)
     select 'runs', day, 24, 14400, 0.9, 0.99, 0.99, 600
     from generate_series($1::timestamptz - interval '700 days', $1, interval '1 day') as day`,
    [end],
  );
}
