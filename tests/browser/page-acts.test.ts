import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import type { RunningApi } from '../../api/server.ts';
import { type ActivityStage, openActivityStage } from '../activity-stage.ts';
import { startTestApi } from '../api.ts';
import { insertReport } from '../report-rows.ts';
import { openWorkflowStage, type WorkflowStage } from '../workflow-stage.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { insertModels } from './example-rows.ts';

const executable = findChromium();

describe.skipIf(executable === null)('acts on models and sources', () => {
  let browser: Browser;
  let stage: ActivityStage;
  let temporal: WorkflowStage;
  let api: RunningApi;
  beforeAll(async () => {
    [browser, stage, temporal] = await Promise.all([
      launchChromium(executable!),
      openActivityStage({ time: 'wall' }),
      openWorkflowStage(),
    ]);
    api = await startTestApi({ databaseUrl: stage.database.readerUrl, temporalAddress: temporal.address });
    await insertModels(stage.database.pool, Date.now());
    await stage.database.pool.query(`update source set paused_at = now() where name = 'runs'`);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await Promise.all([stage?.close(), temporal?.close()]);
  });

  async function fillAndSend(page: Page, why: string): Promise<string> {
    const dialog = page.locator('dialog.act[open]');
    await dialog.waitFor();
    await dialog.locator('input[name=who]').fill('Ann');
    await dialog.locator('input[name=why]').fill(why);
    await dialog.locator('button[type=submit]').click();
    // Done, the only button left is the one that closes.
    await dialog.locator('button[type=submit]').waitFor({ state: 'hidden' });
    const said = await dialog.locator('.said').textContent();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    return said!;
  }

  test('a champion is rolled back and promoted again, and the page follows by itself', async () => {
    const page = await browser.newPage({ locale: 'en-GB' });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    // The versions of the example rows have no bytes that could be scored for a release note.
    const actors = { ...createActivities(stage.dependencies), prepareRelease: async () => ({ moves: [] }) };
    await temporal.withActivities(actors, async () => {
      await page.goto(`${api.url}/models`);
      await page.locator('.champion').getByText('version 2').waitFor();
      await page.getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('heading', { name: 'Roll back from version 2 to version 1' }).waitFor();
      expect(await fillAndSend(page, 'too many alarms')).toBe('job-failure/2 is rolled back');
      await page.locator('.champion').getByText('version 1').waitFor();
      await page.locator('#history').getByText('Champion: 2 → 1').waitFor();
      await page.locator('#versions [data-promote="2"]').click();
      expect(await fillAndSend(page, 'the alarms were right')).toBe('job-failure/2 is the champion');
      await page.locator('.champion').getByText('version 2').waitFor();
      await page.locator('#history').getByText('Ann: “the alarms were right”').waitFor();
    });
    await page.close();
    expect(complaints).toEqual([]);
  });

  test.each([
    ['en-GB', 'Accept', 'accepted', 'Ann: an index first'],
    ['fr-FR', 'Fait', 'faite', 'Ann : an index first'],
  ])(
    'in %s a recommendation is decided about, and the page follows by itself',
    async (locale, button, state, by) => {
      await insertReport(stage.database.pool, '2026-10');
      const page = await browser.newPage({ locale });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await temporal.withActivities(createActivities(stage.dependencies), async () => {
        await page.goto(`${api.url}/reports`);
        expect(await page.locator('#reports tbody a[hreflang=fr]').getAttribute('href')).toBe(
          '/v1/reports/2026-10/fr/pdf',
        );
        await page.locator('#recommendations').getByText(button, { exact: true }).first().click();
        await fillAndSend(page, 'an index first');
        await page.locator('#recommendations .tag.strong').getByText(state, { exact: true }).waitFor();
        await page.locator('#recommendations').getByText(by).waitFor();
      });
      await page.close();
      expect(complaints).toEqual([]);
    },
  );

  test('a stopped source is released', async () => {
    const page = await browser.newPage({ locale: 'en-GB' });
    await temporal.withActivities(createActivities(stage.dependencies), async () => {
      await page.goto(`${api.url}/quality`);
      await page.locator('[data-source-act=release]').click();
      expect(await fillAndSend(page, 'looked at')).toBe('runs is being released: see workflow release/runs');
      await temporal.client.workflow.getHandle('release/runs').result();
      await page.locator('#sources .status.attention').waitFor({ state: 'detached' });
    });
    await page.close();
  });
});
