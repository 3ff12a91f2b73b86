import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Every page with what is there once it has drawn itself. `{job}` stands for the number of a job. */
export const PAGES: readonly { path: string; ready: string }[] = [
  { path: '/', ready: '#due .lines li' },
  { path: '/timeline', ready: '#night .chart canvas' },
  { path: '/jobs', ready: '#jobs tbody tr' },
  { path: '/jobs/{job}', ready: '#durations .chart canvas' },
  { path: '/incidents', ready: '#inbox .messages > *' },
  { path: '/incidents/1', ready: '.story-head h1' },
  { path: '/week', ready: '#forecast tbody tr' },
  { path: '/models', ready: '#card .lineage li' },
  { path: '/quality', ready: '#files tfoot td' },
  { path: '/reports', ready: '#recommendations tbody tr' },
  { path: '/search?q=truck', ready: '#page li a' },
];

export interface Visit {
  page: Page;
  /** Closes it, and fails where the browser complained. */
  end(): Promise<void>;
}

/** Opens an address in a browser of its own state and waits until it is live. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.locator('#live.live.live').waitFor();
  return {
    page,
    async end() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

/** What axe finds against WCAG 2.2 AA and its own good practice: `rule: where`. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}
