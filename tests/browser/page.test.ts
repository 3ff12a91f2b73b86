import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApi } from '../../api/server.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { startTestApi } from '../api.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { insertExampleRows, insertRun } from './example-rows.ts';

const executable = findChromium();
if (executable === null) {
  const how = 'put chromium on PATH (apt-get install chromium) or run npx playwright-core install chromium';
  // A check that never runs is no check: where every change is judged, its absence is a failure.
  if (process.env.CI === 'true') throw new Error(`no browser for the tests of the page: ${how}`);
  console.warn(`SKIPPED: the page is not tested, no browser found: ${how}`);
}

describe.skipIf(executable === null)('the page in a browser', () => {
  const nowMs = Date.now();
  let browser: Browser;
  let database: TestDatabase;
  let empty: TestDatabase;
  let api: RunningApi;
  let apiOnEmpty: RunningApi;
  let jobIds: number[];
  let context: BrowserContext | undefined;
  let complaints: string[];
  /** From when a test takes the server away, what chromium says of the network is what was asked for. */
  let isServerThere = true;

  beforeAll(async () => {
    [browser, database, empty] = await Promise.all([
      launchChromium(executable!),
      createTestDatabase(),
      createTestDatabase(),
    ]);
    jobIds = await insertExampleRows(database.pool, nowMs);
    api = await startTestApi({ databaseUrl: database.readerUrl });
    apiOnEmpty = await startTestApi({ databaseUrl: empty.readerUrl });
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([api?.close(), apiOnEmpty?.close()]);
    await Promise.all([database?.drop(), empty?.drop()]);
  });

  async function openPage(
    url: string,
    options: BrowserContextOptions = {},
    prepare: (page: Page) => Promise<unknown> = async () => {},
  ): Promise<Page> {
    complaints = [];
    isServerThere = true;
    context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1360, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      if (isServerThere || !message.text().includes('net::ERR_')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => {
      // A page that is left or closed breaks off its stream and what it was asking for: nobody waits for it.
      if (!isServerThere || request.failure()?.errorText === 'net::ERR_ABORTED') return;
      complaints.push(`${request.url()} failed`);
    });
    await prepare(page);
    await page.goto(url);
    await page
      .locator('#live.live.live')
      .getByText(/live|en direct/)
      .waitFor();
    return page;
  }

  test('says what is wrong, in words', async () => {
    const page = await openPage(api.url);
    await page.getByRole('heading', { level: 1, name: '3 incidents are open' }).waitFor();
    await page.locator('#failed .card').nth(2).waitFor();
    expect(await page.locator('#failed .card').count()).toBe(3);
    await page.locator('#runs tbody tr').first().waitFor();
    expect(await page.title()).toBe('3 incidents are open · Smart ETL');
  });

  test('the navigation leads to every page, and says where one is', async () => {
    const page = await openPage(api.url);
    const navigation = page.getByRole('navigation', { name: 'Pages' });
    const goTo = async (name: string) => {
      await navigation.getByRole('link', { name, exact: true }).click();
      await navigation.locator('[aria-current=page]').getByText(name, { exact: true }).waitFor();
    };
    await page.evaluate(`document.body.setAttribute('data-same-page', '')`);
    await goTo('Week ahead');
    await page.locator('#forecast tbody tr').first().waitFor();
    await goTo('Model');
    await page.locator('#model .champion').getByText('version 2').waitFor();
    await goTo('Data quality');
    await page.locator('#files tfoot').getByText('109,280').waitFor();
    await page.locator('#quality tbody').getByText('stopped').waitFor();
    expect(await page.locator('#quality tbody tr').count()).toBe(2);
    expect(await page.locator('#quality .spark polyline').count()).toBe(9);
    await goTo('Incidents');
    await page.locator('#inbox').getByText('5 sent · 1 waiting · 0 given up').waitFor();
    await goTo('Jobs');
    await page.locator('#jobs').getByRole('link', { name: 'orders_import' }).click();
    await page.getByRole('heading', { level: 1, name: 'orders_import' }).waitFor();
    expect(await navigation.locator('[aria-current=true]').textContent()).toBe('Jobs');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    expect(await page.locator('body[data-same-page]').count()).toBe(1);
  });

  test('keys lead to pages, to search and to what they are, and can be turned off', async () => {
    const page = await openPage(api.url);
    await page.locator('#failed .card').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.getByRole('heading', { level: 1, name: 'How good the data are' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.keyboard.press('/');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('truck');
    await page.locator('#page li').getByRole('link', { name: 'truck_eta', exact: true }).first().waitFor();
    expect(new URL(page.url()).search).toBe('?q=truck');
    await page.locator('#page').focus();
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: 'Single keys do something' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('checkbox').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/search');
  });

  test('what is no page says so and leads back', async () => {
    const page = await openPage(`${api.url}/jobs/987654321`);
    await page.getByText('There is no such thing here.').waitFor();
    await page.getByRole('link', { name: 'Smart ETL' }).click();
    await page.getByRole('heading', { level: 1, name: '3 incidents are open' }).waitFor();
    // Chromium tells of each 404; here that is what was asked for.
    complaints = complaints.filter((text) => !/404/.test(text));
  });

  test('light and dark can be chosen, and the choice stays', async () => {
    const page = await openPage(api.url, { colorScheme: 'light' });
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    const dark = await paper();
    expect(dark).not.toBe(light);
    expect(new URL(page.url()).searchParams.get('scheme')).toBe('dark');
    await page.goto(`${api.url}/week`);
    await page.getByRole('button', { name: 'Switch to light' }).waitFor();
    expect(await paper()).toBe(dark);
  });

  test('text from logs stays text', async () => {
    const error = '<img src=x onerror="document.title=1"><b>ORA-01653</b>';
    const startedAtMs = Date.now();
    const run = {
      jobId: jobIds[3]!,
      runKey: error,
      status: 'failed',
      startedAtMs,
      durationMs: 900,
      error,
    } as const;
    await insertRun(database.pool, run);
    const page = await openPage(api.url);
    await page.locator('#runs td.clip').getByText(error).waitFor();
    expect(await page.locator('main img, main td b').count()).toBe(0);
  });

  test('a run that is told of appears on top without a reload', async () => {
    const page = await openPage(api.url);
    await page.locator('#runs tbody tr').first().waitFor();
    await page.evaluate(`document.body.setAttribute('data-same-page', '')`);
    await withTransaction(database.pool, async (client) => {
      const startedAtMs = Date.now();
      await insertRun(client, {
        jobId: jobIds[4]!,
        runKey: `live-${startedAtMs}`,
        status: 'failed',
        startedAtMs,
        durationMs: 4_200,
        error: 'the disk of the truck gateway is full',
      });
      await announceChange(client, 'runs');
    });
    const row = page.locator('#runs tbody tr').first();
    await row.getByText('the disk of the truck gateway is full').waitFor();
    expect(await row.getAttribute('class')).toContain('arrived');
    expect(await row.locator('.status').textContent()).toBe('failed');
    expect(await page.locator('body[data-same-page]').count()).toBe(1);
  });

  test('runs can be narrowed to those that failed', async () => {
    const page = await openPage(api.url);
    await page.getByRole('button', { name: 'failed', exact: true }).click();
    await page.locator('#runs tbody .status:not(.failed)').first().waitFor({ state: 'detached' });
    expect(await page.locator('#runs tbody tr').count()).toBeGreaterThan(2);
  });

  test('speaks the language of the browser and changes it in place', async () => {
    const page = await openPage(api.url, { locale: 'fr-FR' });
    await page.getByRole('heading', { level: 1, name: '3 incidents sont ouverts' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: '3 incidents are open' }).waitFor();
    await page.getByRole('columnheader', { name: 'Duration' }).waitFor();
    expect(new URL(page.url()).searchParams.get('lang')).toBe('en');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '3 incidents are open' }).waitFor();
  });

  test('every section leads to its workflows in the Temporal UI, also when the overview comes last', async () => {
    const queries: (string | null)[] = [];
    for (const [path, last] of [
      ['/', '#failed .head a'],
      ['/week', '#map aside a.out'],
      ['/models', '#model .champion a'],
      ['/quality', '#files tbody a'],
    ] as const) {
      const page = await openPage(api.url + path, {}, (opened) =>
        opened.route('**/v1/overview', async (route) => {
          await opened.locator('#page tbody tr, #page .champion').first().waitFor();
          await route.continue();
        }),
      );
      await page.locator(last).first().waitFor();
      const links = page.locator('#page a.out[href*="/workflows"]');
      queries.push(
        ...(await links.evaluateAll((anchors) =>
          anchors.map((anchor) =>
            new URL((anchor as unknown as { href: string }).href).searchParams.get('query'),
          ),
        )),
      );
      await context?.close();
    }
    for (const type of ['collect', 'ingestFiles', 'retrain', 'forecastWeek']) {
      expect(queries).toContain(`WorkflowType="${type}"`);
    }
    expect(queries).toContain('WorkflowId="promote/job-failure/2"');
    expect(queries.some((query) => query?.startsWith('WorkflowId="forecast/'))).toBe(true);
    expect(queries).toContain('WorkflowType="ingestFiles" AND WorkflowId STARTS_WITH "ingest/metrics/"');
  });

  test('with nothing loaded it says what to do, and nothing is called quiet', async () => {
    const page = await openPage(apiOnEmpty.url);
    await page.getByRole('heading', { level: 1, name: 'Nothing has been loaded yet' }).waitFor();
    await page
      .locator('#runs')
      .getByText(/Drop a CSV of runs into .+drop.runs, or run scripts\/demo/)
      .waitFor();
    await page.locator('#failed').getByText('Nothing is known yet.').waitFor();
    expect(await page.locator('#glance').getAttribute('class')).toBe('glance unknown');
    for (const [path, text] of [
      ['/jobs', 'No runs yet.'],
      ['/incidents', 'No message yet.'],
      ['/week', 'No forecast yet.'],
      ['/models', 'No model yet.'],
      ['/quality', 'No files yet.'],
    ] as const) {
      await page.goto(apiOnEmpty.url + path);
      await page.locator('#page').getByText(text).waitFor();
    }
  });

  test('when the server goes away, the page keeps what it knew and says so', async () => {
    const passing = await startTestApi({ databaseUrl: database.readerUrl });
    const page = await openPage(passing.url);
    await page.locator('#failed .card').first().waitFor();
    await page.locator('#runs tbody tr').first().waitFor();
    isServerThere = false;
    await passing.close();
    await page.getByRole('heading', { level: 1, name: 'The server does not answer' }).waitFor();
    expect(await page.locator('#failed .card').count()).toBe(3);
  });
});
