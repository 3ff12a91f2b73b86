import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeSenders, createSenders } from '../../activities/alerts/senders.ts';
import { createActivities } from '../../activities/index.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { readOpenTrials } from '../../db/forecast/model-trials.ts';
import { PROMOTION_DEFAULTS, type PromotionPolicy } from '../../models/promotion/policy.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';
import { startSmtpReceiver } from '../../tests/receivers.ts';
import { registerVersions } from '../../tests/registered-models.ts';
import { openWorkflowStage, type WorkflowStage } from '../../tests/workflow-stage.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';

let stage: ActivityStage;
let temporal: WorkflowStage;
beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage({ time: 'wall' }), openWorkflowStage()]);
  await registerVersions(stage, 47);
});
afterAll(async () => {
  await Promise.all([stage?.close(), temporal?.close()]);
});

const withWorker = <T>(work: () => Promise<T>, policy: Partial<PromotionPolicy> = {}): Promise<T> => {
  const promotion = { ...PROMOTION_DEFAULTS, ...policy };
  return temporal.withActivities(createActivities({ ...stage.dependencies, promotion }), work);
};
async function run(...args: string[]) {
  const env = { SMART_ETL_TEMPORAL_ADDRESS: temporal.address, SMART_ETL_TIME: 'wall' };
  const { status, stdout, stderr } = await smartEtlOn(stage, args, env);
  return { status, said: stdout.trim(), complained: stderr.trim() };
}
const model = (command: string, version: number | string, who: string, ...more: string[]) =>
  run('model', command, String(version), '--who', who, '--why', `says ${who}`, ...more);
const champion = () => versionOfAlias(stage.database.pool, FAILURE_MODEL, 'champion');
const rows = async (sql: string) => (await stage.database.pool.query(sql)).rows;

describe('smart-etl model promote', () => {
  it('makes a version the champion in the name of a person, who is not asked what he has just said', async () => {
    await withWorker(async () => {
      expect(await model('promote', 1, 'ann')).toMatchObject({ status: 0, said: 'job-failure/1: promoted' });
      expect(await model('promote', 1, 'ann')).toMatchObject({
        status: 0,
        said: 'job-failure/1: champion-already',
      });
      const { status, said } = await model('promote', 2, 'ann', '--json');
      expect([status, JSON.parse(said)]).toEqual([0, { outcome: 'promoted' }]);
    });
    expect(await champion()).toBe(2);
    expect(
      await rows(`select who, why, subject from audit_log where action = 'model.champion' order by id`),
    ).toEqual([1, 2].map((version) => ({ who: 'ann', why: 'says ann', subject: `job-failure/${version}` })));
    expect(await rows(`select kind from notification where kind like 'approval%'`)).toEqual([]);
  });

  it('is refused with a sentence where the version is none, and with what it takes where it is no number', async () => {
    const unknown = await withWorker(() => model('promote', 99, 'ann'));
    expect(unknown.status).toBe(1);
    expect(unknown.complained).toContain('job-failure/99 is not registered');
    expect(await model('promote', 'best', 'ann')).toMatchObject({
      status: 2,
      complained: expect.stringContaining('VERSION must be a whole number from 1, got "best"'),
    });
    expect(await model('promote', 1, ' ')).toMatchObject({ status: 2 });
  });

  it('of two people tells the first so, refuses the same twice, and people are told that a second is asked for', async () => {
    await withWorker(
      async () => {
        const half = 'job-failure/3 approved by ann: a second person has to approve';
        expect(await model('promote', 3, 'ann')).toMatchObject({ status: 0, said: half });
        await expect
          .poll(() => rows(`select subject from notification where kind = 'approval-asked'`), {
            timeout: 20_000,
          })
          .toEqual([{ subject: 'Forecasting model: version 3 needs a second person' }]);
        const again = await model('promote', 3, 'Ann');
        expect([again.status, again.complained]).toEqual([
          1,
          expect.stringContaining('was approved by Ann already: a second person has to approve'),
        ]);
        expect(await model('promote', 3, 'bob')).toMatchObject({
          status: 0,
          said: 'job-failure/3: promoted',
        });
      },
      { twoPeople: true },
    );
    expect(await champion()).toBe(3);
  });

  it('says no to what waits, and that nothing does', async () => {
    await withWorker(async () => {
      // Its promotion has answered before people were told; as long as that takes it is there to be refused.
      await temporal.client.workflow.getHandle(workflowIds.promoteModel(FAILURE_MODEL, 2)).result();
      expect(await model('promote', 2, 'bob', '--reject')).toMatchObject({
        status: 1,
        said: 'job-failure/2: nothing-waits',
      });
      await temporal.client.workflow.start('promoteModel', {
        workflowId: workflowIds.promoteModel(FAILURE_MODEL, 2),
        taskQueue: TASK_QUEUES.control,
        args: [{ model: FAILURE_MODEL, version: 2, policy: 'approval' }],
      });
      expect(await model('promote', 2, 'bob', '--reject')).toMatchObject({
        status: 0,
        said: 'job-failure/2: rejected',
      });
    });
    expect(await champion()).toBe(3);
    expect(await rows(`select who, why from audit_log where action = 'model.reject'`)).toEqual([
      { who: 'bob', why: 'says bob' },
    ]);
  });
});

describe('while the mail server takes a message and says nothing', () => {
  it('promote and rollback answer as soon as the version serves', async () => {
    const hold = Promise.withResolvers<void>();
    const mail = await startSmtpReceiver({}, () => hold.promise);
    const [mailFrom, mailTo] = ['etl@localhost', ['team@localhost']];
    const target = { kind: 'mail', smtpUrl: `smtp://127.0.0.1:${mail.port}`, mailFrom, mailTo } as const;
    const senders = createSenders([{ name: 'mail', target }]);
    const activities = createActivities({ ...stage.dependencies, senders });
    const { workflow } = temporal.client;
    const workflows = [
      workflowIds.promoteModel(FAILURE_MODEL, 1),
      workflowIds.rollbackModel(FAILURE_MODEL, 1),
    ];
    const statuses = () =>
      Promise.all(workflows.map(async (id) => (await workflow.getHandle(id).describe()).status.name));
    try {
      await temporal.withActivities(activities, async () => {
        expect(await model('promote', 1, 'ann')).toMatchObject({
          status: 0,
          said: 'job-failure/1: promoted',
        });
        expect(await champion()).toBe(1);
        expect(await run('model', 'rollback', '--who', 'ann', '--why', 'too loud')).toMatchObject({
          status: 0,
          said: 'version 3 serves again instead of version 1',
        });
        expect(await champion()).toBe(3);
        expect(await statuses()).toEqual(['RUNNING', 'RUNNING']);
        hold.resolve();
        await Promise.all(workflows.map((id) => workflow.getHandle(id).result()));
      });
    } finally {
      hold.resolve();
      closeSenders(senders);
      await mail.close();
    }
  });
});

describe('smart-etl model shadow', () => {
  const trials = () => readOpenTrials(stage.database.pool, FAILURE_MODEL);

  it('begins a trial beside the champion, one at a time', async () => {
    await withWorker(async () => {
      const { status, said } = await model('shadow', 1, 'ann', '--days', '28', '--json');
      const { version, days, workflowId } = JSON.parse(said);
      expect([status, version, days]).toEqual([0, 1, 28]);
      const challengers = async () => (await trials()).filter(({ role }) => role === 'challenger');
      await expect
        .poll(challengers, { timeout: 20_000 })
        .toMatchObject([{ workflowId, version: 1, against: 3, who: 'ann', why: 'says ann' }]);
      expect(await versionOfAlias(stage.database.pool, FAILURE_MODEL, 'shadow')).toBe(1);
      expect(await model('shadow', 2, 'bob', '--days', '7')).toMatchObject({
        status: 1,
        complained: expect.stringMatching(/^version 1 is on trial until 20\d\d-/),
      });
    });
    expect(await rows(`select who from audit_log where action = 'model.shadow'`)).toEqual([{ who: 'ann' }]);
  });

  it.each(['0', '366'])('is not held for %s days', async (days) => {
    expect(await model('shadow', 2, 'ann', '--days', days)).toMatchObject({
      status: 2,
      complained: expect.stringContaining(`--days must be from 1 to 365, got ${days}`),
    });
  });
});

describe('smart-etl forecast override', () => {
  const until = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const override = (...args: string[]) => run('forecast', 'override', 'job_2', '--who', 'ann', ...args);

  it('stands beside the forecast until it is taken back; the same said twice is said once', async () => {
    const word = ['--probability', '5%', '--until', until, '--why', 'a new disk'];
    expect(await override(...word)).toMatchObject({
      status: 0,
      said: `job_2: 5 % until ${until}, beside what the model says`,
    });
    expect((await override(...word)).said).toBe('job_2: nothing changed');
    const listed = await run('forecast', 'overrides', '--json');
    expect(JSON.parse(listed.said).items).toMatchObject([
      { namespace: 'default', job: 'job_2', probability: 0.05, until, who: 'ann', why: 'a new disk' },
    ]);
    expect((await override('--ignore', '--until', until, '--why', 'taken out')).said).toContain(
      'to be ignored',
    );
    expect((await run('forecast', 'overrides')).said).toContain('default/job_2: to be ignored until');
    expect((await override('--withdraw', '--why', 'back again')).said).toBe(
      'job_2: the forecast stands alone',
    );
    expect((await override('--withdraw', '--why', 'back again')).said).toBe('job_2: nothing changed');
    expect((await run('forecast', 'overrides')).said).toBe('nobody says anything beside the forecast');
    expect(await rows(`select who, why from audit_log where action like 'forecast%' order by id`)).toEqual([
      { who: 'ann', why: 'a new disk' },
      { who: 'ann', why: 'taken out' },
      { who: 'ann', why: 'back again' },
    ]);
  });

  it.each([
    [['--why', 'x'], 'one of --probability P, --ignore and --withdraw'],
    [['--ignore', '--withdraw', '--why', 'x'], 'one of --probability P, --ignore and --withdraw'],
    [['--ignore', '--why', 'x'], '--until says when it ends by itself'],
    [['--probability', '5', '--until', until, '--why', 'x'], 'expected a probability from 0 to 1'],
    [['--ignore', '--until', '2020-01-01T00:00:00Z', '--why', 'x'], 'until must be later than now'],
    [['--ignore', '--until', '2099-01-01T00:00:00Z', '--why', 'x'], '92 days'],
  ])('%j is refused', async (args, said) => {
    const { status, complained } = await override(...args);
    expect([status, complained]).toEqual([2, expect.stringContaining(said)]);
  });

  it('of a job that nobody knows is refused', async () => {
    const unknown = ['nobody', '--who', 'ann', '--ignore', '--until', until, '--why', 'x'];
    expect((await run('forecast', 'override', ...unknown)).status).toBe(2);
  });
});
