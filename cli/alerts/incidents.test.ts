import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { createLoadFile } from '../../activities/load/load-file.ts';
import { giveFeedback } from '../../db/detect/incident-life.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';
import { openWorkflowStage, type WorkflowStage } from '../../tests/workflow-stage.ts';

let stage: ActivityStage;
let temporal: WorkflowStage;
let id: number;
beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage({ time: 'wall' }), openWorkflowStage()]);
  const long = `report_${'of_everything_'.repeat(10)}`;
  const sha256 = await stage.storeFile(
    `job_id,run_id,started_at,duration_s,status,error\nload,1,2026-03-01T05:00:00Z,60,failed,disk full\n${long},1,2026-03-01T05:00:00Z,60,failed,x\n`,
  );
  await stage.run(createLoadFile(stage.dependencies), { sha256 });
  const { rows } = await stage.database.pool.query(
    `insert into incident (opened_at, severity, causes)
     values ('2026-03-01T07:00:00Z', 'critical', '[{"kind": "upstream", "name": "load", "weight": 0.8}]') returning id`,
  );
  id = rows[0].id;
  await stage.database.pool.query(
    `insert into finding (incident_id, key, kind, role, course, job_id, run_key, since, found_at, evidence)
     select $1, 'crash/job ' || id, 'crash', case name when 'load' then 'cause' else 'consequence' end, 'new', id, '1',
       '2026-03-01T05:00:00Z', '2026-03-01T07:00:00Z', '{"text": "disk\\u001b[2J full"}' from job`,
    [id],
  );
});
afterAll(() => Promise.all([stage?.close(), temporal?.close()]));

async function smartEtl(...args: string[]) {
  const env = { SMART_ETL_TEMPORAL_ADDRESS: temporal.address };
  const { status, stdout, stderr } = await smartEtlOn(stage, args, env);
  return { status, stdout: stdout.trimEnd(), lines: stdout.trimEnd().split('\n'), stderr: stderr.trimEnd() };
}
const working = <T>(work: () => Promise<T>) =>
  temporal.withActivities(createActivities(stage.dependencies), work);
const WHO = ['--who', 'ann', '--why', 'mine'];

describe('smart-etl incidents', () => {
  it('list tells each in a line of a terminal', async () => {
    const { status, lines } = await smartEtl('incidents', 'list');
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^ +\d+ {2}critical {2}open {10}2026-03-01 07:00 {2}load, report_of_every/);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    const { stdout } = await smartEtl('incidents', 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ incidents: [{ id, state: 'open', lasting: 2 }] });
  });

  it('show tells causes and findings, and lets no control characters through', async () => {
    const { status, lines, stdout } = await smartEtl('incidents', 'show', String(id));
    expect(status).toBe(0);
    expect(stdout).toContain('80 %  upstream load');
    expect(stdout).toContain('cause: crash default/load');
    expect(stdout).not.toContain('\u001b');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('ack, silence and waive say what came of it', async () => {
    await working(async () => {
      expect(await smartEtl('incidents', 'ack', String(id), ...WHO)).toMatchObject({
        status: 0,
        stdout: `ann has taken on incident ${id}`,
      });
      const silenced = await smartEtl('incidents', 'silence', String(id), '--for', '8h', ...WHO, '--json');
      expect(JSON.parse(silenced.stdout)).toMatchObject({ incident: id, action: 'silence' });
      const waived = await smartEtl('incidents', 'waive', String(id), ...WHO);
      expect(waived.stdout).toContain('2 findings');
    });
    const { stdout } = await smartEtl('incidents', 'show', String(id));
    expect(stdout).toContain('acknowledged');
    expect(stdout).toContain('taken on by ann');
    expect(stdout).toContain('waived by ann');
  });

  it('feedback tells the share of useful messages', async () => {
    expect((await smartEtl('incidents', 'feedback')).stdout).toBe('nobody has answered yet');
    await giveFeedback(stage.database.pool, { incidentId: id, channel: 'mail', who: 'ann', useful: true });
    expect((await smartEtl('incidents', 'feedback')).stdout).toMatch(/^crash +100 % useful, 1 of 1$/);
  });

  it.each([
    [['show', '999'], 1],
    [['show', 'x'], 2],
    [['ack', '999', ...WHO], 2],
    [['ack', '1'], 2],
    [['silence', '1', '--for', '8 hours', ...WHO], 2],
    [['silence', '1', '--for', '0h', ...WHO], 2],
  ])('%j ends with %i', async (args, status) => {
    expect((await smartEtl('incidents', ...args)).status).toBe(status);
  });
});

describe('smart-etl rerun', () => {
  it('tells the order without doing anything', async () => {
    await working(async () => {
      const { status, lines } = await smartEtl('rerun', '--incident', String(id), '--dry-run', ...WHO);
      expect([status, lines[0]]).toEqual([0, '1. load']);
      expect(lines[1]).toMatch(/^2\. report_.* after load$/);
    });
    expect((await stage.database.pool.query('select from rerun')).rowCount).toBe(0);
  });

  it('asks, and takes the word of a person where no scheduler is configured', async () => {
    await working(async () => {
      expect((await smartEtl('rerun', 'load', ...WHO)).stdout).toBe('asked: see workflow rerun/jobs/load');
      const waiting = smartEtl('rerun', 'load', '--wait', ...WHO);
      const byHand = `select from rerun_victim where state = 'by-hand'`;
      while ((await stage.database.pool.query(byHand)).rowCount === 0)
        await new Promise((resolve) => setTimeout(resolve, 50));
      const done = await smartEtl(
        'rerun',
        'default/load',
        '--done',
        '--who',
        'bob',
        '--why',
        'on the server',
      );
      expect(done).toMatchObject({ status: 0, stdout: 'default/load is done, says bob', stderr: '' });
      const { status, stdout } = await waiting;
      expect(status).toBe(0);
      expect(stdout).toContain('ok load: succeeded (by hand: on the server)');
      expect((await smartEtl('rerun', 'load', '--done', ...WHO)).status).toBe(6);
    });
  });

  it.each([
    [['load', '--incident', '1', ...WHO], 2],
    [[...WHO], 2],
    [['load'], 2],
    [['--done', ...WHO], 2],
  ])('%j ends with %i', async (args, status) => {
    expect((await smartEtl('rerun', ...args)).status).toBe(status);
  });

  it('says which job it does not know', async () => {
    await working(async () => {
      const { status, stderr } = await smartEtl('rerun', 'nothing', '--wait', ...WHO);
      expect([status, stderr]).toEqual([1, 'smart-etl: there is no job named "nothing"']);
    });
  });
});
