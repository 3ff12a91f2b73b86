/** What each role may do with each table, tried on PostgreSQL itself: what is not in the table below is refused by it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';

/** `s`elect, `i`nsert, `u`pdate, `d`elete; in brackets of some columns alone; `-` nothing. */
const RIGHTS = `
  table                   writer  reader  api  grafana
  api_token               siu     -       -    -
  app_user                siu     -       -    -
  arrival                 siu     s       s    -
  audit_head              s       s       s    -
  audit_log               si      s       s    -
  base_rate               siu     s       s    s
  calibration             si      s       s    -
  contract                si      s       s    -
  erasure                 si(u)   -       -    -
  evaluation              siu     s       s    s
  event_file              si      s       s    -
  expectation             siud    s       s    (s)
  feature_drift           siu     s       s    s
  file                    siu     s       s    (s)
  finding                 siu     s       s    s
  forecast                si      s       s    s
  forecast_cutoff         siu     s       s    s
  forecast_outcome        siud    s       s    s
  forecast_override       siu     s       s    -
  forecast_watch          si      s       s    -
  forecast_week           si      s       s    s
  gate_verdict            siu     s       s    s
  heartbeat               siu     s       s    (s)
  host_watch              siud    s       s    (s)
  idempotent_request      -       -       -    -
  incident                siu     s       s    s
  incident_feedback       si      s       s    -
  job                     siu     s       s    (s)
  job_follows             sid     s       s    -
  job_news                sid     s       s    -
  job_override            siud    s       s    -
  job_profile             siu     s       s    -
  knex_migrations         s       s       s    -
  knex_migrations_lock    s       s       s    -
  metric_sample           siu     s       s    s
  metric_sample_before_2010 -     -       -    -
  metric_sample_from_2050 -       -       -    -
  model_alias             siud    s       s    s
  model_alias_change      si      s       s    s
  model_approval          siu     s       s    -
  model_check             siu     s       s    s
  model_contestant        si      s       s    -
  model_episode           siu     s       s    s
  model_quality           siu     s       s    s
  model_signature         si      s       s    -
  model_tag               siud    s       s    -
  model_trial             siu     s       s    -
  model_version           si      s       s    (s)
  notification            siu     s       s    (s)
  notification_incident   siu     s       s    -
  prediction              sid     s       s    -
  prediction_cutoff       sid     s       s    -
  quality_daily           siud    s       s    s
  quarantine              sid     s       s    (s)
  received_event          sd      -       -    -
  recommendation          siud    s       s    -
  report                  siu     s       s    -
  rerun                   siu     s       s    (s)
  rerun_victim            siu     s       s    (s)
  retention               s       s       s    -
  run                     si(u)   s       s    (s)
  run_before_2010         -       -       -    -
  run_event               si      s       s    -
  run_from_2050           -       -       -    -
  scrape                  siud    s       s    -
  shadow_forecast         si      s       s    -
  sighting                siud    s       s    -
  source                  siu     s       s    (s)
  tail                    siud    s       s    -
  waiver                  si      s       s    -
  web_session             siu     -       -    -
`;

const ROLES = ['writer', 'reader', 'api', 'grafana'] as const;
type Role = (typeof ROLES)[number];
const EXPECTED = RIGHTS.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/))
  .map(([table = '', ...rights]) => ({
    table,
    rights: Object.fromEntries(ROLES.map((role, at) => [role, rights[at]!.replace('-', '')])) as Record<
      Role,
      string
    >,
  }));

let database: TestDatabase;
const clients = {} as Record<Role, pg.Client>;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const role of ROLES) {
    clients[role] = new pg.Client({ connectionString: database[`${role}Url`] });
    await clients[role].connect();
    // Grafana's sessions begin read only, which refuses before rights do; that they can turn it off is why rights matter.
    await clients[role].query('set default_transaction_read_only = off');
  }
});
afterAll(async () => {
  for (const client of Object.values(clients)) await client.end();
  await database?.drop();
});

/** `done`, or the code of what PostgreSQL says. What is done is taken back. */
async function tried(role: Role, sql: string): Promise<string> {
  const client = clients[role];
  // It refuses to be part of a transaction before it looks who asks.
  const isAlone = sql.startsWith('alter system');
  if (!isAlone) await client.query('begin');
  try {
    await client.query(sql);
    return 'done';
  } catch (error) {
    return (error as pg.DatabaseError).code!;
  } finally {
    if (!isAlone) await client.query('rollback');
  }
}
const REFUSED = '42501';

interface Column {
  table: string;
  name: string;
  isWritable: boolean;
}
async function columns(): Promise<Map<string, Column[]>> {
  const { rows } = await database.pool.query<Column>(/* sql */ `
    select relname as table, quote_ident(attname) as name, attgenerated = '' and attidentity = '' as "isWritable"
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname !~ '_[0-9]{4}_?[0-9]{2}$'
    order by relname, attnum`);
  return Map.groupBy(rows, ({ table }) => table);
}

describe('of every table', () => {
  it('something is said', async () => {
    expect(EXPECTED.map(({ table }) => table)).toEqual([...(await columns()).keys()]);
  });

  it.each(ROLES)('the %s may do what is said, and nothing else', { timeout: 120_000 }, async (role) => {
    const columnsOf = await columns();
    const found: Record<string, string> = {};
    for (const { table } of EXPECTED) {
      const all = columnsOf.get(table)!;
      // PostgreSQL itself fills in the others.
      const given = all.filter(({ isWritable }) => isWritable).map(({ name }) => name);
      const acts: [letter: string, whole: string, ofOne: (column: string) => string][] = [
        ['s', `select * from ${table} where false`, (name) => `select ${name} from ${table} where false`],
        [
          'i',
          `insert into ${table} (${given}) select ${given.map(() => 'null')} where false`,
          (name) => `insert into ${table} (${name}) select null where false`,
        ],
        [
          'u',
          `update ${table} set ${given.map((name) => `${name} = null`)} where false`,
          (name) => `update ${table} set ${name} = null where false`,
        ],
        ['d', `delete from ${table} where false`, () => ''],
      ];
      let rights = '';
      for (const [letter, whole, ofOne] of acts) {
        const answer = await tried(role, whole);
        if (answer === 'done') rights += letter;
        else {
          expect(answer, `${letter} ${table}`).toBe(REFUSED);
          // Of some columns alone.
          const answers = [];
          for (const { name } of letter === 'd'
            ? []
            : all.filter(({ isWritable }) => isWritable || letter === 's'))
            answers.push(await tried(role, ofOne(name)));
          expect(answers.filter((one) => one !== 'done' && one !== REFUSED)).toEqual([]);
          if (answers.includes('done')) rights += `(${letter})`;
        }
      }
      found[table] = rights;
    }
    expect(found).toEqual(Object.fromEntries(EXPECTED.map(({ table, rights }) => [table, rights[role]])));
  });

  it.each(ROLES)('the %s may neither change it, empty it, nor set rules for it', async (role) => {
    for (const { table } of EXPECTED) {
      for (const sql of [
        `alter table ${table} add own integer`,
        `alter table ${table} disable trigger all`,
        `alter table ${table} owner to current_user`,
        `drop table ${table} cascade`,
        `truncate ${table} cascade`,
        `create index on ${table} ((1))`,
        `lock table ${table} in access exclusive mode`,
      ]) {
        // A role that may update a table may also lock it, and a lock ends with its transaction.
        if (sql.startsWith('lock') && role === 'writer') continue;
        const answer = await tried(role, sql);
        expect(answer, `${role}: ${sql}`).toBe(REFUSED);
      }
    }
  });
});

describe.each(ROLES)('the %s', (role) => {
  it.each([
    'create table own (x integer)',
    'create view own as select 1',
    'create schema own',
    'create function own() returns integer language sql as $$ select 1 $$',
    'create extension pg_trgm',
    'create trigger own after insert on audit_log execute function pg_notify()',
    'drop function if exists receive_event(text, text, text)',
    'create role own',
    'alter role current_user superuser',
    'alter role current_user createrole',
    'set role smart_etl_owner',
    'set session authorization smart_etl_owner',
    "alter system set fsync = 'off'",
    'alter database smart_etl set fsync = off',
    'select * from pg_authid',
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "copy (select 1) to '/tmp/own'",
    "copy audit_log from '/etc/passwd'",
    "copy (select 1) to program 'true'",
    'select lo_create(0)',
    'select lo_creat(-1)',
    "select lo_from_bytea(0, 'x')",
    "select lo_put(1, 0, 'x')",
    "select lowrite(0, 'x')",
    'select lo_unlink(1)',
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/own')",
    'select pg_reload_conf()',
    'select pg_terminate_backend(pid) from pg_stat_activity where usename = $$smart_etl_owner$$',
    'delete from audit_log',
    'update audit_log set who = null',
    "update audit_head set hash = repeat('0', 64)",
    'truncate audit_log',
    'alter table audit_log disable trigger user',
    "insert into knex_migrations (name) values ('own')",
  ])('is refused: %s', async (sql) => {
    expect(await tried(role, sql)).toBe(REFUSED);
  });

  it('owns nothing, is nobody else, gives no right away, and sets no sequence', async () => {
    const { rows } = await clients[role].query(/* sql */ `
      select (select count(*) from pg_class where relowner = me.oid)::integer as owned,
        rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as power,
        (select count(*) from pg_class where relkind in ('r', 'p', 'v') and relnamespace = 'public'::regnamespace
          and has_table_privilege(me.oid, oid, 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH GRANT OPTION, DELETE WITH GRANT OPTION'))::integer as gives,
        array(select roleid::regrole::text from pg_auth_members where member = me.oid) as member
      from pg_roles me where rolname = current_user`);
    expect(rows).toEqual([
      { owned: 0, power: false, gives: 0, member: role === 'api' ? ['smart_etl_reader'] : [] },
    ]);
    const sequences = await database.pool.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`,
    );
    expect(sequences.rows.length).toBeGreaterThan(5);
    for (const { name } of sequences.rows)
      expect(await tried(role, `select setval('${name}', 1)`)).toBe(REFUSED);
  });
});

it('only the API asks who comes in', async () => {
  const asked = `select * from identity_of_token(repeat('0', 64))`;
  expect(await tried('api', asked)).toBe('done');
  for (const role of ['writer', 'reader', 'grafana'] as const) expect(await tried(role, asked)).toBe(REFUSED);
});

it('only who needs them makes temporary tables, and only ours come in', async () => {
  const { rows } = await database.pool.query(/* sql */ `
    select rolname as role, has_database_privilege(oid, 'smart_etl', 'CONNECT') as connect,
      has_database_privilege(oid, 'smart_etl', 'TEMPORARY') as temporary,
      has_database_privilege(oid, 'smart_etl', 'CREATE') as create
    from pg_roles where rolname ~ '^smart_etl_(writer|grafana)$' or rolname = 'pg_monitor' order by rolname`);
  expect(rows).toEqual([
    { role: 'pg_monitor', connect: false, temporary: false, create: false },
    { role: 'smart_etl_grafana', connect: true, temporary: false, create: false },
    { role: 'smart_etl_writer', connect: true, temporary: true, create: false },
  ]);
});
