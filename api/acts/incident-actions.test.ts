import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureOf, storyLinks } from '../../activities/alerts/action-links.ts';
import type { ActionLink, LinkAction } from '../../models/alerts/action-link.ts';
import { linkPath } from '../../models/alerts/action-link.ts';
import { type ActStage, openActStage } from '../../tests/act-stage.ts';
import { startTestApi } from '../../tests/api.ts';
import type { FeedbackShares } from '../contract/incidents.ts';
import type { Problem } from '../contract/system.ts';
import { loggablePath } from '../push/receive.ts';

const LINK_KEY = 'a-key-of-at-least-thirty-two-characters';
const TOKEN = 'a-token-of-this-test';
let acts: ActStage;
let id: number;
beforeAll(async () => {
  acts = await openActStage({ apiToken: TOKEN, linkKey: LINK_KEY });
});
afterAll(() => acts?.close());
beforeEach(async () => {
  const { rows } = await acts.stage.database.pool.query(
    `insert into incident (opened_at, severity, causes) values (now(), 'major', '[]') returning id`,
  );
  id = rows[0].id;
  await acts.stage.database.pool.query(
    `insert into finding (incident_id, key, kind, role, course, source, since, found_at, evidence)
     values ($1, 'freshness/source runs/' || $1::bigint, 'freshness', 'cause', 'new', 'runs', now(), now(), '{}')`,
    [id],
  );
});

const AS_JSON = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const post = (path: string, body: unknown, headers: Record<string, string> = AS_JSON, url = acts.api.url) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const act = (action: string, body: unknown, headers?: Record<string, string>) =>
  post(`/v1/incidents/${id}/${action}`, body, headers);
const acting = <T>(work: () => Promise<T>) =>
  acts.withWorker(async () => {
    try {
      return await work();
    } finally {
      await acts.temporal.client.workflow
        .getHandle(`incident/${id}`)
        .terminate()
        .catch(() => {});
    }
  });
const state = async () =>
  (await acts.stage.database.pool.query('select * from incident where id = $1', [id])).rows[0];
const audited = async () =>
  (
    await acts.stage.database.pool.query(
      `select who, action, why from audit_log where subject = $1 order by id`,
      [`incident ${id}`],
    )
  ).rows;
const WHO = { who: 'ann', why: 'mine' };

describe('an incident', () => {
  it('is taken on, silenced, waived and has its victims run again, each by its workflow', async () => {
    await acting(async () => {
      const answer = await act('acknowledge', WHO);
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { said: `api-token has taken on incident ${id}`, workflowId: `incident/${id}` },
      ]);
      expect((await act('silence', { ...WHO, hours: 8 })).status).toBe(200);
      expect((await act('waive', WHO)).status).toBe(200);
      const again = (await (await act('rerun', WHO)).json()) as { said: string };
      expect(again.said).toContain(`see workflow rerun/incident/${id}`);
      await acts.temporal.client.workflow.getHandle(`rerun/incident/${id}`).result();
    });
    expect(await state()).toMatchObject({ state: 'acknowledged', acknowledged_by: 'api-token' });
    // What a body says of who acts counts only where nobody logs in.
    expect((await audited()).map(({ action, who }) => [action, who])).toEqual([
      ['incident-acknowledge', 'api-token'],
      ['incident-silence', 'api-token'],
      ['incident-waive', 'api-token'],
    ]);
  });

  it('answers in French where French is asked for', async () => {
    const inFrench = { ...AS_JSON, 'accept-language': 'fr-FR, en;q=0.5' };
    const said = async (action: string, body: object) =>
      ((await (await act(action, body, inFrench)).json()) as { said: string }).said;
    await acting(async () => {
      expect(await said('acknowledge', WHO)).toBe(`api-token a pris en charge l’incident ${id}`);
      expect(await said('acknowledge', WHO)).toBe(`api-token a déjà pris en charge l’incident ${id}`);
      const until = new Date(Date.now() + 3_600_000).toISOString();
      expect(await said('silence', { ...WHO, until })).toBe(
        `l’incident ${id} est en sourdine jusqu’au ${until.slice(0, 16).replace('T', ' ')} UTC`,
      );
      expect(await said('waive', WHO)).toContain(`il est renoncé à 1 constat de l’incident ${id} ; `);
      expect(await said('rerun', WHO)).toContain(`voir le workflow rerun/incident/${id}`);
      await acts.temporal.client.workflow.getHandle(`rerun/incident/${id}`).result();
    });
  });

  it.each([
    ['acknowledge', { who: 'ann' }, 400],
    ['acknowledge', { ...WHO, more: 1 }, 400],
    ['acknowledge', { ...WHO, who: 'a'.repeat(201) }, 400],
    ['silence', WHO, 400],
    ['silence', { ...WHO, until: '2020-01-01T00:00:00Z' }, 400],
    ['waive', { ...WHO, findings: [] }, 400],
    ['feedback', { who: 'ann', useful: 'yes' }, 400],
  ])('is not changed by %s with %j', async (action, body, status) => {
    await acting(async () => {
      const answer = await act(action, body);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    });
    expect(await audited()).toEqual([]);
  });

  it('is not changed without the token, by a page of another site, or in another form than JSON', async () => {
    expect((await act('acknowledge', WHO, { 'content-type': 'application/json' })).status).toBe(401);
    expect((await act('acknowledge', WHO, { ...AS_JSON, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(
      (await act('acknowledge', JSON.stringify(WHO), { ...AS_JSON, 'content-type': 'text/plain' })).status,
    ).toBe(400);
  });

  it('must be there, and not be over', async () => {
    expect((await post('/v1/incidents/999/acknowledge', WHO)).status).toBe(404);
    expect((await post('/v1/incidents/x/acknowledge', WHO)).status).toBe(404);
    await acts.stage.database.pool.query(
      `update incident set state = 'resolved', resolved_at = now() where id = $1`,
      [id],
    );
    const over = await act('acknowledge', WHO);
    expect([over.status, ((await over.json()) as Problem).type]).toEqual([
      409,
      'urn:smart-etl:problem:incident-over',
    ]);
  });

  it('cannot be acted on while Temporal is away, and says so at once', async () => {
    const lonely = await startTestApi({
      databaseUrl: acts.stage.database.readerUrl,
      temporalAddress: '127.0.0.1:1',
    });
    try {
      const answer = await post(`/v1/incidents/${id}/acknowledge`, WHO, AS_JSON, lonely.url);
      expect(answer.status).toBe(503);
      expect(((await answer.json()) as Problem).type).toBe('urn:smart-etl:problem:temporal-unreachable');
    } finally {
      await lonely.close();
    }
  });
});

describe('a link in a message', () => {
  const WEEK_S = 7 * 86_400;
  const nowS = () => Math.floor(Date.now() / 1_000);
  const pathOf = (action: LinkAction, more: Partial<ActionLink> = {}) => {
    const link = { action, incidentId: id, expiryS: nowS() + WEEK_S, channel: 'mail-ops', ...more };
    return linkPath(link, signatureOf(LINK_KEY, link));
  };
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const get = (path: string) => fetch(`${acts.api.url}${path}`);

  it('changes nothing when it is looked at, however often, and needs no token', async () => {
    for (const action of ['acknowledge', 'silence', 'rerun', 'waive', 'useful', 'not-useful'] as const) {
      const answer = await get(pathOf(action));
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('<form method="post">');
      expect((await fetch(`${acts.api.url}${pathOf(action)}`, { method: 'HEAD' })).status).toBe(200);
    }
    expect((await state()).state).toBe('open');
    expect(await audited()).toEqual([]);
  });

  it('acts when its button is pressed, for the name typed or else for its channel', async () => {
    await acting(async () => {
      const answer = await post(pathOf('silence'), 'who=&choice=24', FORM);
      expect(answer.status).toBe(200);
      expect((await post(pathOf('acknowledge'), 'who=Ann+Example&choice=0', FORM)).status).toBe(200);
    });
    const silence = (await state()).silenced_until.getTime() - Date.now();
    expect(Math.round(silence / 3_600_000)).toBe(24);
    expect(await audited()).toEqual([
      { who: 'mail-ops', action: 'incident-silence', why: 'by the link in a message (mail-ops)' },
      { who: 'Ann Example', action: 'incident-acknowledge', why: 'by the link in a message (mail-ops)' },
    ]);
  });

  it('is for one action, one incident, one channel and a time: changed in any, it is not valid', async () => {
    const path = pathOf('acknowledge');
    const signature = path.split('/')[5]!.split('?')[0]!;
    const wrong = [
      path.replace('/acknowledge/', '/waive/'),
      path.replace(`/${id}/`, `/${id + 1}/`),
      path.replace('mail-ops', 'mail-boss'),
      path.replace(
        /\/(\d+)\/([^/]+)\?/,
        (_, expiry: string, rest: string) => `/${Number(expiry) + 1}/${rest}?`,
      ),
      path.replace(signature, `${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`),
      path.replace(signature, 'short'),
      path.split('?')[0]!,
    ];
    for (const one of wrong) {
      expect([one, (await get(one)).status, (await post(one, '', FORM)).status]).toEqual([one, 404, 404]);
    }
    expect((await state()).state).toBe('open');
  });

  it('does nothing from its expiry on', async () => {
    const old = pathOf('acknowledge', { expiryS: nowS() });
    expect([(await get(old)).status, (await post(old, '', FORM)).status]).toEqual([410, 410]);
  });

  it('says so when the incident is over', async () => {
    await acts.stage.database.pool.query(
      `update incident set state = 'resolved', resolved_at = now() where id = $1`,
      [id],
    );
    const answer = await post(pathOf('acknowledge'), '', FORM);
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringContaining('This incident is over'),
    ]);
  });

  it('speaks the language of the reader, escapes what it is given, and lets nothing run', async () => {
    const path = pathOf('silence', { channel: '<script>alert(1)</script>' });
    const answer = await fetch(`${acts.api.url}${path}`, {
      headers: { 'accept-language': 'fr-FR,fr;q=0.9' },
    });
    const html = await answer.text();
    expect(html).toContain('Sourdine pendant 8 h');
    expect(html).not.toContain('<script');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).not.toContain('script-src');
  });

  it('takes no large form', async () => {
    expect((await post(pathOf('acknowledge'), `who=${'a'.repeat(10_000)}`, FORM)).status).toBe(413);
  });

  it('is not in the log with its signature', () => {
    const path = pathOf('acknowledge').split('?')[0]!;
    expect(loggablePath(path, null)).toMatch(/^\/act\/acknowledge\/\d+\/\d+\/\*\*\*$/);
  });

  it('of the story of an incident goes to the page, to the workflow, and to what it says', async () => {
    const links = storyLinks({ ...acts.stage.dependencies, pageUrl: acts.api.url }, id, 'mail-ops');
    for (const address of [links.acknowledge, links.silence, links.rerun, links.useful, links.notUseful]) {
      expect((await fetch(address!)).status).toBe(200);
    }
    expect(links.workflow).toBe(`http://127.0.0.1:8233/incident/${id}`);
    expect(storyLinks({ ...acts.stage.dependencies, linkKey: null }, id, 'x').acknowledge).toBe(null);
  });

  it('keeps whether it was useful, the last answer of each, and measures it', async () => {
    await post(pathOf('useful'), 'who=ann', FORM);
    await post(pathOf('not-useful'), 'who=ann', FORM);
    await post(pathOf('useful'), 'who=bob', FORM);
    await post(pathOf('useful', { channel: 'teams' }), 'who=ann', FORM);
    expect((await act('feedback', { who: 'ann', useful: true })).status).toBe(204);
    const answer = await fetch(`${acts.api.url}/v1/feedback`, { headers: AS_JSON });
    expect(((await answer.json()) as FeedbackShares).items).toEqual([
      { kind: 'freshness', variant: null, answers: 4, useful: 3, usefulShare: 0.75 },
    ]);
  });

  it('does not exist without a key', async () => {
    const keyless = await startTestApi({ databaseUrl: acts.stage.database.readerUrl });
    try {
      expect((await fetch(`${keyless.url}${pathOf('acknowledge')}`)).status).toBe(404);
    } finally {
      await keyless.close();
    }
  });
});
