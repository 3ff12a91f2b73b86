import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forecastOutcomes, lastClosedForecast } from '../db/forecast/read-score-card.ts';
import { ALERT_RULES } from '../infra/grafana/alerting/rules.ts';
import { allDashboards } from '../infra/grafana/all-dashboards.ts';
import { COMPOSE_ADDRESSES } from '../infra/grafana/build/addresses.ts';
import type { PostgresTarget, Target } from '../infra/grafana/build/query.ts';
import { expandMacros, intervalMsFor } from '../infra/grafana/expand-macros.ts';
import { CHECKED, scoreCard } from '../models/alerts/score-card.ts';
import { type LivedEstate, openLivedEstate } from './lived-estate.ts';

const DAY_MS = 86_400_000;
const dashboards = allDashboards(COMPOSE_ADDRESSES);
const isPostgres = (target: Target): target is PostgresTarget => 'rawSql' in target;

let estate: LivedEstate;
let client: pg.Client;
/** The job, and all values of the others, as Grafana asks for them. */
let variables: Record<string, string[]>;

beforeAll(async () => {
  estate = await openLivedEstate();
  await addWhatNoActivityMakes();
  client = new pg.Client({ connectionString: estate.stage.database.grafanaUrl });
  await client.connect();
  variables = await readVariables();
}, 300_000);
afterAll(async () => {
  await client?.end();
  await estate?.close();
});

/** What happens in days, or by hands: beats of queues, re-runs, messages that were given up. */
async function addWhatNoActivityMakes(): Promise<void> {
  const { pool } = estate.stage.database;
  await pool.query(`
    insert into heartbeat (part, beat_at) values ('queue/control', now()), ('detect', now()), ('queue/ingest', now() - interval '9 minutes');
    insert into rerun (id, workflow_id, who, why, cycles) values ('r1', 'rerun/incident/1', 'ann', 'test', '[]');
    insert into rerun_victim (rerun_id, job_id, position, after) select 'r1', id, 1, '{}' from job limit 1;
    update notification set state = 'dead', last_error = 'refused: unknown address'
    where id = (select id from notification where state = 'pending' limit 1)`);
  await estate.stage.storeFile('waits', 'runs', 'waits.csv');
}

/** Every value of each variable; of the job, one that failed and has slots, incidents and a forecast. */
async function readVariables(): Promise<Record<string, string[]>> {
  const read: Record<string, string[]> = {};
  for (const { dashboard, language } of dashboards) {
    if (language !== 'en') continue;
    for (const variable of dashboard.templating.list) {
      if (variable.type !== 'query') continue;
      const { rows } = await client.query<Record<string, string>>(variable.query);
      read[variable.name] = rows.map((row) => row.__value ?? Object.values(row)[0]!);
    }
  }
  const { rows } = await estate.stage.database.pool.query<{ id: string }>(
    `select job.id::text as id from job
     where exists (select from finding where job_id = job.id) and exists (select from expectation where job_id = job.id and outcome is not null)
       and exists (select from forecast_week where job_id = job.id and cutoff = (select max(cutoff) from forecast_cutoff))
       and exists (select from run where job_id = job.id and status = 'failed' and error is not null)
     order by (select count(*) from run where job_id = job.id and status = 'failed') desc limit 1`,
  );
  return { ...read, job: [rows[0]!.id] };
}

const panels = dashboards.flatMap(({ dashboard, name, language }) =>
  dashboard.panels.flatMap((panel) =>
    panel.targets.filter(isPostgres).map((target) => ({
      label: `${language} ${name}: ${panel.title}`,
      name,
      panel,
      target,
      from: dashboard.time.from,
    })),
  ),
);

/** The time a dashboard shows at first, ending where the estate ends; what is trained and loaded has the clock of today. */
function rangeOf(from: string): { fromMs: number; toMs: number } {
  const [, count, unit] = /^now-(\d+)([hd])$/.exec(from)!;
  const lengthMs = Number(count) * (unit === 'h' ? DAY_MS / 24 : DAY_MS);
  return { fromMs: Math.min(estate.endsAtMs, Date.now()) - lengthMs, toMs: Date.now() };
}

const ask = (rawSql: string, from: string, interval: string | undefined) => {
  const range = rangeOf(from);
  const intervalMs = intervalMsFor(range.fromMs, range.toMs, interval);
  return client.query<Record<string, unknown>>(expandMacros(rawSql, { ...range, intervalMs, variables }));
};

describe('every panel', () => {
  it.each(panels)(
    '$label shows something, and only what its role may see',
    async ({ panel, target, from }) => {
      const { rows, fields } = await ask(target.rawSql, from, panel.interval);
      expect(rows.length).toBeGreaterThan(0);
      const names = fields.map(({ name }) => name);
      if (target.format === 'time_series') expect(names[0]).toBe('time');
      const values = rows.flatMap((row) =>
        Object.entries(row).filter(([name]) => name !== 'time' && name !== 'metric'),
      );
      // Nothing but zeros is as empty as no row.
      expect(values.some(([, value]) => value !== null && Number(value) !== 0)).toBe(true);
      for (const [, value] of values) expect(value).not.toBe(Number.NaN);
      // What an override or a link names is a column, or else it says nothing.
      const shown = target.format === 'table' ? names : [...names, ...rows.map(({ metric }) => metric)];
      if (target.format === 'table') {
        for (const { matcher } of panel.fieldConfig.overrides) expect(shown).toContain(matcher.options);
        for (const [, cell] of JSON.stringify(panel.fieldConfig).matchAll(/__data\.fields\[\\"(.+?)\\"\]/g)) {
          expect(shown).toContain(cell);
        }
      }
    },
  );
});

describe('numbers', () => {
  const english = (name: string, title: string) =>
    panels.find(({ label }) => label === `en ${name}: ${title}`)!;
  const answer = async (name: string, title: string) => {
    const { panel, target, from } = english(name, title);
    return (await ask(target.rawSql, from, panel.interval)).rows;
  };

  it('of runs are those of the view of newest states, where runs are told more than once', async () => {
    const { fromMs, toMs } = rangeOf('now-24h');
    const { pool } = estate.stage.database;
    const within = 'where started_at between $1 and $2';
    const times = [new Date(fromMs), new Date(toMs)];
    const told = await pool.query<{ rows: number }>(`select count(*) as rows from run ${within}`, times);
    const latest = await pool.query<{ runs: number; failed: number; running: number }>(
      `select count(*) as runs, count(*) filter (where status = 'failed') as failed,
         count(*) filter (where status = 'running') as running from run_latest ${within}`,
      times,
    );
    const { runs, failed, running } = latest.rows[0]!;
    expect(told.rows[0]!.rows).toBeGreaterThan(runs);
    expect((await answer('estate', 'Runs'))[0]).toMatchObject({ Runs: runs, failed, running });
    const states = await answer('estate', 'Runs by state');
    expect(states.reduce((sum, { value }) => sum + Number(value), 0)).toBe(runs);
  });

  it('of the score card are those that people are told', async () => {
    const { pool } = estate.stage.database;
    const asOf = new Date(estate.endsAtMs);
    // The newest week that the runs have behind them: the one after it ends with the estate, a moment after its last run.
    const { cutoff } = (await lastClosedForecast(pool, new Date(asOf.getTime() - DAY_MS)))!;
    const card = scoreCard(await forecastOutcomes(pool, cutoff));
    const of = async (title: string) =>
      (await answer('forecast', title)).find(({ time }) => (time as Date).getTime() === cutoff.getTime())!;
    const sums = await of('Expected and happened');
    expect(sums.expected).toBeCloseTo(card.expected, 9);
    expect(sums.failed).toBe(card.failed);
    const brier = await of('Brier score of the weeks');
    expect(Number(brier.forecast)).toBeCloseTo(card.brier!, 9);
    expect(Number(brier['one share for all'])).toBeCloseTo(card.brierOfShare!, 9);
    const hits = await of(`Of the first ${CHECKED}`);
    // Where equal probabilities share the last place the card counts shares of them.
    expect(Math.abs(Number(hits.failed) - card.hits)).toBeLessThanOrEqual(1);
  });
});

describe('annotations', () => {
  const annotations = dashboards[0]!.dashboard.annotations.list;
  it.each(annotations)('$name are found', async ({ target }) => {
    const { rows, fields } = await ask(target.rawSql, 'now-90d', undefined);
    expect(rows.length).toBeGreaterThan(0);
    expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['time', 'text', 'tags']));
  });
});

/** What makes each rule fire, said to the database as it is after a quiet day. */
const TROUBLES: Record<string, string> = {
  'smart-etl-part-still': `update heartbeat set beat_at = now() - interval '20 minutes' where part = 'detect'`,
  'smart-etl-messages-late': `update notification set state = 'pending', held_by = null, created_at = now() - interval '1 hour'`,
  'smart-etl-messages-dead': `update notification set state = 'dead', created_at = now()`,
  'smart-etl-files-late': `update file set received_at = now() - interval '1 hour' where state = 'stored'`,
  'smart-etl-source-stopped': `update source set paused_at = now() where name = 'runs'`,
  'smart-etl-forecast-old': `update forecast_cutoff set cutoff = cutoff - interval '400 days'`,
  'smart-etl-champion-old': `update model_version set created_at = now() - interval '16 days'`,
  'smart-etl-forecast-worthless': `update forecast_week set probability = 1 - probability, probability_low = null, probability_high = null`,
  'smart-etl-forecast-level': `update forecast_week set probability = 0.99, probability_low = null, probability_high = null`,
  'smart-etl-forecast-drift': `update forecast_week set probability = 0.99, probability_low = null, probability_high = null
    where cutoff = (select max(cutoff) from forecast_cutoff)`,
};
const QUIET = `update heartbeat set beat_at = clock_timestamp();
  update notification set state = 'sent';
  update source set paused_at = null;
  update file set received_at = now();
  update forecast_week set probability = (exists (select from run where run.job_id = forecast_week.job_id and status = 'failed'
      and started_at >= cutoff and started_at < cutoff + interval '7 days'))::int * 0.8 + 0.1,
    probability_low = null, probability_high = null;
  update forecast_week later set probability = earlier.probability from forecast_week earlier
  where later.job_id = earlier.job_id and later.cutoff = (select max(cutoff) from forecast_cutoff)
    and earlier.cutoff = (select max(cutoff) from forecast_cutoff where cutoff < later.cutoff)`;

describe('alert rules', () => {
  /** Whether a rule fires, after some changes that are taken back again. */
  async function fires(sql: string, above: number, ...changes: string[]): Promise<boolean> {
    const owner = await estate.stage.database.pool.connect();
    try {
      // A forecast that moves in time would leave behind what belongs to it.
      await owner.query(`begin;
        do $$ declare link record; begin
          for link in select conrelid::regclass as place, conname from pg_constraint
            where confrelid = 'forecast_cutoff'::regclass and conparentid = 0
          loop execute format('alter table %s drop constraint %I', link.place, link.conname); end loop;
        end $$`);
      for (const change of changes) await owner.query(change);
      const { rows } = await owner.query<Record<string, unknown>>(sql);
      return rows.some((row) =>
        Object.values(row).some((value) => typeof value === 'number' && value > above),
      );
    } finally {
      await owner.query('rollback');
      owner.release();
    }
  }

  it.each(ALERT_RULES)('$uid: the role may ask it, and one column is a number', async ({ sql }) => {
    const { fields } = await client.query(sql);
    expect(fields.filter(({ dataTypeID }) => dataTypeID === pg.types.builtins.FLOAT8)).toHaveLength(1);
  });

  it.each(ALERT_RULES)(
    '$uid is silent after a quiet week, and fires when it should',
    async ({ uid, sql, above }) => {
      expect(await fires(sql, above, QUIET)).toBe(false);
      expect(await fires(sql, above, QUIET, TROUBLES[uid]!)).toBe(true);
    },
  );
});

describe('variables', () => {
  it('have values', () => {
    expect(Object.keys(variables).sort()).toEqual(['host', 'job', 'metric', 'source']);
    for (const [name, values] of Object.entries(variables)) expect(values.length, name).toBeGreaterThan(0);
  });
});

describe('the role of Grafana', () => {
  it.each([
    'select original from quarantine',
    'select query from run',
    'select body from notification',
    'select * from audit_log',
    'select name from erasure',
    'select message from received_event',
    `select receive_event('x', 'ping', 'x')`,
    'create temporary table own (n int)',
    `select give_feedback(1, 'x', 'x', true)`,
  ])('may not: %s', async (sql) => {
    await expect(client.query(sql)).rejects.toThrow(/permission denied|read-only transaction/);
  });

  it('is stopped when a query takes too long', async () => {
    const { rows } = await client.query('show statement_timeout');
    expect(rows[0]).toEqual({ statement_timeout: '10s' });
  });
});
