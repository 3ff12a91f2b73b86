import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import type { RunningApi } from '../../api/server.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { type ActivityStage, openActivityStage } from '../activity-stage.ts';
import { startTestApi } from '../api.ts';
import { registerModels } from '../registered-models.ts';
import { insertReport } from '../report-rows.ts';
import { openWorkflowStage, type WorkflowStage } from '../workflow-stage.ts';
import { findChromium, launchChromium } from './chromium.ts';

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
    await registerModels(stage, 61);
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

  /** A page that complains of nothing, with the real activities behind it. */
  async function onModels(locale: string, work: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ locale });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await temporal.withActivities(createActivities(stage.dependencies), async () => {
      await page.goto(`${api.url}/models`);
      await page.locator('.champion').first().waitFor();
      await work(page);
    });
    await page.close();
    expect(complaints).toEqual([]);
  }

  test('a champion is rolled back and promoted again, and the page follows by itself', async () => {
    await onModels('en-GB', async (page) => {
      const served = page.locator('.champion', { hasText: 'It serves' });
      await served.getByText('version 3').waitFor();
      await page.getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('heading', { name: 'Roll back from version 3 to version 2' }).waitFor();
      expect(await fillAndSend(page, 'too many alarms')).toBe('job-failure/3 is rolled back');
      await served.getByText('version 2').waitFor();
      await page.locator('#history').getByText('Champion: 3 → 2').waitFor();
      await page.locator('#versions [data-promote="3"]').click();
      expect(await fillAndSend(page, 'the alarms were right')).toBe('job-failure/3 is the champion');
      await served.getByText('version 3').waitFor();
      await page.locator('#history').getByText('Ann: “the alarms were right”').first().waitFor();
      // The note tells what the versions would say now, worked out from their bytes.
      await page.locator('#history summary').first().click();
      await page.locator('#history details[open]').getByText('chance to fail').waitFor();
    });
  });

  test.each([
    ['en-GB', 'Waits for approval', 'Reject', 'Approved by bob: “looked at it”', 'rejected by'],
    ['fr-FR', 'Attend une approbation', 'Refuser', 'Approuvée par bob : « looked at it »', 'refusé par'],
  ])(
    'in %s a version that waits is shown with who approved, and rejected',
    async (locale, waits, button, by, rejected) => {
      await onModels(locale, async (page) => {
        const handle = await temporal.client.workflow.start('promoteModel', {
          workflowId: workflowIds.promoteModel(FAILURE_MODEL, 1),
          taskQueue: TASK_QUEUES.control,
          args: [{ model: FAILURE_MODEL, version: 1, policy: 'approval', twoPeople: true }],
        });
        const card = page.locator('[data-waits="1"]');
        await card.getByText(waits).waitFor();
        await handle.executeUpdate('decide', { args: [{ approve: true, who: 'bob', why: 'looked at it' }] });
        await card.getByText(by).waitFor();
        await card.getByRole('button', { name: button }).click();
        expect(await fillAndSend(page, 'not this week')).toBe(`job-failure/1 ${rejected} Ann`);
        await card.waitFor({ state: 'detached' });
        expect(await handle.result()).toEqual({ outcome: 'rejected' });
      });
    },
  );

  test('a version is put on trial for some days, and no other one meanwhile', async () => {
    await onModels('en-GB', async (page) => {
      await page.locator('#history summary').first().click();
      const note = page.locator('#history details[open]').getByText('chance to fail');
      await note.waitFor();
      await page.locator('#versions [data-shadow="1"]').click();
      const days = page.locator('dialog.act input[name=days]');
      expect(await days.inputValue()).toBe('28');
      await days.fill('7');
      expect(await fillAndSend(page, 'to see')).toBe(
        'job-failure/1 forecasts beside the champion for 7 days',
      );
      await page.locator('#trials').getByText('Version 1 beside 3').waitFor();
      await page.locator('#versions').getByText('Shadow').waitFor();
      await page.locator('#history').getByText('Shadow: nobody → 1').waitFor();
      // What somebody reads stays open when the list grows above it.
      expect(await note.isVisible()).toBe(true);
      await page.locator('[data-shadow]').first().waitFor({ state: 'detached' });
    });
  });

  test.each([
    ['en-GB', 'Write a tag', 'Take off', 'The tag ticket/1 is', 'is not'],
    ['fr-FR', 'Noter une étiquette', 'Retirer', 'L’étiquette ticket/1 est', 'n’est pas'],
  ])('in %s a tag is written on a version and taken off again', async (locale, write, off, is, isNot) => {
    await onModels(locale, async (page) => {
      await page.getByRole('button', { name: write }).click();
      await page.locator('dialog.act input[name=key]').fill('ticket/1');
      await page.locator('dialog.act input[name=value]').fill('OPS-1');
      expect(await fillAndSend(page, 'after the audit')).toContain(is);
      const tag = page.locator('[data-tag="ticket/1"]');
      await tag.getByText('OPS-1').waitFor();
      await tag.getByText(off).click();
      expect(await fillAndSend(page, 'done')).toContain(isNot);
      await tag.waitFor({ state: 'detached' });
    });
  });

  test('a card tells where its version comes from and which key vouches for it', async () => {
    await onModels('en-GB', async (page) => {
      const steps = page.locator('.lineage li');
      await expect.poll(() => steps.count()).toBe(5);
      expect(await steps.nth(0).textContent()).toContain('1 known whole');
      expect(await steps.nth(1).textContent()).toContain('180 runs of 3 jobs');
      expect(await steps.nth(2).textContent()).toContain('of 3 contestants');
      const signature = page.locator('.signature');
      expect(await signature.textContent()).toContain('Signed');
      expect(await signature.locator('code').textContent()).toMatch(/^[0-9a-f]{16}/);
      expect(await signature.textContent()).toContain('it has not forecast yet');
    });
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
