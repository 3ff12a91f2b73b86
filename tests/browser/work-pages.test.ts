import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApi } from '../../api/server.ts';
import { startTestApi } from '../api.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { insertReport } from '../report-rows.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { insertExampleRows } from './example-rows.ts';
import { insertForPages } from './page-rows.ts';

const executable = findChromium();

describe.skipIf(executable === null)('the pages one works with', () => {
  const nowMs = Date.now();
  let browser: Browser;
  let database: TestDatabase;
  let empty: TestDatabase;
  let api: RunningApi;
  let apiOnEmpty: RunningApi;
  let incidentId: number;
  let context: BrowserContext | undefined;
  let complaints: string[] = [];

  beforeAll(async () => {
    [browser, database, empty] = await Promise.all([
      launchChromium(executable!),
      createTestDatabase(),
      createTestDatabase(),
    ]);
    const jobIds = await insertExampleRows(database.pool, nowMs);
    await insertReport(database.pool, '2026-10');
    ({ incidentId } = await insertForPages(database.pool, jobIds, nowMs));
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

  async function openPage(path: string, options: BrowserContextOptions = {}, on = api): Promise<Page> {
    complaints = [];
    const viewport = { width: 1280, height: 900 };
    context = await browser.newContext({ locale: 'en-GB', viewport, ...options });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(on.url + path);
    await page.locator('#live.live.live').waitFor();
    return page;
  }
  const queryOf = (page: Page): Record<string, string> =>
    Object.fromEntries(new URL(page.url()).searchParams);

  describe('incidents', () => {
    test('are narrowed down by the address, and the back button leads back', async () => {
      const page = await openPage('/incidents');
      const rows = page.locator('.incident-row');
      await page.getByText('3 incidents', { exact: true }).waitFor();
      expect(await rows.count()).toBe(3);
      await page.getByLabel('Show').selectOption('all');
      await page.getByText('5 incidents', { exact: true }).waitFor();
      await page.getByLabel('Name or error text').fill('csv parse');
      await page.getByText('3 incidents', { exact: true }).waitFor();
      expect(queryOf(page)).toEqual({ state: 'all', q: 'csv parse' });
      await page.getByLabel('Severity').selectOption('critical');
      await page.getByText('No incident is like this.').waitFor();
      await page.getByLabel('Severity').selectOption('');
      await rows.first().getByRole('link').click();
      await page.getByRole('heading', { level: 1, name: 'orders_confirm — failed' }).waitFor();
      await page.goBack();
      await page.getByText('3 incidents', { exact: true }).waitFor();
      expect(await page.getByLabel('Show').inputValue()).toBe('all');
      expect(await page.getByLabel('Name or error text').inputValue()).toBe('csv parse');
    });

    test('one is told as a story: what, since when, why, who may suffer, who was told, what was done', async () => {
      const page = await openPage(`/incidents/${incidentId}`);
      await page.getByRole('heading', { level: 1, name: 'orders_import (+1) — failed' }).waitFor();
      const facts = page.locator('.facts');
      await facts.getByText('taken on by Camille').waitFor();
      await facts.getByText('a truck waits for it').waitFor();
      await page.locator('.causes').getByText('server etl-01').waitFor();
      await page.getByText('42 min instead of 8 min (limit 16 min)').waitFor();
      expect(await page.locator('.tags .tag').count()).toBe(3);
      await page.getByText('1 of 2 jobs done').waitFor();
      await page.getByText('proof: run r0-again').waitFor();
      await page.getByText('Failed: orders_import on etl-01').waitFor();
      await page.locator('.acts-done').getByText('took it on: “I look at the server”').waitFor();
      const workflow = page.getByRole('link', { name: 'Workflow of this incident' });
      expect(decodeURIComponent((await workflow.getAttribute('href'))!)).toContain(
        `WorkflowId="incident/${incidentId}"`,
      );
      await page.locator('.tags a').first().click();
      await page.waitForURL(/\/jobs\/\d+$/);
    });

    test('whether it was useful to be told is asked and kept', async () => {
      const page = await openPage(`/incidents/${incidentId}?lang=fr`);
      const form = page.locator('form.useful');
      await form.getByRole('button', { name: 'Utile', exact: true }).click();
      // Nobody answers without a name.
      await form.getByLabel('Votre nom').fill('Inès');
      await form.getByRole('button', { name: 'Utile', exact: true }).click();
      await form.getByText('1 utile, 0 non').waitFor();
      const { rows } = await database.pool.query(`select who, useful, channel from incident_feedback`);
      expect(rows).toEqual([{ who: 'Inès', useful: true, channel: 'page' }]);
    });

    test('one that is over asks for nothing; one that is not there is said not to be', async () => {
      const page = await openPage('/incidents?state=resolved');
      await page.locator('.incident-row a').first().click();
      await page.getByText('It is over: nothing is left to do.').waitFor();
      expect(await page.locator('button[data-act]').count()).toBe(0);
      await page.goto(`${api.url}/incidents/987654`);
      await page.getByText('There is no such thing here.').first().waitFor();
      complaints = complaints.filter((text) => !/404/.test(text));
    });
  });

  describe('the week ahead', () => {
    test('by keyboard alone one goes from cell to cell and reads why', async () => {
      const page = await openPage('/week');
      const panel = page.getByRole('complementary', { name: 'Why' });
      await panel.getByRole('heading', { level: 3, name: 'orders_import' }).waitFor();
      const filter = page.getByLabel('Part of a name, an owner or a server');
      await filter.focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.dataset.day')).toBe('0');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await panel.getByRole('heading', { level: 3, name: 'orders_confirm' }).waitFor();
      await panel.getByText(/to fail on/).waitFor();
      await panel.getByText(/1\.6 failed runs expected · 2 h 49 min lost$/).waitFor();
      await panel.getByText('It failed 3 times in the last 7 days.').waitFor();
      await page.waitForURL(/[?&]job=\d+&day=1$/);
      await page.keyboard.press('End');
      await page.waitForURL(/[?&]day=7$/);
      // One stop of the tab key: the next leads out of the map.
      await page.keyboard.press('Tab');
      expect(await page.evaluate(`document.activeElement.closest('table')`)).toBeNull();
      await page.reload();
      await panel.getByRole('heading', { level: 3, name: 'orders_confirm' }).waitFor();
      expect(await page.locator('td[aria-selected=true]').getAttribute('data-day')).toBe('7');
    });

    test('every cell says its probability in words, bounds included', async () => {
      const page = await openPage('/week');
      const cell = page.getByRole('gridcell', {
        name: /^orders_import, whole week: 88 %, between 50 % and 97 %$/,
      });
      expect(await cell.textContent()).toBe('88 %');
    });

    test('a job with hardly a run is not enough data, with the rate of its group', async () => {
      const page = await openPage('/week');
      const young = page.locator('#map tbody tr').nth(7);
      await young.getByText('not enough data').waitFor();
      await young.locator('td').first().click();
      const panel = page.getByRole('complementary', { name: 'Why' });
      await panel.getByText(/^Not enough data: .* the rate of its group stands in\.$/).waitFor();
      await panel.getByText('How far this may be off is not known yet: not enough data.').waitFor();
      expect(await panel.getByText(/between/).count()).toBe(0);
    });

    test('the jobs to check have their cost, and the last forecasts their score', async () => {
      const page = await openPage('/week');
      await page.getByText(/^In the whole week about 12\.2 failed runs, .+ lost\.$/).waitFor();
      expect(await page.locator('#forecast tbody tr').count()).toBe(10);
      expect(await page.locator('#scores tbody tr').count()).toBe(3);
      await page
        .locator('#scores')
        .getByText(/of 10 failed$/)
        .first()
        .waitFor();
      await page.getByLabel('Part of a name, an owner or a server').fill('etl-02');
      await page.locator('#map tbody tr').nth(7).waitFor({ state: 'detached' });
      expect(queryOf(page)).toEqual({ q: 'etl-02' });
      await page.getByLabel('Part of a name, an owner or a server').fill('nobody at all');
      await page.getByText('No job of this forecast is like this.').waitFor();
    });

    test('on a phone the reasons lie over the map and can be put away', async () => {
      const page = await openPage('/week', { viewport: { width: 390, height: 844 } });
      const panel = page.getByRole('complementary', { name: 'Why' });
      await page.locator('#map tbody td').first().waitFor();
      expect(await panel.isVisible()).toBe(false);
      await page.locator('#map tbody td').first().click();
      await panel.getByText('It failed 3 times in the last 7 days.').waitFor();
      await panel.getByRole('button', { name: 'Close' }).click();
      await panel.waitFor({ state: 'hidden' });
    });
  });

  describe('models', () => {
    test('the gate is told in words, and the address names the version', async () => {
      const page = await openPage('/models');
      await page.locator('#card').getByRole('heading', { level: 2, name: 'Version 2' }).waitFor();
      const gate = page.getByRole('group', { name: 'What the gate said' });
      await gate.getByText('Ranks jobs better than the champion').waitFor();
      expect(await gate.locator('.status.succeeded').count()).toBe(4);
      await page.getByRole('link', { name: 'Version 1' }).click();
      await page.locator('#card').getByRole('heading', { level: 2, name: 'Version 1' }).waitFor();
      expect(queryOf(page)).toEqual({ v: '1' });
      await page.reload();
      await page.locator('#card').getByRole('heading', { level: 2, name: 'Version 1' }).waitFor();
      await page.locator('#history').getByText('Champion: 1 → 2').waitFor();
    });

    test('what moved is told, drawn and listed', async () => {
      const page = await openPage('/models');
      const drift = page.locator('#drift');
      await drift.getByText('2 of 4 features moved').first().waitFor();
      expect(await drift.locator('.drift-bars .bar').count()).toBe(4);
      expect(await drift.locator('.drift-bars .bar.moved').count()).toBe(2);
      // The limit is the one of the look, not the default.
      expect(await drift.locator('.drift-bars .ideal').getAttribute('data-limit')).toBe('0.2');
      await drift.getByText('Beyond the dashed line (0.2').waitFor();
      await drift.getByText('As a table').first().click();
      await drift.getByRole('cell', { name: /failed runs in the last 7 days: higher/ }).waitFor();
      expect(await drift.locator('polyline.model-line').count()).toBe(1);
    });

    test('plots stand as tables too', async () => {
      const page = await openPage('/models');
      await page.locator('#card .plot circle').first().waitFor();
      await page.locator('.plots .doubt').first().waitFor({ state: 'attached' });
      await page.locator('.plots').getByText('As a table').first().click();
      const table = page.getByRole('group', { name: 'Said and happened since' });
      expect(await table.locator('tbody tr').count()).toBe(await page.locator('.plots .doubt').count());
    });
  });

  describe('data quality', () => {
    test('refused rows show reason, place and original text, which stays text', async () => {
      const page = await openPage('/quality');
      const rows = page.locator('#quarantine tbody tr');
      await rows.nth(2).waitFor();
      await page.getByRole('link', { name: /bad-status/ }).click();
      await rows.nth(1).waitFor({ state: 'detached' });
      expect(queryOf(page)).toMatchObject({ code: 'bad-status' });
      await rows.getByText('stock_snapshot,2026-03-01T02:10:00Z,95,<b>oops</b>').waitFor();
      await rows.getByText('byte 301,552, 51 long').waitFor();
      expect(await page.locator('#quarantine b b, #quarantine code b').count()).toBe(0);
      await page.goBack();
      await rows.nth(2).waitFor();
    });

    test('sources say what waits for a decision', async () => {
      const page = await openPage('/quality');
      const runs = page.locator('#sources tbody tr').filter({ hasText: 'stopped' });
      await runs.getByRole('button', { name: 'Release' }).waitFor();
      await page
        .locator('#stopped')
        .getByText('column "duration_s" is missing; "duration_ms" is new')
        .waitFor();
      await page
        .locator('#stopped')
        .getByText(/smart-etl contract accept/)
        .waitFor();
    });
  });

  describe('search', () => {
    test('finds as one types, keeps what was asked in the address, and leads there', async () => {
      const page = await openPage('/');
      await page.keyboard.press('/');
      const box = page.getByRole('searchbox');
      await page.locator('input:focus').waitFor();
      await page.keyboard.type('orders_imp');
      await page.locator('.found').first().getByRole('link', { name: 'orders_import' }).waitFor();
      // Who types slowly is answered in between.
      await expect.poll(() => queryOf(page), { timeout: 10_000 }).toEqual({ q: 'orders_imp' });
      await page
        .getByRole('link', { name: `Incident ${incidentId} — orders_import, truck_positions` })
        .click();
      await page.getByRole('heading', { level: 1, name: 'orders_import (+1) — failed' }).waitFor();
      await page.goBack();
      await box.waitFor();
      expect(await box.inputValue()).toBe('orders_imp');
      await box.fill('x');
      await page.getByText('Type one more letter.').waitFor();
      await box.fill('<i>no such thing</i>');
      await page.getByText('Nothing is like “<i>no such thing</i>”.').waitFor();
      await box.fill('psycopg2');
      await page.getByRole('heading', { level: 2, name: 'Errors' }).waitFor();
    });
  });

  test('with nothing loaded every page says what is missing', async () => {
    for (const [path, text] of [
      ['/incidents', 'Nothing is known yet.'],
      ['/week', 'No forecast yet.'],
      ['/week', 'A forecast is scored when its week is over'],
      ['/models', 'No model yet.'],
      ['/quality', 'No row is in quarantine.'],
      ['/quality', 'No source is configured.'],
      ['/reports', 'There is no report yet'],
      ['/search', 'Two letters are enough.'],
    ] as const) {
      const page = await openPage(path, {}, apiOnEmpty);
      await page.locator('#page').getByText(text).first().waitFor();
      await context?.close();
    }
  });
});
