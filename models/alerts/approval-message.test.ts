import { describe, expect, it } from 'vitest';
import { aSettings } from '../../tests/stories.ts';
import { type ApprovalAsked, approvalAskedMessage, approvalOverMessage } from './approval-message.ts';
import { remindTopicMs } from './patience.ts';
import { trialOverMessage } from './trial-message.ts';

const PAGE = 'http://127.0.0.1:8080/models?v=5';
const asked: ApprovalAsked = {
  ...{ version: 5, kind: 'gradient-boosting', against: 3, twoPeople: false, isReminder: false },
  verdict: {
    verdict: 'promote',
    checks: [
      {
        ...{ name: 'ranks-better-than-champion', passed: true, value: 0.08, threshold: 0 },
        explanation: { en: 'Average precision 0.08 above.', fr: 'Précision moyenne 0,08 au-dessus.' },
      },
    ],
  },
  approvals: [],
  approvers: ['ann', 'bob'],
  decideBy: Date.UTC(2026, 2, 8, 5, 30),
  moves: [{ job: 'pallets', before: 0.12, after: 0.45 }],
};
const paragraphs = (text: string) => text.split('\n\n').length;

describe('approvalAskedMessage', () => {
  it('says what waits, what the gate says, what it changes, who may decide until when, and how', () => {
    const { subject, text } = approvalAskedMessage(asked, 'en', PAGE);
    expect(subject).toBe('Forecasting model: version 5 needs approval');
    expect(text.split('\n\n')).toEqual([
      'Version 5 (gradient-boosting) is to replace version 3. Somebody has to approve; until then nothing changes.',
      'The gate says of it: promote, against version 3. Average precision 0.08 above.',
      expect.stringContaining('\n- pallets: 12 % → 45 %'),
      'Who may decide:\n- ann\n- bob\nand whoever else has the role ml-engineer or admin.',
      'Undecided until 2026-03-08 05:30 UTC, the champion stays.',
      expect.stringMatching(
        /"Promote".*smart-etl model promote 5 --who NAME --why REASON\n.*"Reject".*--reject$/,
      ),
      `To look: ${PAGE}`,
    ]);
  });

  it('names who approved, and asks the others, not the same person in capitals', () => {
    const half = { ...asked, twoPeople: true, approvals: [{ who: 'Ann', why: 'fewer\nsurprises' }] };
    const { subject, text } = approvalAskedMessage(half, 'en', PAGE);
    expect(subject).toBe('Forecasting model: version 5 needs a second person');
    expect(text).toContain('Two different people have to approve');
    expect(text).toContain('Approved by:\n- Ann: fewer surprises');
    expect(text).toContain('Who may decide:\n- bob\nand');
    const alone = approvalAskedMessage({ ...half, approvers: ['ann'], isReminder: true }, 'fr', PAGE);
    expect(alone.subject).toBe('Toujours en attente : la version 5 attend une deuxième personne');
    expect(alone.text).toContain('quiconque a le rôle ml-engineer ou admin ; sans connexion');
  });

  it('says the same in French, and says what is not known', () => {
    const { text } = approvalAskedMessage(asked, 'fr', PAGE);
    expect(paragraphs(text)).toBe(paragraphs(approvalAskedMessage(asked, 'en', PAGE).text));
    expect(text).toContain(
      'Le contrôle en dit : promouvoir, face à la version 3. Précision moyenne 0,08 au-dessus.',
    );
    expect(text).toContain('- pallets : 12 % → 45 %');
    const unknown = approvalAskedMessage({ ...asked, verdict: null, moves: null, against: null }, 'en', PAGE);
    expect(unknown.text).toContain('is to be the first model to serve');
    expect(unknown.text).toContain('The gate has not judged it.');
    expect(unknown.text).not.toContain('chance to fail');
  });
});

it('the end of a wait says who refused and why, that nobody came, or why it could not be done', () => {
  const over = { version: 5, against: 3, who: 'bob', why: 'not this week' };
  const text = (outcome: 'rejected' | 'expired' | 'failed', language: 'en' | 'fr') =>
    approvalOverMessage({ ...over, outcome }, language, PAGE).text;
  expect(text('rejected', 'en')).toContain('bob rejected version 5.\nWhy: not this week');
  expect(text('expired', 'fr')).toContain("Personne n'a décidé de la version 5 à temps.");
  expect(text('failed', 'en')).toContain('bob approved version 5, but it could not be done: not this week');
  for (const outcome of ['rejected', 'expired', 'failed'] as const) {
    expect(paragraphs(text(outcome, 'fr'))).toBe(paragraphs(text(outcome, 'en')));
    expect(text(outcome, 'en')).toContain(`To look: ${PAGE}`);
  }
});

it('the end of a trial says what was found, and who wanted it', () => {
  const said = { en: 'After 9 blocks: 0.02 worse.', fr: 'Après 9 blocs : 0,02 moins bon.' };
  const trial = { version: 5, against: 3, who: 'ann', why: 'to see', said };
  const { subject, text } = trialOverMessage({ ...trial, outcome: 'worse' }, 'en', PAGE);
  expect(subject).toBe('Forecasting model: trial of version 5 over, worse than the champion');
  expect(text).toContain('The champion stays.\n\nAfter 9 blocks: 0.02 worse.');
  expect(text).toContain('Trial wanted by: ann\nWhy: to see');
  const french = trialOverMessage({ ...trial, outcome: 'undecided' }, 'fr', PAGE);
  expect(french.text).toContain(said.fr);
  expect(paragraphs(french.text)).toBe(paragraphs(text));
});

it('reminds as the route of models says, else after the usual time, and nobody where nobody is told', () => {
  const route = { match: {}, tell: ['team'], escalateTo: [] };
  const after = (routes: Parameters<typeof aSettings>[0]['routes']) =>
    remindTopicMs('model', aSettings(routes ? { routes } : {}), 0, 1_000);
  expect(after([route])).toBe(1_000);
  expect(after([{ ...route, remindEveryMinutes: 90 }])).toBe(5_400_000);
  expect(after([{ ...route, remindEveryMinutes: null }])).toBe(null);
  expect(after([{ ...route, match: { kinds: ['forecast'] } }])).toBe(null);
});
