import type { CleaningRule, RowRefusal } from './rule.ts';

export const unreadableEvent: CleaningRule = {
  code: 'unreadable-event',
  kind: 'refuse',
  appliesTo: 'events',
  title: { en: 'Unreadable event', fr: 'Événement illisible' },
  meaning: 'A message is no ping and no OpenLineage run event, or lacks the job, the run or the time.',
  example: '{"eventType": "COMPLETE", "run": {}}',
  whatIsDone:
    'The message is kept as it came; the sender was told what is missing when it could be seen at once.',
};

export const refuseUnreadableEvent = (detail: string): RowRefusal => ({ code: unreadableEvent.code, detail });
