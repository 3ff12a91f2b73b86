import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveOverrides } from '../../db/detect/job-overrides.ts';
import { saveFollows } from '../../db/job-follows.ts';
import { readIncidentStories } from '../../db/pages/read-incident-stories.ts';
import { readIncidents } from '../../db/pages/read-incidents.ts';
import { withTransaction } from '../../db/pool.ts';
import { writeIncidentStory } from '../../models/alerts/write-incident-story.ts';
import type { RaisedVariant } from '../../models/detect/incidents/settle-findings.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createActOnIncident } from '../alerts/act-on-incident.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createDetect, type DetectInput } from './detect.ts';
import { createLearnFollows } from './learn-follows.ts';
import { endSourceIncident, raiseSourceIncident } from './source-incidents.ts';

let stage: ActivityStage;
beforeEach(async () => {
  stage = await openActivityStage();
});
afterEach(() => stage.close());

const HEADER = 'job_id,owner,host,run_id,started_at,duration_s,status,error';
const AT = '2026-03-01T06:00:00Z';
const load = async (sha256: string) => stage.run(createLoadFile(stage.dependencies), { sha256 });
const logged = async (...lines: string[]) => load(await stage.storeFile([HEADER, ...lines].join('\n')));
const detect = async (input: string | DetectInput) => {
  const { opened, resolved } = await look(input);
  return { opened, resolved };
};
const look = (input: string | DetectInput) =>
  stage.run(createDetect(stage.dependencies), typeof input === 'string' ? { asOf: input } : input);
const rows = async (sql: string) => (await stage.database.pool.query(sql)).rows;
const failed = (job: string, more = 'srv-1,1,2026-03-01T05:00:00Z', error = 'disk full') =>
  `${job},ann,${more},60,failed,${error}`;

/** All that is in the outbox is received. */
const arrive = () =>
  stage.database.pool.query(`update notification set state = 'sent', attempts = 1, sent_at = now()`);

describe('detect', () => {
  it('says nothing of an estate that nothing is known of', async () => {
    expect(await detect({})).toEqual({ opened: 0, resolved: 0 });
    expect(await rows('select part from heartbeat')).toEqual([]);
  });

  it('takes what fails on one server together for one incident, told in one message', async () => {
    await logged(
      failed('orders'),
      failed('stock', 'srv-1,1,2026-03-01T05:10:00Z', 'no route'),
      failed('eta', 'srv-2,1,2026-03-01T01:00:00Z', 'x'),
    );
    expect(await detect(AT)).toEqual({ opened: 2, resolved: 0 });
    const incidents = await readIncidents(stage.database.pool, { limit: 10, findings: 5 });
    expect(incidents.map(({ findings }) => findings.map(({ name }) => name).sort())).toEqual(
      expect.arrayContaining([['orders', 'stock'], ['eta']]),
    );
    const both = incidents.find(({ jobs }) => jobs === 2)!;
    expect(both).toMatchObject({ state: 'open', severity: 'minor', findingsTotal: 2, findingsOpen: 2 });
    expect(both.causes[0]).toMatchObject({ kind: 'host', name: 'srv-1' });
    expect(await rows('select kind from notification')).toEqual([
      { kind: 'incidents-opened' },
      { kind: 'incidents-opened' },
    ]);
    const [beat] = await rows(`select part, as_of, detail from heartbeat where part = 'look'`);
    expect(beat).toEqual({ part: 'look', as_of: new Date(AT), detail: { looked: 5, findings: 3 } });
  });

  it('shows the worst of what is open first, however old it is', async () => {
    const { pool } = stage.database;
    await pool.query(
      `insert into incident (severity, causes, opened_at, state, resolved_at) values
      ('minor', '[]', $1, 'open', null), ('critical', '[]', $2, 'open', null), ('critical', '[]', $1, 'resolved', $1)`,
      [AT, '2026-02-27T06:00:00Z'],
    );
    const shown = await readIncidents(pool, { limit: 10, findings: 5 });
    expect(shown.map(({ severity, state }) => [severity, state])).toEqual([
      ['critical', 'open'],
      ['minor', 'open'],
      ['critical', 'resolved'],
    ]);
    expect(await readIncidents(pool, { limit: 1, findings: 5 })).toMatchObject([{ severity: 'critical' }]);
  });

  it('follows a failure to the jobs that are known to follow', async () => {
    await logged(
      failed('orders'),
      failed('report', 'srv-2,1,2026-03-01T05:40:00Z', 'no rows'),
      ...['a', 'b'].map((job) => `${job},ann,srv-1,1,2026-03-01T05:05:00Z,60,success,`),
    );
    const ids = new Map((await rows('select id, name from job')).map(({ id, name }) => [name, id]));
    await withTransaction(stage.dependencies.pool, (client) =>
      saveFollows(client, new Map([[ids.get('report'), [ids.get('orders')]]]), new Date(AT)),
    );
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
    const [incident] = await readIncidents(stage.database.pool, { limit: 1, findings: 5 });
    expect(incident!.causes[0]).toMatchObject({ kind: 'upstream', name: 'orders' });
    expect(incident!.findings.map(({ name, role }) => [name, role])).toEqual([
      ['orders', 'cause'],
      ['report', 'consequence'],
    ]);
  });

  it('makes one incident of a sweep that nobody started, and ends it when the jobs have run', async () => {
    const JOBS = ['a', 'b', 'c', 'd', 'e'];
    await logged(...JOBS.map((job) => `${job},ann,srv-1,1,2026-03-01T05:00:00Z,60,success,`));
    await detect('2026-03-01T05:30:00Z');
    await stage.database.pool.query(
      `insert into expectation (job_id, due, earliest, start_deadline, deadline, closes)
       select id, due, due - interval '30 min', due + interval '10 min', due + interval '20 min', due + interval '29 min'
       from job, (values ('2026-03-01T06:00Z'::timestamptz), ('2026-03-01T07:00Z')) as slot (due)`,
    );
    expect(await detect('2026-03-01T06:10:00Z')).toEqual({ opened: 0, resolved: 0 });
    expect(await detect('2026-03-01T06:10:15Z')).toEqual({ opened: 1, resolved: 0 });
    const [late] = await readIncidents(stage.database.pool, { limit: 1, findings: 9 });
    expect(late).toMatchObject({ jobs: 5, severity: 'major' });
    expect(late!.causes[0]).toMatchObject({ kind: 'schedule', name: 'runs' });
    expect(late!.findings.map(({ kind }) => kind)).toEqual(JOBS.map(() => 'late'));
    // The slots close: the same findings, which are worse now.
    expect(await detect('2026-03-01T06:30:00Z')).toEqual({ opened: 0, resolved: 0 });
    expect(await rows('select distinct kind from finding')).toEqual([{ kind: 'missing' }]);
    await logged(...JOBS.map((job) => `${job},ann,srv-1,2,2026-03-01T07:00:00Z,60,success,`));
    expect(await detect('2026-03-01T07:05:00Z')).toEqual({ opened: 0, resolved: 1 });
    expect(await rows(`select distinct outcome from expectation where due = '2026-03-01T06:00Z'`)).toEqual([
      { outcome: 'missing' },
    ]);
  });

  it('tells what became grave to those whom routes name for that only', async () => {
    const { alerts } = stage.dependencies;
    const grave = { match: { severities: ['critical', 'major'] as const }, tell: ['mail'], escalateTo: [] };
    const nobody = { match: {}, tell: [], escalateTo: [] };
    Object.assign(stage.dependencies, { alerts: { ...alerts, routes: [grave, nobody] } });
    await logged(failed('orders'));
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
    expect(await rows('select from notification')).toEqual([]);
    const others = ['stock', 'eta', 'carriers', 'prices'];
    await logged(...others.map((job) => failed(job, 'srv-1,1,2026-03-01T05:20:00Z')));
    expect(await detect(AT)).toEqual({ opened: 0, resolved: 0 });
    const incidents = await readIncidents(stage.database.pool, { limit: 10, findings: 9 });
    expect(incidents.map(({ severity }) => severity)).toEqual(['major']);
    expect(await rows('select event, channel from notification')).toEqual([
      { event: 'opened', channel: 'mail' },
    ]);
    await detect(AT);
    expect(await rows('select from notification')).toHaveLength(1);
  });

  it('changes nothing when it looks again', async () => {
    await logged(failed('orders'), failed('stock'));
    await detect(AT);
    const all = () =>
      rows(
        'select incident::text, finding::text from incident join finding on incident_id = incident.id order by 1, 2',
      );
    const before = await all();
    expect(await detect(AT)).toEqual({ opened: 0, resolved: 0 });
    expect(await all()).toEqual(before);
  });

  it('judges a job by what a person set for it', async () => {
    const { pool } = stage.database;
    await logged(failed('orders'), failed('stock', 'srv-2,1,2026-03-01T01:00:00Z'));
    const [{ id }] = await rows(`select id from job where name = 'orders'`);
    await saveOverrides(pool, id, { ignore: ['crash'], who: 'ann', why: 'a test job' });
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
    await saveOverrides(pool, id, null);
    await pool.query(`insert into job_news (job_id, known_since, known_until) values ($1, $2, $2)`, [id, AT]);
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
  });

  it('finds a set of files of which one did not come', async () => {
    const sha256 = await stage.storeFile(
      `${HEADER},files_expected,files_received\norders,ann,srv-1,1,2026-03-01T05:00:00Z,60,success,,12,11\n`,
    );
    await load(sha256);
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
    expect(await rows(`select kind, evidence->>'unit' as unit from finding`)).toEqual([
      { kind: 'incomplete', unit: 'files' },
    ]);
  });

  it('misses nothing that is committed late', async () => {
    await logged(failed('orders'));
    const client = await stage.dependencies.pool.connect();
    try {
      // A load that wrote its news before this look and commits after it.
      await client.query('begin');
      await client.query(
        `insert into job_news (job_id, known_since, known_until) select id, $1, $1 from job`,
        [AT],
      );
      await stage.database.pool.query('delete from job_news where id = (select min(id) from job_news)');
      expect(await detect(AT)).toEqual({ opened: 0, resolved: 0 });
      await client.query('commit');
    } finally {
      client.release();
    }
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
  });

  it('keeps for the next look what is known later than it asks for', async () => {
    await logged(failed('orders'));
    await detect('2026-03-01T04:00:00Z');
    expect(await rows('select from job_news')).toHaveLength(1);
    expect(await detect(AT)).toEqual({ opened: 1, resolved: 0 });
    expect(await rows('select from job_news')).toEqual([]);
  });

  it('takes what a rebuild or a duplicate tells for no news', async () => {
    const sha256 = await stage.storeFile([HEADER, failed('orders')].join('\n'), 'runs', 'a.csv');
    await load(sha256);
    await detect(AT);
    await load(await stage.storeFile([HEADER, failed('orders'), ''].join('\n'), 'runs', 'b.csv'));
    expect(await rows('select from job_news')).toEqual([]);
  });

  it('does not resolve what a look in the past does not see', async () => {
    await logged('orders,ann,srv-1,0,2026-02-28T05:00:00Z,60,success,', failed('orders'));
    await detect(AT);
    expect(await detect('2026-02-28T06:00:00Z')).toEqual({ opened: 0, resolved: 0 });
    expect(await rows(`select state from incident`)).toEqual([{ state: 'open' }]);
  });

  it('opens another incident when a job fails again after its success, and notes what ended the first', async () => {
    await logged(failed('orders'));
    await detect(AT);
    await logged('orders,ann,srv-1,2,2026-03-01T07:00:00Z,60,success,');
    expect(await detect('2026-03-01T08:00:00Z')).toEqual({ opened: 0, resolved: 1 });
    await logged(failed('orders', 'srv-1,3,2026-03-01T09:00:00Z'));
    expect(await detect('2026-03-01T10:00:00Z')).toEqual({ opened: 1, resolved: 0 });
    expect(await rows('select key, run_key, ended_by_run_key from finding order by id')).toEqual([
      { key: `crash/job ${(await rows('select id from job'))[0].id}`, run_key: '1', ended_by_run_key: '2' },
      { key: expect.stringMatching(/^crash/), run_key: '3', ended_by_run_key: null },
    ]);
  });

  it('by schedule waits while a load is under way, but not for ever', async () => {
    await logged(failed('orders'));
    await detect(AT);
    for (const name of ['x.csv', 'y.csv']) await stage.storeFile(`${HEADER}\n${failed(name)}`, 'runs', name);
    await logged(failed('stock', 'srv-9,1,2026-03-01T01:00:00Z'));
    expect(await detect({ unlessLoading: true })).toEqual({ opened: 0, resolved: 0 });
    stage.dependencies.now = () => Date.now() + 3_600_000;
    expect(await detect({ unlessLoading: true })).toEqual({ opened: 1, resolved: 0 });
  });

  it('tells the end only to those who heard of the beginning', async () => {
    await logged(failed('orders'));
    await detect(AT);
    await logged('orders,ann,srv-1,2,2026-03-01T07:00:00Z,60,success,');
    expect(await detect('2026-03-01T08:00:00Z')).toEqual({ opened: 0, resolved: 1 });
    expect(await rows('select event, state from notification')).toEqual([
      { event: 'opened', state: 'withdrawn' },
    ]);
  });
});

describe('learning', () => {
  it('is asked for at first, a day later, and for jobs that nothing is known of', async () => {
    const learn = (asOf: string) => stage.run(createLearnFollows(stage.dependencies), { asOf });
    await logged(failed('orders'));
    expect(await look(AT)).toMatchObject({ isToLearn: true });
    expect(await learn(AT)).toEqual({ jobs: 1, following: 0 });
    expect(await look(AT)).toMatchObject({ isToLearn: false });
    expect(await look('2026-03-02T06:00:00Z')).toMatchObject({ isToLearn: true });
    stage.dependencies.now = () => Date.now() + 3_600_000;
    expect(await look(AT)).toMatchObject({ isToLearn: true });
    await stage.database.pool.query(`insert into job_profile (job_id, learned_at) select id, $1 from job`, [
      AT,
    ]);
    expect(await look(AT)).toMatchObject({ isToLearn: false });
  });
});

describe('an incident of a source', () => {
  const variant: RaisedVariant = 'source-unreadable';
  const raise = () =>
    withTransaction(stage.dependencies.pool, (client) =>
      raiseSourceIncident(client, stage.dependencies, {
        variant,
        source: 'runs',
        detail: 'EACCES',
        at: new Date(AT),
      }),
    );
  const end = (at: string) =>
    withTransaction(stage.dependencies.pool, (client) =>
      endSourceIncident(client, stage.dependencies, { variant, source: 'runs', at: new Date(at) }),
    );

  it('is opened once by many, and ended once', async () => {
    expect((await Promise.all([raise(), raise(), raise()])).filter(Boolean)).toEqual([true]);
    await arrive();
    expect((await Promise.all([end(AT), end(AT)])).filter(Boolean)).toEqual([true]);
    expect(await rows('select state, severity from incident')).toEqual([
      { state: 'resolved', severity: 'major' },
    ]);
    expect(await rows('select kind from notification order by kind')).toEqual([
      { kind: 'incidents-opened' },
      { kind: 'incidents-resolved' },
    ]);
  });

  it('goes on while something else of it lasts, and no look ends it', async () => {
    await raise();
    await logged(failed('orders'));
    await detect(AT);
    // As if the crash had joined it.
    const [{ id }] = await rows(`select incident_id as id from finding where source = 'runs'`);
    await stage.database.pool.query(`update finding set incident_id = $1`, [id]);
    await stage.database.pool.query(
      `update incident set state = 'resolved', resolved_at = opened_at where id <> $1`,
      [id],
    );
    expect(await end('2026-03-01T07:00:00Z')).toBe(true);
    expect(await rows(`select state from incident where id = ${id}`)).toEqual([{ state: 'open' }]);
    await logged('orders,ann,srv-1,2,2026-03-01T07:00:00Z,60,success,');
    expect(await detect('2026-03-01T08:00:00Z')).toEqual({ opened: 0, resolved: 1 });
  });
});

describe('readIncidentStories', () => {
  it('tells causes first, and of each job its last success, in the order of writeIncidentStory', async () => {
    await logged(
      'orders,ann,srv-1,0,2026-02-28T05:00:00Z,60,success,',
      ...['orders', 'stock', 'eta', 'prices'].map((job, i) => failed(job, `srv-1,1,2026-03-01T05:0${i}:00Z`)),
    );
    await stage.database.pool.query(`update job set criticality = 1 where name = 'eta'`);
    await detect(AT);
    const [story] = await readIncidentStories(stage.database.pool, [1, 99]);
    const { findings, ...incident } = story!;
    expect(writeIncidentStory(incident, findings.toReversed())).toEqual(story);
    expect(findings.map(({ name }) => name)).toEqual(['eta', 'orders', 'stock', 'prices']);
    expect(findings.map(({ lastSuccessMs }) => lastSuccessMs)).toEqual([
      null,
      Date.UTC(2026, 1, 28, 5, 1),
      null,
      null,
    ]);
    expect(await readIncidentStories(stage.database.pool, [])).toEqual([]);
    expect((await readIncidentStories(stage.database.pool, [1], 2))[0]!.findings).toHaveLength(2);
  });
});

describe('what somebody decided to live with', () => {
  const act = (id: number, action: 'waive' | 'acknowledge') =>
    stage.run(createActOnIncident(stage.dependencies), {
      id,
      action,
      who: 'ann',
      why: 'retired',
      workflowId: 'incident/1',
    });

  it('is over at the next look, which is told as every end, and is found again when it begins anew', async () => {
    await logged(failed('orders'));
    await detect(AT);
    await arrive();
    const [{ id }] = await rows('select id from incident');
    expect((await act(id, 'waive')).changed).toBe(true);
    expect(await detect(AT)).toEqual({ opened: 0, resolved: 1 });
    expect(await detect(AT)).toEqual({ opened: 0, resolved: 0 });
    // It fails on: that is what was waived.
    await logged(failed('orders', 'srv-1,2,2026-03-01T07:00:00Z'));
    expect(await detect('2026-03-01T08:00:00Z')).toEqual({ opened: 0, resolved: 0 });
    expect((await rows('select kind from notification order by created_at')).map(({ kind }) => kind)).toEqual(
      ['incidents-opened', 'incidents-resolved'],
    );
    await logged(
      'orders,ann,srv-1,3,2026-03-01T09:00:00Z,60,success,',
      failed('orders', 'srv-1,4,2026-03-01T10:00:00Z'),
    );
    expect(await detect('2026-03-01T11:00:00Z')).toEqual({ opened: 1, resolved: 0 });
  });

  it('is not what loads say of a source: only a load ends that', async () => {
    const trouble = {
      variant: 'source-unreadable' as const,
      source: 'runs',
      detail: 'no folder',
      at: new Date(AT),
    };
    await withTransaction(stage.dependencies.pool, (client) =>
      raiseSourceIncident(client, stage.dependencies, trouble),
    );
    const [{ id }] = await rows('select id from incident');
    expect(await act(id, 'waive')).toMatchObject({ changed: false });
  });

  it('is taken on and stays so when it is looked at again', async () => {
    await logged(failed('orders'));
    await detect(AT);
    const [{ id }] = await rows('select id from incident');
    await act(id, 'acknowledge');
    await detect(AT);
    expect(await rows('select state from incident')).toEqual([{ state: 'acknowledged' }]);
  });
});
