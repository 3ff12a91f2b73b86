import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pendingFiles } from '../../db/load/files.ts';
import { saveSource } from '../../db/load/sources.ts';
import { freePort } from '../../stack/ports.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from './load-files.ts';
import { createScrapeTargets } from './scrape-targets.ts';

let stage: ActivityStage;
let server: Server;
let nowMs = Date.UTC(2026, 2, 1, 5);
let answer: { status: number; body: string };

beforeAll(async () => {
  stage = await openActivityStage({ now: () => nowMs });
  server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/metrics' }).end();
    else response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await stage.close();
});

const pageAfter = (idleSeconds: number, busySeconds: number) => ({
  status: 200,
  body: `# TYPE node_load1 gauge
node_load1 0.5
node_cpu_seconds_total{cpu="0",mode="idle"} ${1000 + idleSeconds}
node_cpu_seconds_total{cpu="0",mode="user"} ${1000 + busySeconds}
`,
});

async function openSource(name: string, targets: { host: string; page?: string; port?: number }[]) {
  const { port } = server.address() as AddressInfo;
  await saveSource(stage.database.pool, {
    name,
    kind: 'metrics',
    folder: path.join(stage.folder, name),
    namespace: 'default',
    intake: {
      scrape: targets.map((one) => ({
        host: one.host,
        url: `http://127.0.0.1:${one.port ?? port}${one.page ?? '/metrics'}`,
      })),
    },
  });
  return {
    scrape: () => stage.run(createScrapeTargets(stage.dependencies), { source: name }),
    load: async () => {
      const files = await pendingFiles(stage.database.pool, name, 10);
      await stage.run(createLoadFiles(stage.dependencies), { files });
      return files.length;
    },
    incident: async () =>
      (
        await stage.database.pool.query(
          `select evidence->>'text' as error, state <> 'resolved' as open
           from finding join incident on incident.id = incident_id where source = $1 order by finding.id`,
          [name],
        )
      ).rows,
  };
}

describe('pages of servers', () => {
  it('are read, kept and loaded: what is at once, rates from the second page on', async () => {
    const { scrape, load } = await openSource('servers', [{ host: 'srv "a"' }]);
    answer = pageAfter(0, 0);
    expect(await scrape()).toEqual({ read: 1, unreadable: 0 });
    expect(await load()).toBe(1);
    // Not due yet.
    nowMs += 30_000;
    expect(await scrape()).toEqual({ read: 0, unreadable: 0 });
    nowMs += 30_000;
    answer = pageAfter(45, 15);
    expect(await scrape()).toEqual({ read: 1, unreadable: 0 });
    expect(await load()).toBe(1);
    const { rows } = await stage.database.pool.query(
      `select host, metric, ts, value from metric_sample order by ts, metric`,
    );
    const host = 'srv "a"';
    const [first, second] = [new Date('2026-03-01T05:00:00Z'), new Date('2026-03-01T05:01:00Z')];
    expect(rows).toEqual([
      { host, metric: 'load_1m', ts: first, value: 0.5 },
      { host, metric: 'cpu_percent', ts: second, value: 25 },
      { host, metric: 'io_wait_percent', ts: second, value: 0 },
      { host, metric: 'load_1m', ts: second, value: 0.5 },
    ]);
  });

  it('that do not answer open one incident, which names the server and ends with the answer', async () => {
    const { scrape, incident } = await openSource('dead', [
      { host: 'up' },
      { host: 'down', port: await freePort() },
    ]);
    answer = pageAfter(0, 0);
    expect(await scrape()).toEqual({ read: 1, unreadable: 1 });
    nowMs += 60_000;
    await scrape();
    expect(await incident()).toEqual([{ error: expect.stringMatching(/^down: ECONNREFUSED/), open: true }]);
    await openSource('dead', [{ host: 'up' }]);
    nowMs += 60_000;
    await scrape();
    expect(await incident()).toMatchObject([{ open: false }]);
  });

  it.each([
    ['/metrics', { status: 500, body: 'node_load1 1' }, 'expected status 200, found 500'],
    ['/metrics', { status: 200, body: '<html>' }, 'line 1: expected a sample'],
    ['/metrics', { status: 200, body: 'x'.repeat(5_000_000) }, 'expected at most 4194304 bytes'],
    ['/moved', { status: 200, body: 'node_load1 1' }, 'expected status 200, found 302'],
  ])('%s that is no page is none: %o', async (page, body, reason) => {
    const name = `odd${body.status}-${body.body.length}-${page.length}`;
    const { scrape, incident } = await openSource(name, [{ host: 'odd', page }]);
    answer = body;
    expect(await scrape()).toEqual({ read: 0, unreadable: 1 });
    expect((await incident())[0].error).toContain(`odd: ${reason}`);
  });
});
