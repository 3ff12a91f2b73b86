import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import type { RunningApi } from '../../api/server.ts';
import { type ActivityStage, openActivityStage } from '../activity-stage.ts';
import { startTestApi } from '../api.ts';
import { openWorkflowStage, type WorkflowStage } from '../workflow-stage.ts';
import { findChromium, launchChromium } from './chromium.ts';

const executable = findChromium();

describe.skipIf(executable === null)('the buttons of an incident', () => {
  let browser: Browser;
  let stage: ActivityStage;
  let temporal: WorkflowStage;
  let api: RunningApi;
  let id: number;
  beforeAll(async () => {
    [browser, stage, temporal] = await Promise.all([
      launchChromium(executable!),
      openActivityStage({ time: 'wall' }),
      openWorkflowStage(),
    ]);
    api = await startTestApi({ databaseUrl: stage.database.readerUrl, temporalAddress: temporal.address });
    const { rows } = await stage.database.pool.query(
      `insert into incident (opened_at, severity, causes)
       values (now(), 'major', '[{"kind": "source", "name": "runs", "weight": 1}]') returning id`,
    );
    id = rows[0].id;
    await stage.database.pool.query(
      `insert into finding (incident_id, key, kind, role, course, source, since, found_at, evidence)
       values ($1, 'freshness/source runs', 'freshness', 'cause', 'new', 'runs', now(), now(),
         '{"observed": null, "expected": null, "limit": null, "unit": null, "text": "silent"}')`,
      [id],
    );
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await Promise.all([stage?.close(), temporal?.close()]);
  });

  async function openDialog(page: Page, act: string): Promise<void> {
    await page.locator(`.acts button[data-act=${act}]`).click();
    await page.locator('dialog.act[open]').waitFor();
  }
  const send = async (page: Page, why: string) => {
    await page.locator('dialog.act input[name=why]').fill(why);
    await page.locator('dialog.act button[type=submit]').click();
    await page.locator('dialog.act .said:not(:empty)').waitFor();
  };

  test('ask who and why, act, and say what came of it, in the language of the page', async () => {
    const page = await browser.newPage({ locale: 'en-GB' });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await temporal.withActivities(createActivities(stage.dependencies), async () => {
      await page.goto(api.url);
      await openDialog(page, 'acknowledge');
      // Nothing is sent without a name.
      await page.locator('dialog.act input[name=why]').fill('mine');
      await page.locator('dialog.act button[type=submit]').click();
      expect(await page.locator('dialog.act .said').textContent()).toBe('');
      await page.locator('dialog.act input[name=who]').fill('Ann');
      await send(page, 'mine');
      await page.getByText(`Ann has taken on incident ${id}`).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog.act').waitFor({ state: 'detached' });

      await page.goto(`${api.url}/?lang=fr`);
      await openDialog(page, 'silence');
      expect(await page.locator('dialog.act h2').textContent()).toBe('Mettre cet incident en sourdine');
      expect(await page.locator('dialog.act input[name=who]').inputValue()).toBe('Ann');
      await page.locator('dialog.act select').selectOption('24');
      await send(page, 'maintenance');
      await page
        .locator('dialog.act .said', { hasText: `l’incident ${id} est en sourdine jusqu’au` })
        .waitFor();
    });
    const { rows } = await stage.database.pool.query(
      `select acknowledged_by, round(extract(epoch from silenced_until - now()) / 3600)::int as hours from incident`,
    );
    expect(rows).toEqual([{ acknowledged_by: 'Ann', hours: 24 }]);
    await page.close();
    expect(complaints).toEqual([]);
  });

  test('say why nothing came of it', async () => {
    const page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(api.url);
    await page.evaluate(() => localStorage.setItem('smart-etl who', 'Ann'));
    await openDialog(page, 'waive');
    // It ends while the reason is being written.
    await stage.database.pool.query(
      `update incident set state = 'resolved', resolved_at = now() where id = $1`,
      [id],
    );
    await send(page, 'retired');
    await page.locator('dialog.act .said.bad', { hasText: `Incident ${id} is over.` }).waitFor();
    await page.close();
  });
});
