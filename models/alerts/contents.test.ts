import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aFinding, aSettings, aStory, LINKS } from '../../tests/stories.ts';
import type { Block, Content } from './content.ts';
import { INCIDENT_EVENTS } from './incident-story.ts';
import { mailBody } from './mail-body.ts';
import { digestContent, manyContent } from './many-content.ts';
import { SLACK_LIMITS, slackBlocks } from './slack-blocks.ts';
import { runBookOf, storyContent } from './story-content.ts';
import { expandedBytes, TEAMS_LIMIT_BYTES, teamsCard } from './teams-card.ts';
import { webhookBody } from './webhook-body.ts';

const AS_OF = Date.parse('2026-03-04T06:30:00Z');
const EVIL = 'x</b><script>alert(1)</script> <!channel> *b* [l](http://evil) "q" & é';

describe('storyContent', () => {
  const slow = aFinding({
    kind: 'slow',
    evidence: { observed: 2_520_000, expected: 480_000, limit: 960_000, unit: 'ms', text: null },
    course: 'chronic',
  });

  it('tells what, since when, the difference from normal, the last success, the cause, what follows and where to look', () => {
    const late = aFinding({
      name: 'stock',
      kind: 'late',
      role: 'consequence',
      evidence: { ...slow.evidence },
    });
    const story = aStory({
      findings: [slow, late],
      causes: [
        { kind: 'host', name: 'srv-1', weight: 0.7 },
        { kind: 'itself', name: 'orders', weight: 0.2 },
      ],
      runBook: 'https://wiki.example/orders',
    });
    expect(mailBody(storyContent(story, 'opened', LINKS, 'en', AS_OF))).toMatchObject({
      subject: '[Major] orders: takes too long',
      text: [
        'What: orders @ srv-1 (ann): takes too long',
        'Severity: Major',
        'Since: 2026-03-04 05:00 UTC (90 min)',
        'Difference: 42 min instead of 8 min (limit 16 min)',
        'Last success: 2026-03-03 05:00 UTC',
        'Course: chronic',
        'Probable cause: the server srv-1 (70 %), the job itself (20 %)',
        '',
        '1 consequence:',
        '- stock',
        '',
        'See what else its server does and how much it has to read; stop it if it blocks others. You will be told when it is over.',
        '',
        'To look: http://etl.example/#incident-7',
        'What to do: https://wiki.example/orders',
        'I take it: http://etl.example/act/acknowledge/7?sig=a&x=b',
        'In Temporal: http://temporal.example/incident/7',
      ].join('\n'),
    });
    const french = mailBody(storyContent(story, 'worsened', LINKS, 'fr', AS_OF));
    expect(french.subject).toBe('[Majeur] Aggravé : orders : trop lent');
    expect(french.text).toContain('Écart : 42 min au lieu de 8 min (limite 16 min)');
    expect(french.text).toContain('1 conséquence :\n- stock');
  });

  it('tells the end with how long it lasted, and offers nothing to be done about it', () => {
    const { subject, text, html } = mailBody(
      storyContent(aStory({ state: 'resolved' }), 'resolved', LINKS, 'fr', AS_OF),
    );
    expect(subject).toBe('Rétabli : orders : en échec');
    expect(text).toContain('De : 2026-03-04 05:00 UTC\nÀ : 2026-03-04 07:00 UTC\nDurée : 2 h');
    expect(`${text}${html}`).not.toMatch(/acknowledge|ORA-01653|Vous saurez/);
  });

  it('says what is not known, and nothing that is not', () => {
    const story = aStory({ findings: [aFinding({ lastSuccessMs: null, owner: null, host: null })] });
    const { text } = mailBody(storyContent(story, 'opened', LINKS, 'en', AS_OF));
    expect(text).toContain('What: orders (no owner): failed');
    expect(text).toContain('Last success: none known');
    expect(text).not.toMatch(/null|NaN|undefined|Difference/);
  });

  it('names the common cause of many', () => {
    const findings = ['a', 'b', 'c'].map((name) => aFinding({ name, kind: 'missing' }));
    const subjectBy = (kind: 'host' | 'schedule' | 'error-family' | 'itself' | 'upstream' | 'source') =>
      storyContent(
        aStory({ findings, causes: [{ kind, name: 'srv-1', weight: 1 }] }),
        'opened',
        LINKS,
        'en',
        AS_OF,
      ).subject;
    expect(subjectBy('host')).toBe('[Major] Server srv-1: 3 concerned');
    expect(subjectBy('schedule')).toBe('[Major] 3 jobs: did not run');
    expect(subjectBy('error-family')).toBe('[Major] srv-1: 3 concerned');
    expect(subjectBy('itself')).toBe('[Major] a and 2 more: did not run');
    expect(subjectBy('upstream')).toBe('[Major] After srv-1: 3 concerned');
    expect(subjectBy('source')).toBe('[Major] Source srv-1: 3 concerned');
  });
});

describe('run-books', () => {
  const runBooks = [
    { kinds: ['host'], url: 'https://wiki/hosts' },
    { jobs: ['ord*'], kinds: ['crash'], url: 'https://wiki/orders' },
  ];
  it('are found by job and kind; the first that fits counts', () => {
    expect(runBookOf(aStory({}), aSettings({ runBooks }))).toBe('https://wiki/orders');
    expect(runBookOf(aStory({ findings: [aFinding({ kind: 'late' })] }), aSettings({ runBooks }))).toBe(null);
    const host = aFinding({ kind: 'host', subject: { type: 'host', host: 'srv-1' }, name: 'ord' });
    expect(runBookOf(aStory({ findings: [host] }), aSettings({ runBooks }))).toBe('https://wiki/hosts');
  });
});

const evilContent = (items: number, length: number, language: 'en' | 'fr' = 'en'): Content => {
  const text = `${EVIL} ${'é'.repeat(length)}`;
  const findings = Array.from({ length: items }, (_, index) =>
    aFinding({ name: `${index} ${text}`, evidence: { ...aFinding({}).evidence, text } }),
  );
  return storyContent(aStory({ findings }), 'opened', LINKS, language, AS_OF);
};

describe('mail', () => {
  it('has nothing of the log as HTML, and no link but ours', () => {
    const { html, subject } = mailBody(evilContent(3, 10));
    expect(html).not.toMatch(/<script|<\/b>/);
    expect(html).toContain('&lt;script&gt;');
    expect(html.match(/href="[^"]*"/g)).toEqual([
      'href="http://etl.example/#incident-7"',
      'href="http://etl.example/act/acknowledge/7?sig=a&amp;x=b"',
      'href="http://temporal.example/incident/7"',
    ]);
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it('links only to pages', () => {
    const content: Content = {
      ...evilContent(1, 1),
      blocks: [{ type: 'links', links: [{ label: 'x', url: 'javascript:alert(1)' }] }],
    };
    expect(mailBody(content).html).not.toContain('javascript');
    expect(JSON.stringify(teamsCard(content, 'id'))).not.toContain('javascript');
    expect(JSON.stringify(slackBlocks(content, 'id'))).not.toContain('javascript');
  });

  it('counts what its lists leave out', () => {
    expect(mailBody(evilContent(60, 1)).text).toContain('… and 40 more');
    expect(mailBody(evilContent(60, 1, 'fr')).html).toContain('… et 40 de plus');
  });
});

describe('a Teams card', () => {
  it('shows texts as they are, links as actions, and its id', () => {
    const card = teamsCard(evilContent(1, 1), 'id-1') as never as {
      attachments: [
        { contentType: string; content: { body: { type: string }[]; actions: { url: string }[] } },
      ];
    };
    const [{ contentType, content }] = card.attachments;
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
    // TextBlock would read Markdown.
    expect(new Set(content.body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
    expect(content.actions.map(({ url }) => url)).toContain(LINKS.page);
    expect(JSON.stringify(content.body)).toContain('id-1');
  });

  it('fits, whatever it tells, and counts what it leaves out', () => {
    const card = JSON.stringify(teamsCard(evilContent(300, 100), 'id'));
    const shown = card.match(/• /g)!.length;
    expect(card).toContain('(300)');
    expect(card).toContain(`… and ${300 - shown} more`);
    fc.assert(
      fc.property(fc.nat(400), fc.nat(3_000), (items, length) => {
        expect(expandedBytes(teamsCard(evilContent(items, length), 'id'))).toBeLessThanOrEqual(
          TEAMS_LIMIT_BYTES,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('says how much of a text it leaves out', () => {
    const text: Block = { type: 'text', text: 'é'.repeat(30_000) };
    const card = teamsCard({ ...evilContent(1, 1), blocks: [text] }, 'id');
    expect(JSON.stringify(card)).toContain('more characters)');
    expect(expandedBytes(card)).toBeLessThanOrEqual(TEAMS_LIMIT_BYTES);
  });
});

describe('Slack blocks', () => {
  type Blocks = { blocks: { type: string; text?: { text: string }; elements?: unknown[] }[]; text: string };

  it('mention nobody', () => {
    const json = JSON.stringify(slackBlocks(evilContent(3, 1), 'id-1'));
    expect(json).not.toContain('<!channel>');
    expect(json).toContain('&lt;!channel&gt;');
    expect(json).toContain('id-1');
  });

  it('keep to the limits, whatever they tell', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(3_000), fc.nat(80), (items, length, paragraphs) => {
        const content = evilContent(items, length);
        const long: Block = { type: 'text', text: `${'y'.repeat(length)}\n`.repeat(4) };
        const blocks = [...Array.from({ length: paragraphs }, () => long), ...content.blocks];
        const message = slackBlocks({ ...content, blocks }, 'id') as Blocks;
        expect(message.blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks);
        expect(message.text.length).toBeLessThanOrEqual(SLACK_LIMITS.text);
        for (const { type, text } of message.blocks) {
          const limit = type === 'header' ? SLACK_LIMITS.header : SLACK_LIMITS.text;
          if (text) expect(text.text.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 100 },
    );
    expect(JSON.stringify(slackBlocks(evilContent(300, 1), 'id'))).toContain('… and 280 more');
  });
});

describe('a webhook', () => {
  it('gets the incident as data, the same for every try', () => {
    const content = storyContent(aStory({}), 'opened', LINKS, 'en', AS_OF);
    const body = webhookBody(content, 'id-1', '2026-03-04T05:01:00.000Z');
    expect(body).toMatchObject({
      type: 'incident.opened',
      timestamp: '2026-03-04T05:01:00.000Z',
      data: {
        id: 'id-1',
        subject: '[Major] orders: failed',
        incident: { id: 7, severity: 'major', openedAt: '2026-03-04T05:00:00.000Z', findingsTotal: 1 },
      },
    });
    // Links that act are for people.
    expect(JSON.stringify(body.data && (body.data as { incident: unknown }).incident)).not.toContain('/act/');
  });
});

it('since when it is so is told, not since when it is known', () => {
  const failed = aFinding({ sinceMs: Date.parse('2026-03-03T19:00:00Z'), endedMs: AS_OF });
  const told = aStory({ openedMs: Date.parse('2026-03-04T05:00:00Z'), findings: [failed] });
  const textOf = (story: typeof told, event: 'opened' | 'resolved') =>
    mailBody(storyContent(story, event, LINKS, 'en', AS_OF)).text;
  expect(textOf(told, 'opened')).toContain('Since: 2026-03-03 19:00 UTC');
  const over = textOf({ ...told, state: 'resolved', resolvedMs: AS_OF }, 'resolved');
  expect(over).toMatch(/From: 2026-03-03 19:00 UTC\nTo: 2026-03-04 06:30 UTC\nLasted: 11 h 30 min/);
});

it('what did not come is told by when it was due', () => {
  const dueMs = Date.parse('2026-03-04T06:20:00Z');
  const evidence = { observed: 600_000, expected: 0, limit: 540_000, unit: 'ms', text: null } as const;
  const late = aStory({ findings: [aFinding({ kind: 'late', variant: 'not-started', dueMs, evidence })] });
  const textIn = (language: 'en' | 'fr') =>
    mailBody(storyContent(late, 'opened', LINKS, language, AS_OF)).text;
  expect(textIn('en')).toContain(
    'Due: 2026-03-04 06:20 UTC\nDifference: 10 min after it was due (limit 9 min)',
  );
  expect(textIn('fr')).toMatch(
    /en retard \(pas commencé\)[\s\S]*Attendu : 2026-03-04 06:20 UTC\nÉcart : 10 min après/,
  );
});

describe('many incidents', () => {
  it.each(['en', 'fr'] as const)(
    'in %s are one message that names each, and of the end as well',
    (language) => {
      const stories = [1, 2, 3, 4].map((id) => aStory({ id, findings: [aFinding({ name: `job-${id}` })] }));
      const opened = mailBody(manyContent(stories, 'opened', LINKS.page, language));
      expect(opened.text).toMatch(/: (failed|en échec), ORA-01653: unable to extend table\n/);
      expect(opened.subject).toBe(language === 'fr' ? '4 incidents ouverts' : '4 incidents opened');
      for (const { id } of stories) expect(opened.text).toContain(`job-${id}`);
      const over = mailBody(manyContent(stories, 'resolved', LINKS.page, language));
      expect(over.subject).toBe(language === 'fr' ? '4 incidents rétablis' : '4 incidents are over');
    },
  );

  it('of one look come the worst first', () => {
    const stories = (['warning', 'minor', 'critical', 'minor'] as const).map((severity, n) =>
      aStory({ id: n + 1, severity, findings: [aFinding({ name: `job-${n + 1}` })] }),
    );
    const { text } = mailBody(manyContent(stories, 'opened', LINKS.page, 'en'));
    expect([...text.matchAll(/job-\d/g)].map(([name]) => name)).toEqual(['job-3', 'job-2', 'job-4', 'job-1']);
  });

  it('of quiet hours come in their order, with the count of those that are over', () => {
    const { subject, text } = mailBody(digestContent(['[Major] a: failed', 'Over: b'], 3, LINKS.page, 'en'));
    expect(subject).toBe('During quiet hours: 2 messages');
    expect(text).toContain('- [Major] a: failed\n- Over: b\n\n3 more began and ended meanwhile.');
    expect(mailBody(digestContent(['a'], 0, LINKS.page, 'fr')).text).not.toContain('commencé');
  });
});

it('every event has its words in both languages', () => {
  const subjects = INCIDENT_EVENTS.flatMap((event) =>
    (['en', 'fr'] as const).map(
      (language) => storyContent(aStory({}), event, LINKS, language, AS_OF).subject,
    ),
  );
  expect(new Set(subjects).size).toBe(subjects.length);
});
