import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApi } from '../../api/server.ts';
import { saveApproval } from '../../db/forecast/model-approvals.ts';
import { changeTag } from '../../db/forecast/model-tags.ts';
import type { Pool } from '../../db/pool.ts';
import { startTestApi } from '../api.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { insertReport } from '../report-rows.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { insertExampleRows } from './example-rows.ts';
import { insertNight, NIGHT_JOBS } from './night-rows.ts';
import { findPoorContrast } from './poor-contrast.ts';
import { axeFindings, PAGES, visit } from './visit.ts';

const executable = findChromium();

/** What people wrote on the champion, and a version that half of them approved. */
async function insertDecisions(pool: Pool): Promise<void> {
  const of = { model: 'job-failure', who: 'ann', why: 'after the audit' };
  await changeTag(pool, { ...of, version: 2, key: 'ticket', value: 'OPS-1' });
  await saveApproval(pool, {
    ...{ runId: 'run', workflowId: 'promote/job-failure/1', model: 'job-failure', version: 1, against: 2 },
    ...{ twoPeople: true, approvals: [{ who: 'ann', why: 'it ranks better' }], rounds: 1 },
    decideBy: new Date(Date.now() + 86_400_000),
  });
}

describe.skipIf(executable === null)('every page', () => {
  const nowMs = Date.now();
  let browser: Browser;
  let database: TestDatabase;
  let api: RunningApi;
  let jobId: number;

  beforeAll(async () => {
    [browser, database] = await Promise.all([launchChromium(executable!), createTestDatabase()]);
    const jobIds = await insertExampleRows(database.pool, nowMs);
    await insertNight(database.pool, jobIds, nowMs);
    await insertReport(database.pool, '2026-10');
    await insertDecisions(database.pool);
    jobId = jobIds[NIGHT_JOBS.slow]!;
    api = await startTestApi({ databaseUrl: database.readerUrl });
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await database?.drop();
  });

  describe.each(PAGES)('$path', ({ path, ready }) => {
    const addressOf = (language: string) => {
      const address = new URL(path.replace('{job}', String(jobId)), api.url);
      address.searchParams.set('lang', language);
      return address.href;
    };

    test.each([
      { language: 'en', colorScheme: 'light', width: 1280 },
      { language: 'fr', colorScheme: 'dark', width: 1280 },
      { language: 'fr', colorScheme: 'light', width: 390 },
      { language: 'en', colorScheme: 'dark', width: 390 },
    ] as const)(
      'in $language and $colorScheme, $width wide, has nothing that axe, the browser or a narrow screen objects to',
      async ({ language, colorScheme, width }) => {
        const { page, end } = await visit(browser, addressOf(language), {
          colorScheme,
          viewport: { width, height: 844 },
          // What fades in has no contrast yet while it does.
          reducedMotion: 'reduce',
        });
        await page.locator(ready).first().waitFor();
        expect(await page.locator('h1').count()).toBe(1);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await page.title()).toMatch(/.+ · Smart ETL$/);
        expect((await axeFindings(page)).join('\n')).toBe('');
        expect(await page.evaluate(findPoorContrast)).toEqual([]);
        await end();
      },
    );

    test('lets the Tab key in and out again', async () => {
      const { page, end } = await visit(browser, addressOf('en'));
      await page.locator(ready).first().waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toBe('skip');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('page');
      // Through all there is, at most so much; whoever never comes to the footer is in a trap.
      const isInFooter = () => page.evaluate(`document.activeElement.closest('footer') !== null`);
      let steps = 0;
      while (steps < 500 && !(await isInFooter())) {
        await page.keyboard.press('Tab');
        steps++;
      }
      expect(await isInFooter()).toBe(true);
      expect(steps).toBeGreaterThan(1);
      await end();
    });
  });
});
