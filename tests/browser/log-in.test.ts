import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import type { RunningApi } from '../../api/server.ts';
import { type ActivityStage, openActivityStage } from '../activity-stage.ts';
import { startTestApi } from '../api.ts';
import { aUser } from '../people.ts';
import { openWorkflowStage, type WorkflowStage } from '../workflow-stage.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { insertExampleRows } from './example-rows.ts';

const executable = findChromium();
const PASSWORD = 'correct horse battery';

describe.skipIf(executable === null)('where people log in', () => {
  let browser: Browser;
  let stage: ActivityStage;
  let temporal: WorkflowStage;
  let api: RunningApi;
  let incidentId: number;
  beforeAll(async () => {
    [browser, stage, temporal] = await Promise.all([
      launchChromium(executable!),
      openActivityStage({ time: 'wall' }),
      openWorkflowStage(),
    ]);
    const { pool, apiUrl } = stage.database;
    // The example has sources of its own.
    await pool.query('delete from source');
    await insertExampleRows(pool, Date.now());
    for (const role of ['viewer', 'operator', 'ml-engineer'] as const) {
      await aUser(pool, `the-${role}`, role, PASSWORD);
    }
    api = await startTestApi({ databaseUrl: apiUrl, temporalAddress: temporal.address });
    const { rows } = await pool.query('select max(id) as id from incident where resolved_at is null');
    incidentId = Number(rows[0].id);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await Promise.all([stage?.close(), temporal?.close()]);
  });

  async function fillIn(page: Page, role: string): Promise<void> {
    await page.getByLabel('Name').fill(`the-${role}`);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  /** Goes to an address as nobody, logs in, and is there. */
  async function logIn(role: string, path: string): Promise<Page> {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(api.url + path);
    await fillIn(page, role);
    await page.locator('#live.live.live').waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
    await page.getByText(`the-${role} · ${role}`).waitFor();
    return page;
  }

  test('a viewer reads what happened and finds no button to change it', async () => {
    const page = await logIn('viewer', `/incidents/${incidentId}`);
    await page.locator('.useful').waitFor();
    expect(await page.locator('button[data-act]').count()).toBe(0);
    // Whether it was worth telling is asked of everybody, and nobody is asked for a name.
    expect(await page.locator('.useful input').count()).toBe(0);
    await page.locator('.useful [data-useful=true]').click();
    await page.locator('.useful .said:not(:empty)').waitFor();
    const { rows } = await stage.database.pool.query('select who, useful from incident_feedback');
    expect(rows).toEqual([{ who: 'the-viewer', useful: true }]);
    await page.goto(`${api.url}/models`);
    await page.locator('#model .champion').first().waitFor();
    expect(await page.locator('[data-promote], [data-rollback]').count()).toBe(0);
    await page.context().close();
  });

  test('an operator acts in their own name', async () => {
    await temporal.withActivities(createActivities(stage.dependencies), async () => {
      const page = await logIn('operator', `/incidents/${incidentId}`);
      await page.locator('button[data-act=acknowledge]').click();
      const dialog = page.locator('dialog.act[open]');
      expect(await dialog.locator('input[name=who]').count()).toBe(0);
      await dialog.locator('input[name=why]').fill('looking at it');
      await dialog.locator('button[type=submit]').click();
      await dialog.locator('button[type=submit]').waitFor({ state: 'hidden' });
      const { rows } = await stage.database.pool.query(
        `select who, why from audit_log where action like '%acknowledge%'`,
      );
      expect(rows).toEqual([{ who: 'the-operator', why: 'looking at it' }]);
      await page.context().close();
    });
  });

  test('an ML engineer may promote, and not act on incidents', async () => {
    const page = await logIn('ml-engineer', '/models');
    await page.locator('[data-promote]').first().waitFor();
    await page.goto(`${api.url}/incidents/${incidentId}`);
    await page.locator('.useful').waitFor();
    expect(await page.locator('button[data-act]').count()).toBe(0);
    await page.context().close();
  });

  test('whoever logs out, or is logged out, comes to the page to log in, and back from it', async () => {
    const page = await logIn('viewer', '/week');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    const other = await logIn('viewer', '/quality');
    // The page finds out by what it reads next, which a change in the estate has it do.
    await stage.database.pool.query(
      `with over as (update web_session set ended_at = now() where ended_at is null returning 1)
       select pg_notify('changes', 'runs') from over`,
    );
    await other.getByLabel('Password').waitFor();
    expect(new URL(other.url()).searchParams.get('next')).toBe('/quality');
    await fillIn(other, 'viewer');
    await other.waitForURL(`${api.url}/quality`);
    await Promise.all([page.context().close(), other.context().close()]);
  });
});
