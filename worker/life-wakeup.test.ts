import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rerunKey } from '../activities/detect/rerun.ts';
import { createActivities } from '../activities/index.ts';
import { createLoadFile } from '../activities/load/load-file.ts';
import { type ActivityStage, openActivityStage } from '../tests/activity-stage.ts';
import { openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from '../workflows/names.ts';
import { wakeLives } from './life-wakeup.ts';

let stage: ActivityStage;
let temporal: WorkflowStage;
let asked: string[];
beforeAll(async () => {
  asked = [];
  [stage, temporal] = await Promise.all([
    openActivityStage({
      time: 'wall',
      rerunRules: [{ jobs: '*', command: ['start', '{job}'] }],
      startJob: async (start) => {
        asked.push(start.key);
        return 'ok';
      },
    }),
    openWorkflowStage(),
  ]);
});
afterAll(() => Promise.all([stage?.close(), temporal?.close()]));

const iso = (fromNowS: number) => new Date(Date.now() + 1_000 * fromNowS).toISOString();
async function logged(...lines: string[]): Promise<void> {
  const sha256 = await stage.storeFile(['job_id,run_id,started_at,duration_s,status', ...lines].join('\n'));
  await stage.run(createLoadFile(stage.dependencies), { sha256 });
}
const until = async (reached: () => Promise<boolean> | boolean) => {
  while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 50));
};

it('an incident that is opened lives, its victims run again in order, and each is proved by its new run', async () => {
  const { pool } = stage.database;
  await logged(`load,1,${iso(-3_600)},60,failed`, `report,1,${iso(-1_800)},60,failed`);
  const logger = pino({ level: 'silent' });
  const wake = () => wakeLives({ databaseUrl: stage.database.writerUrl, client: temporal.client, logger });
  const opened = await pool.query(
    `insert into incident (opened_at, severity, causes)
     values (now(), 'major', '[{"kind": "upstream", "name": "load", "weight": 1}]') returning id`,
  );
  const { id } = opened.rows[0];
  await pool.query(
    `insert into finding (incident_id, key, kind, role, course, job_id, run_key, since, found_at, evidence)
     select $1, 'crash/job ' || id, 'crash', 'cause', 'new', id, '1', now(), now(), '{}' from job`,
    [id],
  );
  // Nobody listened when it was opened.
  let lives = wake();
  await temporal.withActivities(createActivities(stage.dependencies), async () => {
    const incident = temporal.client.workflow.getHandle(`incident/${id}`);
    await until(
      async () =>
        (await pool.query('select from incident where workflow_started_at is not null')).rowCount === 1,
    );
    await incident.executeUpdate('acknowledge', { args: [{ who: 'ann', why: 'mine' }] });
    await incident.executeUpdate('rerun', { args: [{ who: 'ann', why: 'the disk was full' }] });
    const rerun = temporal.client.workflow.getHandle(`rerun/incident/${id}`);
    await until(() => asked.length === 1);
    await logged(`load,2,${iso(1)},5,success`);
    await until(() => asked.length === 2);
    // Loaded while nobody listened: made up for afterwards.
    await lives.close();
    await logged(`report,2,${iso(1)},5,success`);
    lives = wake();
    expect(await rerun.result()).toMatchObject({ victims: 2, outcomes: { succeeded: 2 } });

    const { rows } = await pool.query(
      `select job.name, outcome, new_run_key from rerun_victim join job on job.id = job_id order by position`,
    );
    expect(rows).toEqual([
      { name: 'load', outcome: 'succeeded', new_run_key: '2' },
      { name: 'report', outcome: 'succeeded', new_run_key: '2' },
    ]);
    const { rows: reruns } = await pool.query('select id from rerun');
    const { rows: jobs } = await pool.query(`select id from job order by name`);
    expect(asked).toEqual(jobs.map(({ id: jobId }) => rerunKey(reruns[0].id, jobId)));

    await pool.query(`update incident set state = 'resolved', resolved_at = now() where id = $1`, [id]);
    expect(await incident.result()).toEqual({ state: 'resolved' });
    const { rows: audit } = await pool.query('select action from audit_log order by id');
    expect(audit.map(({ action }) => action)).toEqual(['incident-acknowledge', 'rerun']);
  });
  await lives.close();
});

it('a re-run that somebody terminated is no reason to stop telling others', async () => {
  const { pool } = stage.database;
  await pool.query(
    `insert into rerun (id, workflow_id, who, why, cycles) values ('gone', 'rerun/gone', 'a', 'b', '[]')`,
  );
  const lives = wakeLives({
    databaseUrl: stage.database.writerUrl,
    client: temporal.client,
    logger: pino({ level: 'silent' }),
  });
  await temporal.withActivities(createActivities(stage.dependencies), async (client) => {
    const handle = await client.workflow.start('rerun', {
      workflowId: 'rerun/jobs/load',
      taskQueue: TASK_QUEUES.control,
      args: [{ jobs: ['load'], who: 'ann', why: 'again' }],
    });
    await until(() => asked.length === 3);
    await logged(`load,9,${iso(1)},5,failed`);
    expect(await handle.result()).toMatchObject({ outcomes: { failed: 1 } });
  });
  await lives.close();
});
