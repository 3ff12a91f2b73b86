import { pino } from 'pino';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createDeliverNotification,
  createListPendingNotifications,
} from '../../activities/alerts/deliver-notification.ts';
import { closeSenders, createSenders, type Senders } from '../../activities/alerts/senders.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { createDetect } from '../../activities/detect/detect.ts';
import { createActivities } from '../../activities/index.ts';
import { createLoadFile } from '../../activities/load/load-file.ts';
import type { RunningApi } from '../../api/server.ts';
import { wakeLives } from '../../worker/life-wakeup.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { startTestApi } from '../api.ts';
import { type LivedEstate, openLivedEstate, trainChallenger } from '../lived-estate.ts';
import { aUser } from '../people.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../receivers.ts';
import { openWorkflowStage, type WorkflowStage } from '../workflow-stage.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { axeFindings } from './visit.ts';

const executable = findChromium();
const PASSWORD = 'correct horse battery';
const ERROR = 'ORA-01653: unable to extend table STOCK_LEVELS in tablespace DATA';
/** It runs every hour, and failed last night. */
const JOB = 'stock_levels_hourly';
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const TOLD = 'night-team@example.org';
const TEMPORAL_UI = 'http://temporal.example:8233';
/** Nobody looks for an answer longer than this. */
const MOST_CLICKS = 3;

/**
 * What somebody does who has never seen the page and reads no manual: starts on the first page and goes only by what
 * can be seen, so everything here is found by its role and its name. Estate, models, messages, workflows and changes
 * are real; only the scheduler of the customer is played.
 */
describe.skipIf(executable === null)('the tour of a newcomer', { timeout: 120_000 }, () => {
  let browser: Browser;
  let estate: LivedEstate;
  let temporal: WorkflowStage;
  let smtp: SmtpReceiver;
  let senders: Senders;
  let api: RunningApi;
  let dependencies: Dependencies;
  let lives: { close(): Promise<void> };

  const rowOf = async (sql: string, values: unknown[] = []) =>
    (await estate.stage.database.pool.query(sql, values)).rows[0];
  async function logged(runId: string, startedAtMs: number, status: string, error = ''): Promise<void> {
    const { stage } = estate;
    const startedAt = new Date(startedAtMs).toISOString();
    const lines = `job_id,run_id,started_at,duration_s,status,error\n${JOB},${runId},${startedAt},30,${status},${error}\n`;
    const sha256 = await stage.storeFile(lines, 'runs', `${runId}.csv`);
    await stage.run(createLoadFile(dependencies), { sha256 });
  }

  beforeAll(async () => {
    [browser, estate, temporal, smtp] = await Promise.all([
      launchChromium(executable!),
      openLivedEstate(),
      openWorkflowStage(),
      startSmtpReceiver(),
    ]);
    const { stage, endsAtMs } = estate;
    const { pool, apiUrl, writerUrl } = stage.database;
    senders = createSenders([
      {
        name: 'mail',
        target: {
          kind: 'mail',
          smtpUrl: `smtp://127.0.0.1:${smtp.port}`,
          mailFrom: 'etl@example.org',
          mailTo: [TOLD],
        },
      },
    ]);
    dependencies = {
      ...stage.dependencies,
      senders,
      rerunRules: [{ jobs: '*', command: ['start', '{job}'] }],
      // The scheduler starts the job a second later, and its log comes at once.
      async startJob({ key }) {
        const { as_of } = await rowOf('select max(asked_as_of) as as_of from rerun_victim');
        await logged(key, as_of.getTime() + 1_000, 'success');
        return 'started';
      },
    };
    for (let hours = 30; hours > 0; hours--)
      await logged(`hour-${hours}`, endsAtMs - hours * HOUR_MS, 'success');
    await logged('last-night', endsAtMs + MINUTE_MS, 'failed', ERROR);
    await stage.run(createDetect(dependencies), { asOf: new Date(endsAtMs + 2 * MINUTE_MS).toISOString() });
    for (let round = 0; round < 20; round++) {
      const { ids } = await stage.run(createListPendingNotifications(dependencies), undefined);
      if (ids.length === 0) break;
      for (const id of ids) await stage.run(createDeliverNotification(dependencies), { id });
    }
    await trainChallenger(stage, new Date(endsAtMs - 24 * HOUR_MS).toISOString());
    await aUser(pool, 'olga', 'operator', PASSWORD);
    await aUser(pool, 'malik', 'ml-engineer', PASSWORD);
    api = await startTestApi({
      databaseUrl: apiUrl,
      temporalAddress: temporal.address,
      temporalUiUrl: TEMPORAL_UI,
      time: 'data',
    });
    lives = wakeLives({
      databaseUrl: writerUrl,
      client: temporal.client,
      logger: pino({ level: 'silent' }),
    });
  }, 180_000);
  afterAll(async () => {
    await Promise.all([browser?.close(), lives?.close(), api?.close()]);
    if (senders) closeSenders(senders);
    await Promise.all([estate?.close(), temporal?.close(), smtp?.close()]);
  });

  interface Newcomer {
    page: Page;
    /** Goes to the start page, from where clicks count. */
    start(): Promise<void>;
    click(target: Locator): Promise<void>;
    /** The clicks since the start page; what axe finds on the page of the answer fails. */
    answered(): Promise<void>;
    leave(): Promise<void>;
  }

  /** Types the only address that somebody is told, and logs in. */
  async function arrive(name: string): Promise<Newcomer> {
    const context: BrowserContext = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1280, height: 900 },
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(api.url);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    let clicks = 0;
    return {
      page,
      async start() {
        await page.getByRole('link', { name: 'Now', exact: true }).click();
        await page.getByRole('heading', { level: 1, name: /incidents? (is|are) open/ }).waitFor();
        clicks = 0;
      },
      async click(target) {
        await target.click();
        clicks++;
      },
      async answered() {
        expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
        expect(await axeFindings(page)).toEqual([]);
      },
      async leave() {
        await context.close();
        // Whoever is not logged in yet is told so: that is how the page to log in comes.
        expect(complaints.filter((text) => !text.includes('401 (Unauthorized)'))).toEqual([]);
      },
    };
  }

  const incidentOf = () =>
    rowOf(
      `select incident.id, incident.state from incident join finding on finding.incident_id = incident.id
       join job on job.id = finding.job_id where job.name = $1 and finding.run_key = 'last-night'`,
      [JOB],
    );
  /** The card of the job on the start page. */
  const cardOf = (page: Page): Locator =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: JOB }) });

  test('what failed last night, why, and who was told', async () => {
    const { page, start, click, answered, leave } = await arrive('olga');

    await start();
    await answered();
    await click(page.getByRole('link', { name: 'See what went wrong' }));
    const failed = page.getByRole('row').filter({ hasText: JOB }).filter({ hasText: 'failed' });
    await failed.first().waitFor();
    const night = await estate.stage.database.pool.query(
      `select distinct job.name from run join job on job.id = run.job_id
       where run.status = 'failed' and run.started_at > $1::timestamptz - interval '11 hours'`,
      [new Date(estate.endsAtMs)],
    );
    for (const { name } of night.rows)
      expect(await page.getByRole('rowheader', { name }).count()).toBeGreaterThan(0);
    await answered();

    await start();
    await click(cardOf(page).getByRole('link', { name: JOB }));
    await page.getByRole('heading', { level: 1, name: `${JOB} — failed` }).waitFor();
    const { error } = await rowOf(
      `select error from run join job on job.id = run.job_id where job.name = $1 and run_key = 'last-night'`,
      [JOB],
    );
    expect(error).toBe(ERROR);
    expect(await page.getByRole('group', { name: 'What the log says' }).textContent()).toBe(error);
    await page.getByRole('heading', { name: 'Probable causes' }).waitFor();
    await answered();

    await start();
    await click(cardOf(page).getByRole('link', { name: /message/ }));
    const told = page.getByRole('group', { name: 'Who was told' }).getByRole('row', { name: TOLD });
    await told.waitFor();
    expect(await told.textContent()).toMatch(/it began.*mail → night-team@example\.org: 250.*sent/);
    const { id } = await incidentOf();
    const kept = await rowOf(
      `select answer, subject from notification join notification_incident on notification_id = notification.id
       where incident_id = $1 and state = 'sent'`,
      [id],
    );
    expect(kept.answer).toContain(TOLD);
    expect(await told.textContent()).toContain(kept.subject);
    expect(smtp.received.some((mail) => mail.includes(`To: ${TOLD}`))).toBe(true);
    await answered();
    await leave();
  });

  test('what is likely next week, and why', async () => {
    const { page, start, click, answered, leave } = await arrive('olga');
    const likeliest = await rowOf(
      `select job.name, round(100 * day.probability)::int as percent, week.reasons->0->>'en' as why
       from forecast_watch watch join job on job.id = watch.job_id
         join forecast day using (cutoff, job_id, horizon_day)
         join forecast_week week on week.cutoff = watch.cutoff and week.job_id = watch.job_id
       where watch.cutoff = (select max(cutoff) from forecast_cutoff) and watch.place = 1`,
    );
    await start();
    await click(page.getByRole('link', { name: 'Week ahead' }));
    const first = page.getByRole('group', { name: 'Jobs to check' }).getByRole('row').nth(1);
    await first.getByRole('link', { name: likeliest.name }).waitFor();
    expect(await first.textContent()).toContain(`${likeliest.percent} %`);
    expect(await first.textContent()).toContain(likeliest.why);
    await answered();
    await leave();
  });

  test('run it again, and see what came of it', async () => {
    await temporal.withActivities(createActivities(dependencies), async (client) => {
      const { page, start, click, answered, leave } = await arrive('olga');
      const { id } = await incidentOf();
      await start();
      await click(cardOf(page).getByRole('button', { name: 'Run again' }));
      const dialog = page.getByRole('dialog', { name: 'Run the jobs it hit again' });
      await dialog.getByLabel('Why').fill('the tablespace was extended');
      expect(await axeFindings(page)).toEqual([]);
      await click(dialog.getByRole('button', { name: 'Run again' }));
      await click(dialog.getByRole('link', { name: 'See what becomes of it' }));
      await page.getByText('1 of 1 job done').waitFor();
      // The next look, which is taken every quarter of a minute.
      const { seen } = await rowOf(`select max(known_at) + interval '1 minute' as seen from run`);
      await estate.stage.run(createDetect(dependencies), { asOf: seen.toISOString() });
      await page.getByText('It is over: nothing is left to do.').waitFor();
      const proof = await rowOf(
        `select rerun.who, rerun.why, outcome, new_run_key, workflow_id from rerun_victim
         join rerun on rerun.id = rerun_id where incident_id = $1`,
        [id],
      );
      expect(proof).toMatchObject({
        who: 'olga',
        why: 'the tablespace was extended',
        outcome: 'succeeded',
        workflow_id: `rerun/incident/${id}`,
      });
      const victim = page.getByRole('listitem').filter({ hasText: proof.new_run_key });
      expect(await victim.textContent()).toContain('succeeded');
      // The link names the workflow that Temporal ran.
      const link = page.getByRole('link', { name: 'Workflow', exact: true }).first();
      const address = new URL((await link.getAttribute('href'))!);
      expect(address.origin).toBe(TEMPORAL_UI);
      expect(address.searchParams.get('query')).toBe(`WorkflowId="${proof.workflow_id}"`);
      const described = await client.workflow.getHandle(proof.workflow_id).describe();
      expect(described).toMatchObject({ type: 'rerun' });
      expect((await incidentOf()).state).toBe('resolved');
      await answered();
      await leave();
    });
  });

  test('promote a model, and go back', async () => {
    await temporal.withActivities(createActivities(dependencies), async () => {
      const { page, start, click, answered, leave } = await arrive('malik');
      const championNow = async () =>
        (
          await rowOf(`select version from model_alias where model = $1 and alias = 'champion'`, [
            FAILURE_MODEL,
          ])
        ).version;
      const served = await championNow();
      const { version: asking } = await rowOf(
        `select version from model_alias where model = $1 and alias = 'challenger'`,
        [FAILURE_MODEL],
      );
      expect(asking).not.toBe(served);
      const changed = page.getByRole('region', { name: 'Who changed what' });

      await start();
      await click(page.getByRole('link', { name: 'Model', exact: true }));
      await click(page.getByRole('button', { name: 'Promote' }).first());
      const dialog = page.getByRole('dialog', { name: `Make version ${asking} the champion` });
      await dialog.getByLabel('Why').fill('it knows the new jobs');
      await click(dialog.getByRole('button', { name: 'Promote' }));
      await dialog.getByText(`${FAILURE_MODEL}/${asking} is the champion`).waitFor();
      await dialog.getByRole('link', { name: 'Workflow' }).waitFor();
      expect(await championNow()).toBe(asking);
      expect(await axeFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await changed.getByText(`Champion: ${served} → ${asking}`).waitFor();
      await answered();

      await start();
      await click(page.getByRole('link', { name: 'Model', exact: true }));
      await click(page.getByRole('button', { name: 'Roll back' }));
      const back = page.getByRole('dialog', {
        name: `Roll back from version ${asking} to version ${served}`,
      });
      await back.getByLabel('Why').fill('too many alarms');
      await click(back.getByRole('button', { name: 'Roll back' }));
      await back.getByText('is rolled back').waitFor();
      expect(await championNow()).toBe(served);
      await page.keyboard.press('Escape');
      await changed.getByText(`Champion: ${asking} → ${served}`).waitFor();
      await answered();
      await leave();

      const { rows } = await estate.stage.database.pool.query(
        `select who, why, before, after from audit_log where action = 'model.champion' and who <> 'gate' order by id`,
      );
      expect(rows).toMatchObject([
        {
          who: 'malik',
          why: 'it knows the new jobs',
          before: { version: served },
          after: { version: asking },
        },
        { who: 'malik', why: 'too many alarms', before: { version: asking }, after: { version: served } },
      ]);
    });
  });
});
