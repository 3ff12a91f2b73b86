import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApi } from '../../api/server.ts';
import { startTestApi } from '../api.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { insertExampleRows } from './example-rows.ts';
import { insertNight, NIGHT_JOBS } from './night-rows.ts';
import { visit } from './visit.ts';

const executable = findChromium();
const HOUR_MS = 3_600_000;

/** Of a screen that shows sixty a second. */
const FRAME_MS = 1000 / 60;

describe.skipIf(executable === null)('now, the night and a job', () => {
  const nowMs = Date.now();
  let browser: Browser;
  let database: TestDatabase;
  let api: RunningApi;
  let jobIds: number[];

  beforeAll(async () => {
    [browser, database] = await Promise.all([launchChromium(executable!), createTestDatabase()]);
    jobIds = await insertExampleRows(database.pool, nowMs);
    await insertNight(database.pool, jobIds, nowMs);
    api = await startTestApi({ databaseUrl: database.readerUrl });
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await database?.drop();
  });

  const lengthOf = (page: Page): number => {
    const { searchParams } = new URL(page.url());
    return Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '');
  };

  test('Now says what runs for too long, what should be there and what is due', async () => {
    const { page, end } = await visit(browser, api.url);
    const slow = page.locator('#running li', { hasText: 'truck_positions' });
    await slow.getByText(/^[23]\.\d times the usual · etl-01$/).waitFor();
    const other = page.locator('#running li', { hasText: 'cold_chain_sensors' });
    await other.getByText('usual time not known · etl-03').waitFor();
    const due = page.locator('#due li');
    await due.first().getByText('should be there, in time until').waitFor();
    expect(await due.locator('a').allTextContents()).toEqual(['invoices_match', 'invoices_export']);
    await page
      .getByText(
        /^In the last 12 hours \d+ runs ended, \d+ of them failed; 1 did not run, 1 was late\. 2 run now\.$/,
      )
      .waitFor();
    await slow.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'truck_positions' }).waitFor();
    await end();
  });

  test('the night names its longest chain, and a run its own', async () => {
    const { page, end } = await visit(browser, `${api.url}/timeline`);
    const chain = page.locator('#night-chain');
    await chain.getByRole('heading', { name: 'Longest chain' }).waitFor();
    expect(await chain.locator('ol a').allTextContents()).toEqual([
      'crate_tracking',
      'fuel_cards',
      'driver_hours',
    ]);
    await page
      .locator('#night-summary')
      .getByText(/1 did not run · 1 late · 2 running/)
      .waitFor();
    // Narrowed to one job, the first arrow finds its run.
    await page.getByRole('searchbox', { name: 'Job' }).fill('fuel_cards');
    await page.getByRole('application').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.locator('.tip p').first().waitFor();
    expect(await page.locator('.tip p').first().textContent()).toBe('fuel_cards');
    await chain.getByRole('heading', { level: 2, name: 'fuel_cards' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'fuel_cards' }).waitFor();
    await page.goBack();
    await chain.getByRole('heading', { level: 2, name: 'fuel_cards' }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Job' }).inputValue()).toBe('fuel_cards');
    await end();
  });

  test('the night is zoomed and moved by keys, buttons and the pointer, and the address holds it', async () => {
    const { page, end } = await visit(browser, `${api.url}/timeline`);
    const surface = page.getByRole('application');
    await surface.focus();
    await page.keyboard.press('+');
    await page.waitForURL(/from=/);
    expect(Math.round(lengthOf(page) / 60_000)).toBe(Math.round((14 * 60) / 1.5));
    await page.getByRole('button', { name: 'Wider' }).click();
    await page.waitForFunction(`Date.parse(new URL(location).searchParams.get('to')) -
      Date.parse(new URL(location).searchParams.get('from')) > ${14 * HOUR_MS}`);
    const before = new URL(page.url()).searchParams.get('from')!;
    const box = (await surface.boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL((url) => url.searchParams.get('from')! < before);
    const length = lengthOf(page);
    const told = page.url();
    await page.reload();
    await surface.waitFor();
    expect(page.url()).toBe(told);
    expect(lengthOf(page)).toBe(length);
    await surface.focus();
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.searchParams.has('from'));
    await end();
  });

  test('only what went wrong can be shown, as a table too', async () => {
    const { page, end } = await visit(browser, `${api.url}/timeline?wrong=1`);
    // Opened by itself: short bars have no room for names.
    const rows = page.locator('#night tbody tr');
    await rows.first().waitFor();
    const states = await rows.locator('td:nth-child(2)').allTextContents();
    expect(new Set(states)).toEqual(new Set(['failed', 'did not run', 'succeeded, late']));
    await end();
  });

  test('a job tells its schedule, what is normal, how it failed and what is to come', async () => {
    const { page, end } = await visit(browser, `${api.url}/jobs/${jobIds[NIGHT_JOBS.slow]}?lang=fr`);
    await page.locator('.facts').getByText('tous les jours à 05:00 (Europe/Paris)').waitFor();
    await page.locator('.facts').getByText('10 min, normalement de 5 min à 16 min').waitFor();
    await page.locator('#forecast').getByText('Il a échoué 3 fois ces 7 derniers jours.').waitFor();
    await page.locator('#failures li, #failures .empty').first().waitFor();
    await page.getByRole('application').focus();
    await page.keyboard.press('End');
    await page
      .locator('.tip')
      .getByText(/^Normale : |^Normale: 5 min – 16 min$/)
      .waitFor();
    await page.getByRole('button', { name: '30 jours' }).click();
    await page.waitForURL(/from=/);
    expect(Math.round(lengthOf(page) / 86_400_000)).toBe(30);
    const temporal = page.locator('.facts a.out');
    const query = new URL((await temporal.getAttribute('href'))!).searchParams.get('query');
    expect(query).toBe('JobName="truck_positions"');
    await end();
  });

  test('a failing job leads to its errors and its incident', async () => {
    const { page, end } = await visit(browser, `${api.url}/jobs/${jobIds[0]}`);
    await page.locator('#failures .message').first().waitFor();
    await page
      .locator('#failures')
      .getByText(/^\d+ times? · /)
      .first()
      .waitFor();
    await page
      .locator('#incidents')
      .getByRole('link', { name: /^Incident \d+$/ })
      .first()
      .click();
    await page.locator('.story-head h1').waitFor();
    await end();
  });

  test('the list of jobs has all of them, however many', async () => {
    await database.pool.query(
      `insert into job (id, namespace, name) select job_id_of('more', 'job ' || n), 'more', 'job ' || n
       from generate_series(1, 600) as n`,
    );
    const { page, end } = await visit(browser, `${api.url}/jobs`);
    await page.getByRole('link', { name: 'job 600', exact: true }).waitFor();
    await page.waitForFunction(`document.querySelectorAll('#jobs tbody tr').length === 626`);
    await end();
  });

  test('ten thousand runs are moved smoothly', async () => {
    const { page, end } = await visit(browser, `${api.url}/jobs/${jobIds[NIGHT_JOBS.slow]}`);
    await page.locator('#durations .chart canvas').waitFor();
    const frameMs = (await page.evaluate(`(async () => {
      const { createDurationChart } = await import('/charts/duration-chart.ts');
      const { createView } = await import('/view.ts');
      const dayMs = 86_400_000;
      const toMs = Date.now();
      const points = Array.from({ length: 10_000 }, (_, i) => ({
        atMs: toMs - (10_000 - i) * 900_000,
        durationMs: 60_000 * (1 + Math.abs(Math.sin(i / 96)) + (i % 7) / 10),
        status: i % 50 === 0 ? 'failed' : 'succeeded',
        usual: { leastMs: 40_000, middleMs: 90_000, mostMs: 150_000 },
      }));
      const chart = createDurationChart({
        view: createView('en'), label: 'many', limits: { leastMs: dayMs, mostMs: 1000 * dayMs },
        describe: () => [], onWindow: () => {}, onReset: () => {},
      });
      document.querySelector('#durations-body').append(chart.element);
      const nextFrame = async () => {
        const before = performance.now();
        await new Promise(requestAnimationFrame);
        return performance.now() - before;
      };
      const frames = { still: [], moved: [] };
      for (let step = 0; step < 60; step++) {
        frames.still.push(await nextFrame());
        const before = performance.now();
        chart.show(points, { fromMs: points[0].atMs + step * dayMs / 4, toMs: toMs + step * dayMs / 4 });
        const drawnMs = performance.now() - before;
        frames.moved.push(drawnMs + await nextFrame());
      }
      chart.close();
      return frames;
    })()`)) as { still: number[]; moved: number[] };
    // Beside other tests every frame comes late: what counts is how much later it comes with something to draw.
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
    const [still, moved] = [median(frameMs.still.slice(5)), median(frameMs.moved.slice(5))];
    console.info(
      `10,000 runs: a frame in ${moved.toFixed(1)} ms, ${still.toFixed(1)} ms with nothing to draw`,
    );
    expect(moved).toBeLessThan(still + FRAME_MS);
    await end();
  });
});
